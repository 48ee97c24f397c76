"""The card as a text message of at most 480 characters, in the plain letters every telephone has (GSM 03.38).

Same figures as the card. When it is too long, the least needed sentence goes first, never a figure.
"""

from __future__ import annotations

import unicodedata

from dashboard.i18n.catalogue import Catalogue
from geodata.query.county_card import Count, CountyCard

LONGEST = 440
"""Room is left for the site's own name in front of the link, which only the reader's browser knows."""
LIMIT = 480
SHORT_ID = 8
PLAIN = str.maketrans("’‘–—·“”\u202f\u00a0", "''---\"\", ")


def message(card: CountyCard, tr: Catalogue) -> str:
    """Return the message of one county in one language."""
    pcode = str(card.county["pcode"])
    years = f"{card.period.first}-{card.period.last}"
    head = tr.t("lite.sms.head", county=card.county["name"], pcode=pcode, years=years)
    foot = tr.t(
        "lite.sms.foot", as_of=card.as_of, release=card.release[:SHORT_ID], link=f"/lite/{pcode}?lang={tr.lang}"
    )
    help_line = tr.t("help.sms")
    figures = [_nature(count, tr) for count in card.counts]
    rest = [_roles(card, tr), tr.t("lite.sms.corridors", n=card.n_corridors), _responses(card, tr)]
    if card.missing:
        rest.append(tr.t("lite.sms.missing", kinds=_kinds(card.missing, tr)))
    while rest and len(plain(" ".join([head, *figures, *rest, help_line, foot]))) > LONGEST:
        rest.pop()
    return plain(" ".join([head, *figures, *rest, help_line, foot]))


def short_message(card: CountyCard, tr: Catalogue, root: str = "") -> str:
    """Return the county in two messages of a telephone: both natures, whom to call, the card's address under `root`."""
    pcode = str(card.county["pcode"])
    head = tr.t("screen.sms_head", county=card.county["name"], years=f"{card.period.first}-{card.period.last}")
    figures = [_short(count, tr) for count in card.counts]
    link = f"{root.rstrip('/')}/lite/{pcode}?lang={tr.lang}"
    return plain(" ".join([head, *figures, tr.t("help.sms"), link]))


def _short(count: Count, tr: Catalogue) -> str:
    if count.empty or count.persons is None:
        return _nature(count, tr)
    nature = tr.t(f"lite.sms.{count.nature}")
    persons = tr.t("panel.persons_n", n=count.persons)
    return tr.t("screen.sms_nature", nature=nature, n=count.incidents, persons=persons)


def plain(text: str) -> str:
    """Return the text in plain letters: no thin spaces, curly quotes or accents."""
    swapped = text.translate(PLAIN)
    return unicodedata.normalize("NFKD", swapped).encode("ascii", "ignore").decode()


def _nature(count: Count, tr: Catalogue) -> str:
    nature = tr.t(f"lite.sms.{count.nature}")
    if count.empty:
        return tr.t(f"lite.sms.none_{count.empty}", nature=nature)
    if count.persons is None:
        return tr.t("lite.sms.nature_unstated", nature=nature, n=count.incidents)
    persons = tr.t("panel.persons_n", n=count.persons)
    return tr.t("lite.sms.nature", nature=nature, n=count.incidents, persons=persons, rate=tr.rate(count.rate))


def _roles(card: CountyCard, tr: Catalogue) -> str:
    """Return the roles held, with grade and whether on one voice, and those without enough evidence under the rule."""
    alone = f" ({tr.t('lite.sms.one_voice')})"
    held = [
        f"{tr.t(f'lite.sms.role.{fact.role}')} {fact.grade}{alone if fact.one_voice else ''}"
        for fact in card.roles
        if fact.held
    ]
    below = [tr.t(f"lite.sms.role.{fact.role}") for fact in card.roles if not fact.held]
    weak = tr.t("lite.sms.roles_below", roles=", ".join(below)) if below else ""
    said = "; ".join(part for part in (", ".join(held), weak) if part)
    return tr.t("lite.sms.roles", roles=said) if said else tr.t("lite.sms.roles_none")


def _responses(card: CountyCard, tr: Catalogue) -> str:
    if not card.present:
        return tr.t("lite.sms.responses_none")
    return tr.t("lite.sms.responses", kinds=_kinds(card.present, tr))


def _kinds(kinds: tuple[str, ...], tr: Catalogue) -> str:
    return ", ".join(dict.fromkeys(tr.t(f"lite.sms.kind.{kind}") for kind in kinds))
