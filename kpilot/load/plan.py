"""What a load is going to do, as proposed to a person and corrected by her.

`Answers` is what was said (in a mapping file, on the page, or remembered from an earlier load of
the same headers); `Plan` is the whole proposal that follows from the files and the answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kpilot.core.raw import RawTable
from kpilot.core.text import Text

StageKind = Literal["open", "won", "lost"]


@dataclass(frozen=True, kw_only=True)
class Style:
    """How the cells of one column are written.

    decimal   "." or ","; thousands separators are dropped; "" when the column has both, so that a
              lone one before three digits is refused
    dates     "iso", "day first", "month first", "year first", "serial" (spreadsheet days),
              "unix" (seconds), "unix ms"; month names in English and French are always understood
    percent   the cells carry % and are divided by 100
    assumed   True when the cells alone could not tell (all days ≤ 12): shown to the person
    """

    decimal: str = "."
    dates: str = "iso"
    percent: bool = False
    assumed: bool = False


@dataclass(frozen=True, kw_only=True)
class TableAnswers:
    """What was said about one file or sheet."""

    table: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)
    styles: Mapping[str, Style] = field(default_factory=dict)
    skip: bool = False


@dataclass(frozen=True, kw_only=True)
class StageAnswer:
    """What was said about one stage name."""

    kind: StageKind
    pos: int | None = None


@dataclass(frozen=True, kw_only=True)
class Answers:
    """All that was said: by raw table name, by stage name, by (table, name heard).

    `aliases[table][heard]` is the known name it stands for, or None to keep the two apart.
    """

    source: str = "file"
    tables: Mapping[str, TableAnswers] = field(default_factory=dict)
    stages: Mapping[str, StageAnswer] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """One column of the file and the field it goes to (None: left out).

    field       a field of the table, or `<reference>.<field>` for what a flat export says of a row
                the table refers to: `account.industry`, `owner.team_id`, `owner.name` (beside an
                owner_id that holds ids). `targets.find(table, field)` tells what it is.
    confidence  0…1; reason is "said", "remembered", "header", "similar" or "content".
    """

    index: int
    header: str
    field: str | None
    confidence: float
    reason: str
    style: Style
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StagePlan:
    """One stage name of the file, with its place in the pipeline; guessed until said."""

    name: str
    kind: StageKind
    pos: int
    rows: int
    guessed: bool
    pipeline: str = ""
    probability: float | None = None


@dataclass(frozen=True, kw_only=True)
class AliasPlan:
    """A name that looks like one already known; `accepted` None until someone decides.

    rows, known_rows  rows that say the one, and the other (0: only a catalogue or the warehouse)
    """

    table: str
    heard: str
    known: str
    rows: int
    known_rows: int
    confidence: float
    accepted: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TablePlan:
    """One file or sheet, the canonical table it goes to and how its columns map."""

    raw: RawTable
    table: str | None
    signature: str
    columns: tuple[ColumnPlan, ...]
    confidence: float = 1.0
    skip: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The whole proposal; `conflicts` must be empty before it can be carried out."""

    source: str
    tables: tuple[TablePlan, ...]
    stages: tuple[StagePlan, ...] = ()
    aliases: tuple[AliasPlan, ...] = ()
    notes: tuple[Text, ...] = ()
    conflicts: tuple[Text, ...] = ()
