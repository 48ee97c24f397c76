"""A site that opens anew: a request sees one release from its beginning to its end."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask

from dashboard.server import reload
from dashboard.server.reload import ReloadingSite
from geodata.values import DataProblem


def test_a_request_sees_one_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reload, "LOOK_EVERY_S", -1.0)  # every look is one
    releases = [0]
    site = cast("Any", ReloadingSite(of(0), lambda: releases[0], lambda: of(releases[0])))
    server = Flask("test")
    with server.test_request_context("/"):
        first = site.release
        releases[0] = 1
        assert (first, site.release, site.edition) == (0, 0, 0)
    with server.test_request_context("/"):
        assert (site.release, site.edition) == (1, 1)
    releases[0] = 2
    assert site.release == 2, "outside a request the newest is seen"


def test_what_is_kept_for_a_release_is_not_shown_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reload, "LOOK_EVERY_S", -1.0)
    releases = [0]
    site = cast("Any", ReloadingSite(of(0), lambda: releases[0], lambda: of(releases[0])))
    asked: list[int] = []

    @lru_cache(maxsize=8)
    def kept(site: Any) -> int:
        asked.append(site.release)
        return int(site.release)

    assert (kept(site), kept(site)) == (0, 0)
    releases[0] = 1
    assert (kept(site), kept(site)) == (1, 1)
    assert asked == [0, 1]


def test_a_release_that_cannot_be_opened_leaves_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reload, "LOOK_EVERY_S", -1.0)
    releases = [0]

    def load() -> Any:
        raise DataProblem("It is damaged.")

    site = cast("Any", ReloadingSite(of(0), lambda: releases[0], load))
    releases[0] = 1
    assert site.release == 0


def of(number: int) -> Any:
    """Return what stands in for the site of a release."""
    return SimpleNamespace(release=number, edition=number, world=SimpleNamespace(key=f"release {number}"))
