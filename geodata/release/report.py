"""The one page a publisher reads and signs: plain sentences, printable, no script, no address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

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


_LABELS = {
    "attack_gave_up_unaware_of_guard": "Attacks that contradicted themselves, not knowing how figures are held back",
    "attack_narrowed": "Small groups narrowed by a true bound, knowing how figures are held back",
    "attack_narrowed_unaware_of_guard": "Small groups narrowed by a true bound, not knowing it",
    "attack_repairs": "Attacks that worked at first and were answered by showing less",
    "attack_small_cells_at_least": "Small groups attacked, at least",
    "attack_sub_lattices": "Sets of tables attacked",
    "cells_changed_by_whole_groups": "Figures changed since earlier releases, by complete groups",
    "cells_shown": "Figures shown",
    "earlier_releases_compared": "Earlier releases compared",
    "largest_error_of_an_unguarded_cell": "Most persons a figure lies below the truth, if nothing had to be held back",
    "leakage": "Leakage",
    "lines_checked": "Kinds of lines checked",
    "lines_exposed": "Lines that would prove somebody is in a figure not shown",
    "lines_negative": "Lines whose parts exceed the whole",
    "mean_error_county": "Persons a county’s figure lies below the truth, on average",
    "mean_error_county_by_year": "Persons a county’s figure for one year lies below the truth, on average",
    "publishable_cells_kept_at_least": "Share of the publishable figures that is shown, at least",
}


def figure_label(name: str) -> str:
    """Return a figure of the audit in words."""
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def report_html(manifest: Manifest, published: date) -> bytes:
    """Return the report of a release as one self-contained HTML page."""
    title = manifest.title or manifest.dataset
    head = f"<title>Release report: {escape(title)}</title><style>{_STYLE}</style>"
    banner = '<p class="banner">Synthetic – for training</p>' if manifest.synthetic else ""
    body = "".join(f"<p>{escape(text)}</p>" for text in sentences(manifest))
    rows = "".join(
        f"<tr><th scope='row'>{escape(figure_label(name))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in sorted(manifest.audit.items(), key=lambda item: figure_label(item[0]))
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
    if manifest.period is None:
        span = "This release cannot show any year on its own."
    elif manifest.period[0] == manifest.period[1]:
        span = f"This release covers the year {manifest.period[0]}."
    else:
        span = f"This release covers the years {manifest.period[0]} to {manifest.period[1]}."
    if manifest.k is None:
        return [span, _EXACT, *manifest.notes]
    return [span, *_protected(manifest), *manifest.notes]


def _protected(manifest: Manifest) -> list[str]:
    """Sentences on a protected release."""
    figures, k = manifest.audit, manifest.k
    negative, earlier = figures["lines_negative"], figures["earlier_releases_compared"]
    said = [
        (
            f"We publish complete groups of {k}; the rest is “not shown”. Fewer than {k} persons are never shown, "
            "and a figure is never higher than the true number."
        ),
        f"Leakage is {figures['leakage']}: no figure stands for fewer than {k} persons or for part of a group.",
        f"In {negative} lines the parts exceed the whole."
        if negative
        else "Every line adds up: nowhere do the parts exceed the whole.",
        (
            f"Of all figures that stand for {k} persons or more, at least "
            f"{figures['publishable_cells_kept_at_least']:.1%} are shown."
        ),
        f"Of the persons in the total, {manifest.suppressed_share:.0%} cannot be shown by county and year together.",
        f"This release was compared with {earlier} earlier one{'s' * (earlier > 1)} of this dataset: figures differ "
        f"only by complete groups of {k}."
        if earlier
        else "It is the first release of this dataset, so there is no earlier one that it could be compared with.",
        _attacked(figures),
    ]
    if manifest.two_sources:
        said.append("A figure is shown only where at least two organisations reported the persons in it.")
    if manifest.closed_through is not None:
        said.append(f"Periods that end in {manifest.closed_through} or before are closed and will not change again.")
    return said


def _attacked(figures: Mapping[str, Any]) -> str:
    """Say what the attack came to."""
    attacked = figures["attack_small_cells_at_least"]
    narrowed = figures["attack_narrowed"] + figures["attack_narrowed_unaware_of_guard"]
    if not attacked:
        return f"Fewer than ten small groups were found to attack; narrowed: {narrowed}."
    tried = f"A linear programme that knows everything published attacked {attacked} or more groups too small to show"
    if narrowed:
        return f"{tried} and narrowed {narrowed} of them."
    return f"{tried}. It found no true bound for any: anything from nobody to one short of a full group stays possible."
