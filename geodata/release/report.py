"""The one page that two people read and sign: plain sentences, printable, no script, no address.

Everything in it follows from the manifest, so it says nothing about any case.
"""

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
_DIM_WORDS = {
    "county": "county", "year": "year", "form": "form", "sex": "sex", "age_group": "age group",
    "nationality_group": "nationality group", "role": "role of the county", "nature": "nature",
}  # fmt: skip
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MEAN_ABSOLUTE = 0.798
"""Mean size of a normal error, in standard errors: √(2/π)."""


def report_html(manifest: Manifest, published: date | None) -> bytes:
    """Return the report of a release as one self-contained HTML page; without a day it waits for approval."""
    title = manifest.title or manifest.dataset
    head = f"<title>Release report: {escape(title)}</title><style>{_STYLE}</style>"
    banner = '<p class="banner">Synthetic – for training</p>' if manifest.synthetic else ""
    body = "".join(f"<p>{escape(text)}</p>" for text in sentences(manifest))
    day = (
        f"Published {published.isoformat()}." if published else "Prepared; not visible before a second person approves."
    )
    second = "" if manifest.policy == "public-record" else "<p>Name and office of the person who approves</p>"
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{banner}'
        f"<h1>Release report: {escape(title)}</h1><p>{day}</p>{body}{_table(manifest)}"
        f'<div class="sign"><p>Name and office of the publisher</p>{second}<p>Date and signatures</p></div>'
        "</body></html>"
    )
    return page.encode("utf-8")


def sentences(manifest: Manifest) -> list[str]:
    """Say in words what is published, how, and what it costs; for the report and the publisher's screen."""
    if manifest.period is None:
        span = "This release cannot show any year on its own."
    elif manifest.period[0] == manifest.period[1]:
        span = f"This release covers the year {manifest.period[0]}."
    else:
        span = f"This release covers the years {manifest.period[0]} to {manifest.period[1]}."
    if not manifest.protection:
        return [span, _EXACT, *manifest.notes]
    return [span, *_protected(manifest), *manifest.notes]


def _protected(manifest: Manifest) -> list[str]:
    """Sentences on a protected release."""
    facts = manifest.protection
    (first, first_epsilon), (second, second_epsilon) = facts["epsilon"].items()
    whole = next(iter(facts["dataset_epsilon"].values()))
    floor = facts["floor"]
    least = min(line["standard_error"] for line in facts["tables"])
    most = max(line["standard_error"] for line in facts["tables"])
    number = len(facts["measurements"])
    noise = (
        "A few people are added to or taken from every figure at random, so that nobody can be recognised. Figures "
        f"are right to within about {2 * least:.0f} to {2 * most:.0f} persons, depending on the table."
    )
    hidden = (
        f"A figure below {floor['persons']} persons, or below {floor['standard_errors']} standard errors, is not "
        "shown, whether it stands for nobody or for somebody."
    )
    bound = (
        "Whether any one person is in the files changes what can be seen by a bounded amount only: "
        f"ε = {first_epsilon:.2f} at δ = {_delta(first)}, {second_epsilon:.2f} at δ = {_delta(second)} "
        f"(ρ = {facts['rho']:.4f})."
    )
    spent = f"With this release the dataset has spent ε = {whole:.2f} at δ = {_delta(first)} for each person at most."
    once = f"It adds up {number} measurements; each case is in one of them."
    told = [noise, hidden, bound, spent, once if number > 1 else "Each case was measured once."]
    told.append(f"Method: {facts['method']}.")
    if manifest.approval:
        two = manifest.approval.get("two_people")
        told.append(
            "One person prepared it and another approved it."
            if two
            else "One person prepared and approved it: it was published alone, without a second pair of eyes."
        )
    return told


def _delta(text: str) -> str:
    """Return a δ as people write it: 10⁻⁶ for ``1e-06``."""
    mantissa, _, power = text.partition("e-")
    return f"10⁻{str(int(power)).translate(_RAISED)}" if mantissa == "1" and power else text


def _table(manifest: Manifest) -> str:
    """Return the table of the report: errors by table, or the checks of exact counts."""
    if manifest.protection:
        rows = "".join(_error_row(line) for line in manifest.protection["tables"])
        return (
            "<h2>How far a figure may be off</h2><table><tr><th scope='col'>Table</th><th scope='col'>On average</th>"
            f"<th scope='col'>In 95 of 100 cases within</th></tr>{rows}</table>"
        )
    rows = "".join(
        f"<tr><th scope='row'>{escape(figure_label(name))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in sorted(manifest.audit.items(), key=lambda item: figure_label(item[0]))
    )
    return f"<h2>What was checked before anyone could see it</h2><table>{rows}</table>"


def _error_row(line: Mapping[str, Any]) -> str:
    error = line["standard_error"]
    return (
        f"<tr><th scope='row'>{escape(table_words(line['dims']))}</th><td>{MEAN_ABSOLUTE * error:.1f} persons</td>"
        f"<td>± {1.96 * error:.0f} persons</td></tr>"
    )


def table_words(dims: list[str] | tuple[str, ...]) -> str:
    """Return the dimensions of a table in words: ``county × year × nature``."""
    return " × ".join(_DIM_WORDS.get(dim, dim) for dim in dims)


def figure_label(name: str) -> str:
    """Return a figure of the checks in words."""
    return name.replace("_", " ").capitalize()
