"""The shipped world and the application around it, built once; a test client without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import Njia, create_app
from dashboard.settings import AppSettings
from geodata.query.world import World, open_world
from geodata.settings import DataSettings


@pytest.fixture(scope="session")
def world() -> World:
    return open_world(DataSettings(home=Path("/nonexistent"), vault=""))


@pytest.fixture(scope="session")
def app(world: World) -> Njia:
    return create_app(world, AppSettings())


@pytest.fixture
def client(app: Njia) -> FlaskClient:
    return app.server.test_client()
