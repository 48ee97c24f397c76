"""How the site is served: one frozen object, read from the environment once.

The only module of `dashboard` that looks at the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.values import DataProblem

ROOT = Path(__file__).resolve().parent.parent
ASSETS = next(path for path in (ROOT / "assets", Path(__file__).parent / "assets") if path.is_dir())
"""Scripts, styles and fonts: beside the packages in the source tree, inside `dashboard` once installed."""


@dataclass(frozen=True, slots=True)
class AppSettings:
    """Address and switches of the web process.

    host, port: where it listens; ``HOST`` and ``PORT``, by default 127.0.0.1:8050.
    frame_ancestors: who may embed /embed and /lite (CSP source list); ``NJIA_FRAME_ANCESTORS``, by default nobody else.
    workers, threads: gunicorn's; ``NJIA_WORKERS`` and ``NJIA_THREADS``.
    proxy_hops: how many proxies of ours stand in front and may say whose request it is; ``NJIA_PROXY_HOPS``, by
    default none, and then nobody's word is taken. Without it, readers behind a proxy share one limit.
    public_url: how readers reach the site, ``https://…/``, for links that leave it; ``NJIA_PUBLIC_URL``, by default
        what the asking browser used.
    base_path: the path of another site under which this one stands (``/njia``), none for the root; ``NJIA_BASE_PATH``.
    security_contact: where a weakness is told in private (``mailto:`` or ``https:``); ``NJIA_SECURITY_CONTACT``.
    log_json: faults are told as one JSON object a line; ``NJIA_LOG=json``, by default as plain words.
    metrics: answers `/metrics` for Prometheus; ``NJIA_METRICS=1``, to be kept from the public by the proxy.
    partner_header: header by which a proxy of ours names a partner; ``NJIA_PARTNER_HEADER``, by default there is none
        and datasets for partners are not served.
    analyst: shows the what-if of the corridor desk; ``NJIA_ANALYST=1``, off for a public site.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    frame_ancestors: str = "'self'"
    workers: int = 2
    threads: int = 8
    proxy_hops: int = 0
    public_url: str = ""
    base_path: str = ""
    security_contact: str = ""
    log_json: bool = False
    metrics: bool = False
    partner_header: str = ""
    analyst: bool = False


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
        proxy_hops=_number(env, "NJIA_PROXY_HOPS", 0, 8) if env.get("NJIA_PROXY_HOPS", "0") != "0" else 0,
        public_url=_address(env, "NJIA_PUBLIC_URL", ("https://", "http://")),
        base_path=_path(env, "NJIA_BASE_PATH"),
        security_contact=_address(env, "NJIA_SECURITY_CONTACT", ("mailto:", "https://")),
        log_json=env.get("NJIA_LOG") == "json",
        metrics=env.get("NJIA_METRICS") == "1",
        partner_header=_partner_header(env),
        analyst=env.get("NJIA_ANALYST") == "1",
    )


def _partner_header(env: Mapping[str, str]) -> str:
    """Return the header that names a partner; refuse one that any reader could write."""
    setting = "NJIA_PARTNER_HEADER"
    name = env.get(setting, "").strip()
    if name and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{2,60}", name):
        raise DataProblem(f"{setting} is “{name}”; expected the name of a header, such as X-Forwarded-Email.")
    if name and env.get("NJIA_PROXY_HOPS", "0") == "0":
        raise DataProblem(
            "NJIA_PARTNER_HEADER is set and no proxy stands in front (NJIA_PROXY_HOPS): any reader could write that "
            "header; put the site behind a proxy that takes it off what readers send, and set NJIA_PROXY_HOPS=1."
        )
    return name


def share_counters(folder: str) -> None:
    """Name the folder of the workers' counters where prometheus_client reads it: once, when it is first imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder


def desk_port(environ: Mapping[str, str] | None = None) -> int:
    """Return the port of the steward's desk, 0 for any free one; refuse any address but this computer's own."""
    env = os.environ if environ is None else environ
    host = env.get("HOST") or "127.0.0.1"
    if host not in ("127.0.0.1", "localhost"):
        raise DataProblem(
            f"The steward's desk opens on this computer only (127.0.0.1), and HOST is “{host}”; unset HOST, "
            "and start the desk on the computer you sit at."
        )
    return _number(env, "PORT", 0, 65_535) if env.get("PORT") not in (None, "", "0") else 0


def reader_environment(port: int, home: Path, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a public site beside the desk: same home, this computer only, no vault."""
    env = os.environ if environ is None else environ
    kept = {key: value for key, value in env.items() if key not in ("NJIA_VAULT", "NJIA_VAULT_KEY", "NJIA_BASE_PATH")}
    return {**kept, "HOST": "127.0.0.1", "PORT": str(port), "NJIA_HOME": str(home), "NJIA_WORKERS": "1"}


def pptx_template(environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the organisation's own slide master, ``NJIA_PPTX_TEMPLATE``; None for ours."""
    env = os.environ if environ is None else environ
    given = env.get("NJIA_PPTX_TEMPLATE", "").strip()
    return Path(given).expanduser() if given else None


def public_url(environ: Mapping[str, str] | None = None) -> str:
    """Return the address under which readers know the site, ``NJIA_PUBLIC_URL``, with a slash at its end; "" for none.

    Files that are passed on print it before their links; an address of this computer would lead nowhere.
    """
    given = _address(os.environ if environ is None else environ, "NJIA_PUBLIC_URL", ("https://", "http://"))
    return given.rstrip("/") + "/" if given else ""


def _address(env: Mapping[str, str], name: str, begins: tuple[str, ...]) -> str:
    text = env.get(name, "").strip()
    if text and (not text.startswith(begins) or any(letter.isspace() for letter in text)):
        raise DataProblem(f"{name} is “{text}”; expected an address that begins with {' or '.join(begins)}.")
    return text


def _path(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "").strip().strip("/")
    if text and not re.fullmatch(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*", text):
        raise DataProblem(f"{name} is “{text}”; expected a path of letters, digits and dashes, such as /njia.")
    return f"/{text}" if text else ""


def _number(env: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= most:
        raise DataProblem(f"{name} is “{text}”; expected a whole number from 1 to {most}.")
    return int(text)
