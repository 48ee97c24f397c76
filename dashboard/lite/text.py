"""The card as a text message of at most 480 characters, in the plain letters every telephone has (GSM 03.38).

Same figures as the card. When it is too long, the least needed sentence goes first, a figure only when no record of
today needs it, the helpline and the address never: both messages are bounded whatever a record holds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from dashboard.i18n.catalogue import Catalogue
from geodata.query.county_card import Count, CountyCard

LONGEST = 440
"""Room is left for the site's own name in front of the link, which only the reader's browser knows."""
LIMIT = 480
TWO_MESSAGES = 306
"""Letters of two joined messages of a telephone, 153 each."""
SHORT_ID = 8
PLAIN = str.maketrans("’‘–—·“”\u202f\u00a0", "''---\"\", ")


def message(card: CountyCard, tr: Catalogue) -> str:
    """Return the message of one county in one language, `LONGEST` letters at most whatever the record holds."""
    pcode = str(card.county["pcode"])
    years = f"{card.period.first}-{card.period.last}"
    head = tr.t("lite.sms.head", county=card.county["name"], pcode=pcode, years=years)
    link = f"/lite/{pcode}?lang={tr.lang}"
    foot = tr.t("lite.sms.foot", as_of=card.as_of, release=card.release[:SHORT_ID], link=link)
    rest = [_roles(card, tr), tr.t("lite.sms.corridors", n=card.n_corridors), _responses(card, tr)]
    if card.missing:
        rest.append(tr.t("lite.sms.missing", kinds=_kinds(card.missing, tr)))
    figures = [_nature(count, tr) for count in card.counts]
    fuller = [[head, *figures, *rest[:kept]] for kept in range(len(rest), -1, -1)]
    help_line = tr.t("help.sms")
    message = _fitting(fuller, [help_line, foot], LONGEST)
    return message or _fitting(_shorter(card, tr), [help_line, link], LONGEST)


def short_message(card: CountyCard, tr: Catalogue, root: str = "") -> str:
    """Return the county in two messages of a telephone: both natures, whom to call, the card's address under `root`.

    What does not fit goes by rule, the least needed first: the years, the persons, the events, the county's name. The
    helpline and the address never go; an address too long for any message is told without its site.
    """
    path = f"/lite/{card.county['pcode']}"
    head = tr.t("screen.sms_head", county=card.county["name"], years=f"{card.period.first}-{card.period.last}")
    fuller = [[head, *(_short(count, tr) for count in card.counts)]]
    for link in (f"{root.rstrip('/')}{path}?lang={tr.lang}", f"{root.rstrip('/')}{path}", path):
        if message := _fitting([*fuller, *_shorter(card, tr)], [tr.t("help.sms"), link], TWO_MESSAGES):
            return message
    return plain(f"{tr.t('help.sms')} {path}")


def _fitting(wishes: Iterable[Sequence[str]], always: Sequence[str], limit: int) -> str:
    """Return the first of the wishes that fits a limit together with what is always told; "" when none does."""
    texts = (plain(" ".join([*wish, *always])) for wish in wishes)
    return next((text for text in texts if len(text) <= limit), "")


def _shorter(card: CountyCard, tr: Catalogue) -> list[list[str]]:
    """Return what else may be told of a county, each shorter than the one before; nothing at the end."""
    name = f"{card.county['name']}."
    figures = [_short(count, tr) for count in card.counts]
    events = [
        tr.t("lite.sms.events_only", nature=tr.t(f"lite.sms.{count.nature}"), n=count.incidents)
        for count in card.counts
    ]
    return [[name, *figures], [name, *events], [name], []]


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
    roles = "; ".join(part for part in (", ".join(held), weak) if part)
    return tr.t("lite.sms.roles", roles=roles) if roles else tr.t("lite.sms.roles_none")


def _responses(card: CountyCard, tr: Catalogue) -> str:
    if not card.present:
        return tr.t("lite.sms.responses_none")
    return tr.t("lite.sms.responses", kinds=_kinds(card.present, tr))


def _kinds(kinds: tuple[str, ...], tr: Catalogue) -> str:
    return ", ".join(dict.fromkeys(tr.t(f"lite.sms.kind.{kind}") for kind in kinds))
