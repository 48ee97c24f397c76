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
    body = "".join(f"<p>{escape(text)}</p>" for text in sentences(manifest))
    rows = "".join(
        f"<tr><th scope='row'>{escape(name.replace('_', ' '))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in sorted(manifest.audit.items())
    )
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{banner}'
        f"<h1>Release report: {escape(title)}</h1><p>Published {published.isoformat()}.</p>{body}"
        f"<h2>What was checked before anyone could see it</h2><table>{rows}</table>"
        '<div class="sign"><p>Name and office of the publisher</p><p>Date and signature</p></div></body></html>'
    )
    return page.encode("utf-8")


def sentences(manifest: Manifest) -> list[str]:
    """Say in words what is published, how, and what was found; for the report and the publisher's dry run."""
    span = f"the years {manifest.period[0]}–{manifest.period[1]}" if manifest.period else "no single period"
    if manifest.k is None:
        return [f"This release covers {span}.", _EXACT, *manifest.notes]
    return [f"This release shows {span}.", *_protected(manifest), *manifest.notes]


def _protected(manifest: Manifest) -> list[str]:
    """Sentences on a protected release."""
    figures, k = manifest.audit, manifest.k
    compared, attacked = figures["earlier_releases_compared"], figures["attack_small_cells_at_least"]
    whole = f"We publish complete groups of {k}; the rest is 'not shown'. Below {k} nothing is shown,"
    kept = f"At least {figures['publishable_cells_kept_at_least']:.1%}"
    share = f"{manifest.suppressed_share:.0%}"
    said = [
        f"{whole} and a number that is shown is never more than the true one.",
        f"Leakage is {figures['leakage']}: no cell shows fewer than {k} persons or part of a group.",
        f"Every line adds up: in {figures['lines_negative']} lines do the parts exceed the whole.",
        f"{kept} of the cells with {k} persons or more are shown.",
        f"Of the persons in the shown total, {share} are not shown by county and year together.",
        f"Earlier releases of this dataset compared: {compared}; cells differ only by whole groups of {k}.",
        f"Small cells attacked by linear programme: {attacked} or more; narrowed: {figures['attack_narrowed']}.",
    ]
    if manifest.two_sources:
        said.append("A cell is shown only when at least two organisations reported the persons in it.")
    if manifest.closed_through is not None:
        said.append(f"Periods that end in {manifest.closed_through} or before are closed and will not change again.")
    return said
