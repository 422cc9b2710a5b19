"""What engines beside the warehouse share: statements are translated, and columns known, here."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from kpilot.engines.dialects import Macro, created, read, rewritten, table_of, typed
from kpilot.engines.engine import Rows


class Copied(ABC):
    """An engine with copies of the tables, that speaks a dialect of its own."""

    dialect = ""
    macros: tuple[Macro, ...] = ()
    openings = 1
    changes = 0

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Mapping[str, str]] = {}
        self._filling = threading.Lock()

    @abstractmethod
    # Any: a row's values have the types of its columns.
    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """All rows of one statement in the engine's dialect; moments are naive UTC."""

    @abstractmethod
    def columns(self, schema: str, table: str) -> Mapping[str, str]:
        """Names and types, in the engine's dialect, of a table's columns."""

    @abstractmethod
    def insert(self, table: str, columns: Mapping[str, str], rows: Rows) -> None:
        """Add rows to a table of the schema of copies, which has these columns."""

    @abstractmethod
    def close(self) -> None: ...

    def query(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of one statement in DuckDB's dialect."""
        rows: list[tuple[Any, ...]] = []
        tree = read(sql, params)
        is_change = not isinstance(tree, exp.Query)
        for statement in self.render(tree):
            rows = self.run(statement)
        self.changes += is_change
        return rows

    def render(self, tree: exp.Expr) -> list[str]:
        """The statements of the engine that do what `tree` says; the tree is changed."""
        for table in () if isinstance(tree, exp.Query) else tree.find_all(exp.Table):
            self._known.pop((table.db, table.name), None)
        tree = rewritten(typed(tree, self._columns), *self.macros)
        return [part.sql(dialect=self.dialect, identify=True, copy=False) for part in created(tree)]

    def fill(self, table: str, columns: Mapping[str, str], rows: Rows) -> None:
        """Put `rows` in place of all that `table` held; `columns` are names and DuckDB types."""
        with self._filling:
            for statement in self.render(table_of(table, columns)):
                self.run(statement)
            self.insert(table, columns, rows)
            self.changes += 1

    def _columns(self, schema: str, table: str) -> Mapping[str, str]:
        if (schema, table) not in self._known:
            self._known[schema, table] = {
                name: exp.DataType.build(kind, dialect=self.dialect).sql(dialect="duckdb")
                for name, kind in self.columns(schema, table).items()
            }
        return self._known[schema, table]
