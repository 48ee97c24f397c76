"""How the site is served: one frozen object, read from the environment once.

The only module of `dashboard` that looks at the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.values import DataProblem

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"


@dataclass(frozen=True, slots=True)
class AppSettings:
    """Address and switches of the web process.

    host, port: where it listens; ``HOST`` and ``PORT``, by default 127.0.0.1:8050.
    frame_ancestors: who may embed a page (CSP source list); ``NJIA_FRAME_ANCESTORS``, by default nobody else.
    workers, threads: gunicorn's; ``NJIA_WORKERS`` and ``NJIA_THREADS``.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    frame_ancestors: str = "'self'"
    workers: int = 2
    threads: int = 8


def from_environment(environ: Mapping[str, str] | None = None) -> AppSettings:
    """Read the settings; a port that is not a number is refused in one sentence."""
    env = os.environ if environ is None else environ
    plain = AppSettings()
    return AppSettings(
        host=env.get("HOST") or plain.host,
        port=_number(env, "PORT", plain.port, 65_535),
        frame_ancestors=env.get("NJIA_FRAME_ANCESTORS") or plain.frame_ancestors,
        workers=_number(env, "NJIA_WORKERS", plain.workers, 64),
        threads=_number(env, "NJIA_THREADS", plain.threads, 64),
    )


def _number(env: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= most:
        raise DataProblem(f"{name} is “{text}”; expected a whole number from 1 to {most}.")
    return int(text)
