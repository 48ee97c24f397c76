"""5,000 messy rows with a person's data in every one: names, phones, e-mails, ids, positions, own words.

Headings do not always tell what a column holds, and one row in fourteen has a cell slipped into a column it does
not belong to. Every seed carries a part that occurs nowhere else, so that it can be looked for in files.
"""

from __future__ import annotations

import csv
import io
import random

from geodata.intake import privacy

N_ROWS = 5000
GIVEN = ("Jane", "John", "Amina", "Peter", "Halima", "Grace", "Abdi", "Mercy", "Brian", "Fatuma", "Tesfaye", "Akinyi")
FAMILY = ("Wanjiku", "Otieno", "Hassan", "Kiprono", "Mutua", "Barasa", "Njoroge", "Chebet", "Haile", "Ouma", "Mwangi")
COUNTIES = ("Isiolo", "Nairobi", "KWALE COUNTY", "Busia", "Turkana", "Garissa ", "mombasa", "KE025", "33")


def _name(rng: random.Random) -> str:
    # A made-up ending makes every name findable.
    return f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}{'aeiou'[rng.randrange(5)]}nq{chr(97 + rng.randrange(26))}"


def _phone(rng: random.Random) -> str:
    tail = f"{rng.randrange(10**8):08d}"
    return rng.choice((f"07{tail}", f"+2547{tail}", f"+254 7{tail[:2]} {tail[2:5]} {tail[5:]}", f"01{tail}",
                       f"+251 91 {tail[:3]} {tail[3:7]}", f"00256 7{tail[:2]} {tail[2:]}"))  # fmt: skip


def _seeds(rng: random.Random) -> dict[str, str]:
    number = rng.randrange(10**8)
    return {
        privacy.NAME: _name(rng),
        privacy.PHONE: _phone(rng),
        privacy.EMAIL: f"{rng.choice(GIVEN).lower()}.{number}@mail{rng.randrange(99)}.co.ke",
        privacy.ID_NUMBER: rng.choice((f"{20_000_000 + rng.randrange(19_999_999)}", f"AK{number % 10**7:07d}")),
        privacy.GPS: f"{rng.uniform(-4, 4):.6f} {rng.uniform(34, 41):.6f} 0 5",
        privacy.FREE_TEXT: f"The girl was taken from her aunt, beaten {number % 997} times and told not to speak of it",
    }


def corpus() -> tuple[str, list[dict[str, str]]]:
    """Return a messy CSV and the seeds of each row; the columns' headings do not always tell what they hold."""
    rng = random.Random(20261122)
    out = io.StringIO()
    headings = ["Ref no", "Victim", "County", "When", "sex", "Contact details", "Col7", "Doc", "Where exactly",
                "What happened", "Reporting Agency", "Relationship to recruiter", "Form of exploitation"]  # fmt: skip
    writer = csv.writer(out)
    writer.writerow(headings)
    seeds = []
    for number in range(N_ROWS):
        seed = _seeds(rng)
        slipped = rng.random()
        county = rng.choice(COUNTIES)
        agency, relation = rng.choice(("HAART", "IOM", "DCI")), rng.choice(("friend", "aunt", ""))
        if slipped < 0.02:  # cells slip into the wrong columns
            county = seed[privacy.PHONE]
        elif slipped < 0.04:
            agency = seed[privacy.NAME]
        elif slipped < 0.06:
            relation = seed[privacy.PHONE]
        elif slipped < 0.07:
            agency = seed[privacy.EMAIL]
        writer.writerow([
            f"REF/{number}", seed[privacy.NAME], county, f"{rng.randrange(1, 28):02d}/{rng.randrange(1, 12):02d}/2024",
            rng.choice("FM"), seed[privacy.PHONE], seed[privacy.EMAIL], seed[privacy.ID_NUMBER], seed[privacy.GPS],
            seed[privacy.FREE_TEXT], agency, relation, rng.choice(("Forced labour", "begging")),
        ])  # fmt: skip
        seeds.append(seed)
    return out.getvalue(), seeds


def telling(seeds: list[dict[str, str]]) -> dict[str, set[str]]:
    """Return, by kind, the part of every seed that gives it away by itself."""
    return {
        privacy.NAME: {seed[privacy.NAME].split()[-1] for seed in seeds},
        privacy.PHONE: {seed[privacy.PHONE].replace(" ", "")[-8:] for seed in seeds}
        | {s[privacy.PHONE] for s in seeds},
        privacy.EMAIL: {seed[privacy.EMAIL] for seed in seeds},
        privacy.ID_NUMBER: {seed[privacy.ID_NUMBER] for seed in seeds},
        privacy.GPS: {part for seed in seeds for part in seed[privacy.GPS].split()[:2]},
        privacy.FREE_TEXT: {"taken from her aunt", "told not to speak", "beaten "},
    }


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
