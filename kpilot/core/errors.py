"""The one error meant for people: what is wrong, where, and what to write instead."""

import difflib
from collections.abc import Iterable

from kpilot.core.text import Text


class UserError(Exception):
    """Something a person can put right. Everything else that is raised is our own fault.

    `hint` says what to do; `code` is a stable word for programs (the API and `--json`).
    """

    def __init__(
        self, template: str, /, *, hint: Text | None = None, code: str = "", **values: object
    ) -> None:
        self.text = Text(template, **values)
        self.hint = hint
        self.code = code
        super().__init__(str(self.text) if hint is None else f"{self.text} {hint}")


def did_you_mean(word: str, known: Iterable[str]) -> Text | None:
    """The known word closest to `word` as a question, or None when nothing is near."""
    near = difflib.get_close_matches(word.lower(), {name.lower(): name for name in known}, n=1)
    if not near:
        return None
    name = next(name for name in known if name.lower() == near[0])
    return Text("Did you mean “{word}”?", word=name)
