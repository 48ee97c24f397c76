"""A small part of the site written once as files: every kind of page, a few of each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.server.app import Njia, create_app
from dashboard.settings import AppSettings
from dashboard.static_site.pages import Voice
from dashboard.static_site.scope import Scope, whole
from dashboard.static_site.write import write_site
from geodata.query.world import open_world
from geodata.release.audience import PARTNERS, set_readers
from geodata.settings import DataSettings
from tests.caseloads import publish_rows, skewed


@pytest.fixture(scope="session")
def site_app(tmp_path_factory: pytest.TempPathFactory) -> Njia:
    """Return the application around the public record."""
    return create_app(open_world(DataSettings(home=tmp_path_factory.mktemp("home"), vault="")), AppSettings())


def few(app: Njia, languages: tuple[str, ...] = ("en",)) -> Scope:
    """Return a scope of a few pages of every kind."""
    return replace(
        whole(app.site, languages),
        counties=("KE009", "KE011"),
        lenses=("detected", "roles"),
        stories=("isiolo",),
        natures=("trafficking", "smuggling"),
        corridors=("C01",),
        years=(2019,),
    )


@pytest.fixture(scope="session")
def with_partners(tmp_path_factory: pytest.TempPathFactory) -> tuple[Njia, str]:
    """Return an application whose home has a dataset for partners, and that dataset's release."""
    settings = DataSettings(home=tmp_path_factory.mktemp("partners"), vault="")
    set_readers(settings.releases, "partners", PARTNERS)
    release = publish_rows(settings, skewed(900), dataset="partners")
    return create_app(open_world(settings), AppSettings()), release.id


@pytest.fixture(scope="session")
def few_files(with_partners: tuple[Njia, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a few pages of every kind, in a folder of a server that holds other things."""
    out = tmp_path_factory.mktemp("served") / "pages of others" / "njia"
    out.parent.mkdir()
    write_site(with_partners[0], few(with_partners[0]), Voice(), out)
    return out
