"""What an engine is: it runs SQL written once, in DuckDB's dialect, and holds copies of tables.

Three schemas: the canonical tables, `facts` (as of the end of the data) and `moments` (as of
another time). The embedded warehouse names the last two by catalogue (`facts.main.sale`);
elsewhere they are schemas or databases of their own, so that nothing meets what stands there.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

Rows = Iterable[Sequence[object]]

SCHEMA = "kpilot"
SCHEMAS = {"facts": "kpilot_facts", "moments": "kpilot_moments"}


class Engine(Protocol):
    """What figures are asked of."""

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
