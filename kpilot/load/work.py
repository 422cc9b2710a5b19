"""What the steps of one load share while it is carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from kpilot.core.schema import Table
from kpilot.core.tables import TABLES
from kpilot.core.text import Text
from kpilot.load.headers import COPIED, fold
from kpilot.load.plan import Plan, Style, TablePlan
from kpilot.load.targets import Target, find
from kpilot.warehouse.sql import Sql, fill, listed, name, text

# Systems that write times in UTC, whoever exports them (rule G1).
UTC_SOURCES = frozenset({"salesforce", "hubspot", "pipedrive", "odoo"})

# Rows that others name, so that a name alone makes one; the rest are records, known by id.
NAMED = frozenset({
    "team", "agent", "channel", "campaign", "product", "account", "contact", "lead_status",
    "pipeline", "stage",
})


@dataclass(frozen=True, kw_only=True)
class Work:
    """One load in its transaction. `now` is naive UTC; all steps write rows marked `load_id`."""

    cursor: duckdb.DuckDBPyConnection
    plan: Plan
    load_id: int
    now: datetime
    tz: str
    currency: str
    language: str

    @property
    def zone(self) -> str:
        """The zone of times that don't say theirs."""
        return "UTC" if self.plan.source in UTC_SOURCES else self.tz

    @property
    def prefix(self) -> Sql:
        """What stands before a source's own id, so that two sources never collide."""
        return text("" if self.plan.source == "file" else f"{self.plan.source}:")


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A column of a file together with the place it goes to."""

    index: int
    header: str
    style: Style
    target: Target

    @property
    def cell(self) -> Sql:
        """The column of the raw relation."""
        return name(f"c{self.index}")

    @property
    def field(self) -> str:
        return self.target.name


@dataclass(kw_only=True)
class Staged:
    """One file or sheet as typed rows in temporary tables.

    rows        the temporary table: "row", the `columns` of the warehouse table, "_fate", "_bad"
    fates       how many rows of the temporary table have which fate, once all are judged
    problems    the temporary table of reasons: row, col, code, arg
    columns     warehouse columns the file speaks for; the others keep what they hold
    kept        column → SQL over `s`, the staged row: where true, a known value stays as it is
    """

    number: int
    plan: TablePlan
    table: Table
    mapped: Sequence[Mapped]
    columns: Sequence[str] = ()
    kept: Mapping[str, Sql] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    references: Mapping[int, str] = field(default_factory=dict)
    choices: Mapping[int, str] = field(default_factory=dict)
    ambiguous: frozenset[int] = frozenset()
    is_compared: bool = False
    fates: Mapping[str, int] = field(default_factory=dict)

    @property
    def cells(self) -> Sql:
        """The raw relation; a person's two names stand together in one more column."""
        whole = next((m for m in self.mapped if m.index == len(self.plan.raw.columns)), None)
        if whole is None:
            return Sql(self.plan.raw.cells)
        parts = [m.cell for name_ in ("first_name", "last_name") if (m := self.column(name_))]
        return fill("(SELECT *, nullif(concat_ws(' ', {parts}), '') AS {cell} FROM {raw})",
                    parts=listed(parts), cell=whole.cell, raw=Sql(self.plan.raw.cells))

    @property
    def is_copy(self) -> bool:
        """True for a service's copy of its own tables, whose times are UTC."""
        return any(fold(header) in COPIED for header in self.plan.raw.columns)

    def zone(self, work: Work) -> str:
        """The zone of times that don't say theirs."""
        return "UTC" if self.is_copy else work.zone

    @property
    def rows(self) -> str:
        return f"kp_rows_{self.number}" + ("_compared" if self.is_compared else "")

    @property
    def problems(self) -> str:
        return f"kp_problems_{self.number}"

    def temporary(self, kind: str, of: object = "") -> str:
        """The name of another temporary table of this file."""
        return f"kp_{kind}_{self.number}_{of}"

    def column(self, field_name: str) -> Mapped | None:
        """The file's column for the table's own field, or None."""
        return next((m for m in self.mapped if m.field == field_name), None)

    def matches(self, left: str, right: str) -> Sql:
        """SQL: the rows of two relations are the same record."""
        return same(self.table.key, left, right)


def mapped_columns(plan: TablePlan) -> tuple[Mapped, ...]:
    """The columns of the file that go somewhere, with their places."""
    table = plan.table or ""
    found = ((column, find(table, column.field)) for column in plan.columns if column.field)
    mapped = [Mapped(index=column.index, header=column.header, style=column.style, target=target)
              for column, target in found if target]
    by_field = {m.field: m for m in mapped}
    named = by_field.get("last_name") or by_field.get("first_name")
    whole = find(table, "name")
    if named and whole and "name" not in by_field:
        mapped.append(Mapped(index=len(plan.raw.columns), header=named.header, style=named.style,
                             target=whole))
    return tuple(mapped)


def same(key: Sequence[str], left: str, right: str) -> Sql:
    """SQL: the key columns are equal; a date and a time that are both missing count as equal."""
    template = ("{a}.{column} = {b}.{column}" if len(key) == 1
                else "{a}.{column} IS NOT DISTINCT FROM {b}.{column}")
    return Sql(" AND ".join(fill(template, a=left, b=right, column=column) for column in key))


def in_order(plan: Plan) -> list[TablePlan]:
    """The files that are loaded, a table after those it refers to."""
    order = list(TABLES)
    kept = [table for table in plan.tables if table.table and not table.skip]
    return sorted(kept, key=lambda table: order.index(str(table.table)))
