"""Which definition of a KPI is in force, since when, and what it was before.

A figure means what its definition says, so a definition that changes gets a number of its own: the
first question after a change writes it down, and pages say which one they show.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from kpilot.ask.catalog import catalog
from kpilot.core.kpi import Kpi
from kpilot.project import Project

PLACE = ("definitions",)


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One version of a KPI's definition in this project.

    since  when this project first asked by it (naive UTC)
    said   what decides the figure: fact, date, measure, exclusions …
    """

    version: int
    since: datetime
    said: dict[str, str]


def history(project: Project, kpi: Kpi, now: datetime) -> list[Definition]:
    """Every definition of `kpi` this project has asked by, the one in force last."""
    _write_changes(project, now)
    rows = project.engine.query(
        "SELECT version, since, said FROM kp_definition WHERE kpi = ? ORDER BY version", [kpi.name]
    )
    return [
        Definition(version=int(str(n)), since=since, said=json.loads(str(said)))
        for n, since, said in rows
        if isinstance(since, datetime)
    ]


def in_force(project: Project, now: datetime) -> dict[str, tuple[int, datetime, bool]]:
    """KPI → (version, since, whether it replaced another) of the definition asked by now."""
    _write_changes(project, now)
    rows = project.engine.query(
        "SELECT kpi, max(version), arg_max(since, version), count(*) > 1 FROM kp_definition "
        "GROUP BY kpi"
    )
    return {
        str(kpi): (int(str(n)), since, bool(is_later))
        for kpi, n, since, is_later in rows
        if isinstance(since, datetime)
    }


def _write_changes(project: Project, now: datetime) -> None:
    """Note each definition that is not the last one on record."""
    known = {kpi.name: (kpi, _fingerprint(kpi)) for kpi in catalog(project).values()}
    marks = tuple(sorted((name, mark) for name, (_, mark) in known.items()))
    if project.memo.get(PLACE) == marks:
        return
    with project.engine.transaction() as cursor:
        last = {
            str(name): (int(n), str(mark))
            for name, n, mark in cursor.execute(
                "SELECT kpi, max(version), arg_max(fingerprint, version) FROM kp_definition "
                "GROUP BY kpi"
            ).fetchall()
        }
        for name, (kpi, mark) in sorted(known.items()):
            before, seen = last.get(name, (0, ""))
            if seen != mark:
                version = max(kpi.version, before + 1)
                said = json.dumps(kpi.defined_as)
                cursor.execute(
                    "INSERT INTO kp_definition VALUES (?, ?, ?, ?, ?)",
                    [name, version, mark, now, said],
                )
    project.memo[PLACE] = marks


def _fingerprint(kpi: Kpi) -> str:
    return hashlib.sha256(json.dumps(kpi.defined_as).encode()).hexdigest()[:16]
