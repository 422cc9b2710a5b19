"""What an engine is: it runs SQL written once, in DuckDB's dialect, and holds copies of tables.

Three schemas: the canonical tables, `facts` (as of the end of the data) and `moments` (as of
another time). The embedded warehouse names the last two by catalogue (`facts.main.sale`);
elsewhere they are schemas or databases of their own, so that nothing meets what stands there.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

Rows = Iterable[Sequence[object]]

SCHEMA = "kpilot"
SCHEMAS = {"facts": "kpilot_facts", "moments": "kpilot_moments"}
FIRST, LAST = date(1900, 1, 1), date(2299, 12, 31)


def within(value: object) -> object:
    """A date or moment no earlier than 1900 and no later than 2299, as every engine can hold it;
    everything else as it is."""
    if isinstance(value, datetime):
        return datetime.combine(min(max(value.date(), FIRST), LAST), value.time())
    return min(max(value, FIRST), LAST) if isinstance(value, date) else value


class Engine(Protocol):
    """What figures are asked of. What stands in its memory is gone when `openings` changes.

    `changes` counts what was written through it: while it stays, a question has the same answer.
    """

    openings: int
    changes: int

    # Any: a row's values have the types of its columns.
    def query(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of one statement in DuckDB's dialect; moments are naive UTC."""
        ...

    def close(self) -> None: ...


class Copy(Engine, Protocol):
    """An engine beside the warehouse, whose tables are filled from it."""

    def fill(self, table: str, columns: Mapping[str, str], rows: Rows) -> None:
        """Put `rows` in place of all that `table` held; `columns` are names and DuckDB types."""
        ...
