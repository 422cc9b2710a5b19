"""A desk at which tests load small files: mapped by hand, so that only the loading is tested."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpilot.core.raw import RawFormat, RawTable
from kpilot.core.tables import TABLES
from kpilot.load.commit import commit, preview
from kpilot.load.plan import AliasPlan, ColumnPlan, Plan, StagePlan, Style, TablePlan
from kpilot.load.report import LoadReport, Preview
from kpilot.project import Project, open_project
from kpilot.warehouse.sql import fill
from kpilot.warehouse.tables import SYSTEM
from tests.fresh import fresh_project


def utc(*parts: int) -> datetime:
    """A moment as the warehouse keeps it: in UTC, without saying so."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


NOW = utc(2024, 7, 1, 12, 0)
STAGES = (("Contact", "open"), ("Offer", "open"), ("Won", "won"), ("Lost", "lost"))


@dataclass(kw_only=True)
class Desk:
    """One project and short words for what people do with it."""

    project: Project
    files: int = 0
    stages: Sequence[tuple[str, str]] = STAGES
    guessed: bool = True
    aliases: list[AliasPlan] = field(default_factory=list)
    source: str = "file"

    def raw(self, text: str, name: str = "file") -> RawTable:
        """A file as `read` leaves it; cells are parted by semicolons."""
        rows = list(csv.reader(io.StringIO(text.strip()), delimiter=";"))
        header, cells = [cell.strip() for cell in rows[0]], rows[1:]
        self.files += 1
        path = self.project.incoming / f"{name}_{self.files}.parquet"
        columns: dict[str, Any] = {"row": pa.array(range(2, len(cells) + 2), pa.int64())}
        for n in range(len(header)):
            columns[f"c{n}"] = pa.array([row[n].strip() or None for row in cells], pa.string())
        pq.write_table(pa.table(columns), path)
        return RawTable(name=name, file=f"{name}.csv", columns=tuple(header), parquet=path,
                        rows=len(cells), format=RawFormat(kind="csv"))

    def table(self, table: str, text: str, fields: str, name: str = "",
              styles: Mapping[str, Style] | None = None) -> TablePlan:
        """A file that goes to `table`, its columns to `fields` in order ("." leaves one out)."""
        raw = self.raw(text, name or table)
        return TablePlan(
            raw=raw, table=table, signature="|".join(raw.columns), columns=tuple(
                ColumnPlan(index=n, header=raw.columns[n], field=None if to == "." else to,
                           confidence=1, reason="said", style=(styles or {}).get(to, Style()))
                for n, to in enumerate(fields.split())))

    def plan(self, *tables: TablePlan) -> Plan:
        return Plan(source=self.source, tables=tables, aliases=tuple(self.aliases), stages=tuple(
            StagePlan(name=name, kind=kind, pos=pos, rows=0, guessed=self.guessed)
            for pos, (name, kind) in enumerate(self.stages, 1)))

    def load(self, *tables: TablePlan, now: datetime = NOW) -> LoadReport:
        return commit(self.plan(*tables), self.project, who="ann", now=now)

    def preview(self, *tables: TablePlan) -> Preview:
        return preview(self.plan(*tables), self.project, now=NOW)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.project.engine.query(sql)

    def everything(self, *, without: Sequence[str] = ("kp_load", "kp_version")) -> dict[str, Any]:
        """Every row of every table, for comparing two states of the warehouse."""
        names = [*TABLES, *SYSTEM, *(f"kp_undo_{table}" for table in TABLES)]
        found = {name: sorted(self.ask(fill("SELECT * FROM {name}", name=name)), key=repr)
                 for name in names if name not in without}
        return {name: rows for name, rows in found.items() if rows}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty project in Paris."""
    fresh_project(tmp_path / "project")
    project = open_project(tmp_path / "project")
    yield Desk(project=project)
    project.close()


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    """As many empty projects as a test wants."""
    made: list[Project] = []

    def new() -> Desk:
        fresh_project(tmp_path / f"project{len(made)}")
        made.append(open_project(tmp_path / f"project{len(made)}"))
        return Desk(project=made[-1])

    yield new
    for project in made:
        project.close()
