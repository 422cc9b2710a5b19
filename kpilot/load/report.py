"""What a load would do, and what it did: the words shared by the page, the CLI and the records.

A `Preview` is made before anything is written; a `LoadReport` after. Both are built of the same
parts, so a person sees after the load what she was shown before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from kpilot.core.text import Text

Fate = Literal["new", "updated", "unchanged", "refused"]
Render = Callable[[Text], str]
# progress(stage, done, total): "read", "propose", "stage", "compare" or "write"; total 0 = unknown.
Progress = Callable[[str, int, int], None]

PROBLEMS_LISTED = 1000
FIRST_ROWS = 50


def silent(stage: str, done: int, total: int) -> None:
    """The progress callback of those who don't show progress."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One reason why a row is refused: where it stands, what stands there, what is wrong.

    `row` counts as a person counts in the file (the header is row 1); `column` is the header, or
    "" when the whole row is meant; `cell` is the original text; `field` the canonical field.
    """

    file: str
    sheet: str
    row: int
    column: str
    field: str
    cell: str
    code: str
    why: Text


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Rows of one file: every row read has exactly one fate.

    `repeated` are those of `unchanged` that only repeat another row of the same file.
    """

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    repeated: int = 0

    @property
    def balanced(self) -> bool:
        """True when nothing is lost: read = new + updated + unchanged + refused."""
        return self.read == self.new + self.updated + self.unchanged + self.refused

    @property
    def accepted(self) -> int:
        return self.new + self.updated + self.unchanged

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            read=self.read + other.read, new=self.new + other.new,
            updated=self.updated + other.updated, unchanged=self.unchanged + other.unchanged,
            refused=self.refused + other.refused, repeated=self.repeated + other.repeated)


@dataclass(frozen=True, kw_only=True)
class Money:
    """The control total of one money column and currency ("" when no currency is given)."""

    field: str
    currency: str
    read: Decimal
    accepted: Decimal
    refused: Decimal

    @property
    def balanced(self) -> bool:
        return self.read == self.accepted + self.refused


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value of a first row: as it was written, as it was understood, and what is wrong."""

    field: str
    written: str
    understood: str
    why: Text | None = None


@dataclass(frozen=True, kw_only=True)
class FirstRow:
    """One of the first rows as understood, with its fate (and why, when it is refused)."""

    row: int
    fate: Fate
    cells: tuple[Cell, ...]
    why: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Implied:
    """Entities that a file names without describing, created with it: "3 new salespeople"."""

    table: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How far one field of one load reaches; the dates are business dates."""

    table: str
    field: str
    first: date | None
    last: date | None
    filled: int
    rows: int
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TableReport:
    """What happens to the rows of one file or sheet."""

    name: str
    file: str
    sheet: str
    table: str
    counts: Counts
    money: tuple[Money, ...] = ()
    first_rows: tuple[FirstRow, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a load would do; nothing has been written.

    `problems` holds the first `PROBLEMS_LISTED` of `problem_count`. `conflicts` must be empty
    before the plan can be carried out.
    """

    source: str
    tables: tuple[TableReport, ...]
    problems: tuple[Problem, ...]
    problem_count: int
    implied: tuple[Implied, ...]
    coverage: tuple[Coverage, ...]
    horizon: datetime | None
    flags: tuple[str, ...]
    notes: tuple[Text, ...]
    conflicts: tuple[Text, ...]

    @property
    def counts(self) -> Counts:
        """All files together."""
        return sum((table.counts for table in self.tables), Counts())

    def to_json(self, render: Render = str) -> dict[str, Any]:
        """A JSON object; sentences in the language of `render`."""
        return {"counts": plain(self.counts, render), **plain(self, render)}


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What a load did (or, with `dry_run`, would have done); `id` is 0 for a dry run.

    Times are UTC. `blocked_by` lists later loads that must be undone before this one.
    """

    id: int
    who: str
    source: str
    files: tuple[str, ...]
    started_at: datetime
    finished_at: datetime
    tables: tuple[TableReport, ...]
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    implied: tuple[Implied, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    horizon: datetime | None = None
    flags: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    undone_at: datetime | None = None
    undone_by: str | None = None
    blocked_by: tuple[int, ...] = ()
    dry_run: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        """All files together."""
        return sum((table.counts for table in self.tables), Counts())

    def to_json(self, render: Render = str) -> dict[str, Any]:
        """A JSON object; sentences in the language of `render`."""
        return {"counts": plain(self.counts, render), **plain(self, render)}


# Any: JSON has no better type.
def plain(value: Any, render: Render = str) -> Any:
    """`value` in the types JSON knows: dataclasses as objects, money as text, dates in ISO."""
    if isinstance(value, Text):
        return render(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item, render) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item, render) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name), render) for name in value.__dataclass_fields__}
    return value
