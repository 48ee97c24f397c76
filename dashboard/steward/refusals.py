"""What the desk does not do, and what to do instead: a sentence in the language in which the desk is shown."""

from __future__ import annotations

from dashboard.i18n.catalogue import catalogue
from geodata.values import DataProblem


class DeskRefusal(DataProblem):
    """A step that the desk does not take; its text is English, for logs, and `sentence` says it in any language.

    key: of the words under ``steward.not_done``; values: what they name.
    """

    def __init__(self, key: str, **values: str | int) -> None:
        """Keep which words say it."""
        self.key, self.values = key, values
        super().__init__(self.sentence("en"))

    def sentence(self, lang: str) -> str:
        """Return what is said to a reader of this language."""
        return catalogue(lang).t(f"steward.not_done.{self.key}", **self.values)
