"""The one page a publisher reads and signs: plain sentences, printable, no script, no address."""

from __future__ import annotations

from datetime import date
from html import escape

from geodata.release.manifest import Manifest

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1F2933;background:#FBFAF7;max-width:44rem;
margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:1.6rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #ccc;vertical-align:top}
td:last-child{font-variant-numeric:tabular-nums}.sign{margin-top:2.5rem}.sign p{border-top:1px solid;padding-top:.3rem}
.banner{border:2px solid;padding:.5rem;font-weight:bold}@media print{body{background:#fff;margin:0}}
"""


_EXACT = (
    "It counts events that are already published and cited, so its numbers are exact. Events whose number of "
    "persons is not stated count as events and are missing from the number of persons."
)


def report_html(manifest: Manifest, published: date) -> bytes:
    """Return the report of a release as one self-contained HTML page."""
    title = manifest.title or manifest.dataset
    head = f"<title>Release report: {escape(title)}</title><style>{_STYLE}</style>"
    banner = '<p class="banner">Synthetic – for training</p>' if manifest.synthetic else ""
    sentences = "".join(f"<p>{escape(text)}</p>" for text in _sentences(manifest))
    rows = "".join(
        f"<tr><th scope='row'>{escape(name.replace('_', ' '))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in manifest.audit.items()
    )
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{banner}'
        f"<h1>Release report: {escape(title)}</h1><p>Published {published.isoformat()}.</p>{sentences}"
        f"<h2>What was checked before anyone could see it</h2><table>{rows}</table>"
        '<div class="sign"><p>Name and office of the publisher</p><p>Date and signature</p></div></body></html>'
    )
    return page.encode("utf-8")


def _sentences(manifest: Manifest) -> list[str]:
    """Say in words what was published and how."""
    span = f"{manifest.period[0]}–{manifest.period[1]}" if manifest.period else "no stated period"
    return [
        f"This release covers {span}.",
        _EXACT,
        *manifest.notes,
    ]
