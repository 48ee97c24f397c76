"""Questions put to a person at a terminal."""

from __future__ import annotations

from geodata.intake.event_dates import LEAVE_OUT, NO_DATE, is_date_decision
from geodata.intake.headings import label_of
from geodata.intake.outcome import CountyDoubt, DateDoubt, WordDoubt
from geodata.intake.phrases import ANSWERS
from geodata.intake.questions import Question
from geodata.intake.rights import BASIS_WORDS, LEGAL_BASES, NEEDS_AGREEMENT


class TerminalAsker:
    """Asks on the terminal; only yes is yes."""

    def column(self, heading: str, field: str) -> bool:
        """Ask whether a heading means a field."""
        return self._yes(f"Is the column ‘{heading}’ {label_of(field)}?")

    def question(self, question: Question) -> str:
        """Ask a question with numbered choices; "" when none is taken."""
        print(question.text)
        for number, choice in enumerate(question.choices, start=1):
            mark = " (suggested)" if choice.code == question.suggestion else ""
            print(f"  {number}  {choice.label}{mark}")
        return self._choice([choice.code for choice in question.choices], years=question.key == "undated")

    def word(self, doubt: WordDoubt) -> str:
        """Ask what a word about the case means."""
        meant = f" It may mean {doubt.suggestion.replace('_', ' ')}." if doubt.suggestion else ""
        print(f"{doubt.n_rows:,} rows say ‘{doubt.word}’: {doubt.reason}.{meant} What does it mean?")
        for number, code in enumerate(ANSWERS, start=1):
            print(f"  {number}  {code.replace('_', ' ')}")
        return self._choice(list(ANSWERS))

    def rights(self) -> tuple[str, str]:
        """Ask on what legal basis the cases were given and, where it needs one, for the reference of the agreement."""
        print("On what terms were these cases given (Kenya Data Protection Act 2019)?")
        for number, code in enumerate(LEGAL_BASES, start=1):
            print(f"  {number}  {BASIS_WORDS[code]}")
        basis = self._choice(list(LEGAL_BASES))
        if basis not in NEEDS_AGREEMENT:
            return basis, ""
        try:
            return basis, input("Reference of the consent form or agreement: ").strip()
        except EOFError:
            return basis, ""

    @staticmethod
    def _choice(codes: list[str], *, years: bool = False) -> str:
        """Return the code of a number typed, or a code typed in full; "" for anything else."""
        try:
            typed = input("Number of your answer (Enter leaves it open): ").strip()
        except EOFError:
            return ""
        if typed.isdigit() and 1 <= int(typed) <= len(codes):
            return codes[int(typed) - 1]
        if years and typed.isdigit() and len(typed) == len("2024"):
            return typed
        return typed if typed in codes else ""

    def county(self, doubt: CountyDoubt) -> bool:
        """Ask whether a spelling means a county."""
        return self._yes(f"{doubt.n_rows:,} rows say ‘{doubt.spelling}’: is that {doubt.county} ({doubt.pcode})?")

    @staticmethod
    def _yes(question: str) -> bool:
        try:
            return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes", "oui", "ndio", "ndiyo")
        except EOFError:
            return False

    def date(self, doubt: DateDoubt) -> str:
        """Ask for the right date of a cell; "" when nothing usable is typed."""
        print(f"{doubt.n_rows:,} rows have the date ‘{doubt.text}’: {doubt.reason}.")
        print(f"  Write the right date (2024-03-05, 2024-03 or 2024), {NO_DATE}, or {LEAVE_OUT} for not at all.")
        try:
            typed = input("> ").strip().casefold()
        except EOFError:
            return ""
        return typed if is_date_decision(typed) else ""
