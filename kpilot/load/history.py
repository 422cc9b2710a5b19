"""The list of loads: who brought what, when, and how many rows; kept also when a load is undone."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb

from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.load.kept_text import keep, restore
from kpilot.load.refused import Source, problems, refused_csv, source_from_json
from kpilot.load.report import (
    Counts,
    Coverage,
    Implied,
    LoadReport,
    Money,
    Render,
    TableReport,
    plain,
)
from kpilot.project import Project
from kpilot.warehouse.sql import one, rows, run

LISTED = """SELECT id, started_at, finished_at, who, source, files, counts, flags, notes, horizon,
    undone_at, undone_by FROM kp_load"""


def next_id(cursor: duckdb.DuckDBPyConnection) -> int:
    """The number of the next load; numbers of undone loads are not used again."""
    return int(one(cursor, "SELECT coalesce(max(id), 0) + 1 FROM kp_load")[0])


def record_load(
    cursor: duckdb.DuckDBPyConnection, report: LoadReport, sources: Sequence[Source],
    builds_on: set[int],
) -> None:
    """Write the load to kp_load and count the data's version on, in the load's own transaction."""
    tables = [{**plain(table), "first_rows": [], "notes": [keep(note) for note in table.notes]}
              for table in report.tables]
    money = [{"file": table.name, **plain(total)} for table in report.tables
             for total in table.money]
    run(cursor, """
        INSERT INTO kp_load VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)
        """, report.id, report.started_at, report.finished_at, report.who, report.source,
        json.dumps([source.to_json() for source in sources]),
        json.dumps({"tables": tables, "implied": plain(report.implied)}),
        json.dumps({"rows": plain(report.counts), "money": money}), json.dumps(report.flags),
        json.dumps([keep(note) for note in report.notes]), report.horizon, sorted(builds_on))
    bump(cursor)


def bump(cursor: duckdb.DuckDBPyConnection) -> None:
    """Count the data's version on, so that nobody is shown figures from before."""
    run(cursor, "UPDATE kp_version SET n = n + 1")


def loads(project: Project) -> list[LoadReport]:
    """Every load, the latest first, undone ones included; without problems and coverage."""
    with project.engine.reading() as cursor:
        later = _later(cursor)
        return [_report(row, later) for row in rows(cursor, LISTED + " ORDER BY id DESC")]


def load_report(project: Project, load_id: int) -> LoadReport:
    """One load with its problems and coverage; UserError when there is none of that number."""
    with project.engine.reading() as cursor:
        found = rows(cursor, LISTED + " WHERE id = ?", load_id)
        if not found:
            raise UserError("There is no load {id}.", id=load_id, code="no_load")
        report = _report(found[0], _later(cursor))
        listed, count = problems(cursor, load_id, sources_of(cursor, load_id))
        covered = rows(cursor, """
            SELECT "table", field, first, last, rows_filled, rows, flags FROM kp_coverage
            WHERE load_id = ?""", load_id)
        fields = tuple(Coverage(table=c[0], field=c[1], first=c[2], last=c[3], filled=c[4],
                                rows=c[5], flags=tuple(c[6])) for c in covered)
        return LoadReport(**{**vars(report), "problems": listed, "problem_count": count,
                             "coverage": fields})


def sources_of(cursor: duckdb.DuckDBPyConnection, load_id: int) -> tuple[Source, ...]:
    """The files of a load, as far as they are kept: names, headers and how they were mapped."""
    found = one(cursor, "SELECT files FROM kp_load WHERE id = ?", load_id)[0]
    return tuple(source_from_json(kept) for kept in json.loads(found))


def refused_files(project: Project, load_id: int, render: Render) -> dict[str, str]:
    """File name → CSV of its refused rows, with the reason in the last column."""
    with project.engine.reading() as cursor:
        with_refusals = {row[0] for row in rows(
            cursor, "SELECT DISTINCT name FROM kp_refused WHERE load_id = ?", load_id)}
        return {source.name: "".join(refused_csv(cursor, load_id, source, render))
                for source in sources_of(cursor, load_id) if source.name in with_refusals}


def _later(cursor: duckdb.DuckDBPyConnection) -> dict[int, list[int]]:
    """Load → the loads in force that build on it."""
    found: dict[int, list[int]] = {}
    for earlier, later in rows(cursor, """
            SELECT unnest(builds_on) AS earlier, id FROM kp_load WHERE undone_at IS NULL
            ORDER BY id DESC"""):
        found.setdefault(earlier, []).append(later)
    return found


# Any: what JSON holds.
def _report(row: tuple[Any, ...], later: dict[int, list[int]]) -> LoadReport:
    (number, started, finished, who, source, files, counts, flags, notes, horizon,
     undone_at, undone_by) = row
    kept = json.loads(counts)
    return LoadReport(
        id=number, who=who, source=source, started_at=started, finished_at=finished,
        files=tuple(dict.fromkeys(f["file"] for f in json.loads(files))),
        tables=tuple(_table(table) for table in kept["tables"]),
        implied=tuple(Implied(table=i["table"], count=i["count"], names=tuple(i["names"]))
                      for i in kept["implied"]),
        problem_count=sum(table["counts"]["refused"] for table in kept["tables"]),
        flags=tuple(json.loads(flags)), notes=_texts(notes), horizon=horizon,
        undone_at=undone_at, undone_by=undone_by,
        blocked_by=tuple(later.get(number, ())) if undone_at is None else ())


def _table(kept: dict[str, Any]) -> TableReport:
    return TableReport(
        name=kept["name"], file=kept["file"], sheet=kept["sheet"], table=kept["table"],
        counts=Counts(**kept["counts"]),
        money=tuple(Money(field=m["field"], currency=m["currency"], read=Decimal(m["read"]),
                          accepted=Decimal(m["accepted"]), refused=Decimal(m["refused"]))
                    for m in kept["money"]),
        notes=tuple(restore(note) for note in kept["notes"]))


def _texts(kept: str) -> tuple[Text, ...]:
    return tuple(restore(note) for note in json.loads(kept))


def latest(project: Project) -> datetime | None:
    """When rows last came in, as naive UTC; None before the first load."""
    found = project.engine.query("SELECT max(finished_at) FROM kp_load WHERE undone_at IS NULL")
    moment = found[0][0]
    return moment if isinstance(moment, datetime) else None
