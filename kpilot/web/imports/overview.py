"""What is in the warehouse and what was loaded, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.core.settings import Settings
from kpilot.core.tables import TABLES
from kpilot.load.labels import field_label, table_label
from kpilot.load.report import LoadReport
from kpilot.project import Project
from kpilot.warehouse.sql import fill
from kpilot.web.imports.preview import Tally, tally
from kpilot.web.imports.words import said

FILES = 4
COVERED = """
    SELECT "table", min(first), max(last), list_distinct(flatten(list(flags)))
    FROM kp_coverage WHERE load_id IN (SELECT id FROM kp_load WHERE undone_at IS NULL)
    GROUP BY 1
"""


@dataclass(frozen=True, kw_only=True)
class TableLine:
    """One table of the warehouse: its rows, the business dates they cover."""

    label: str
    rows: int
    first: date | None
    last: date | None


@dataclass(frozen=True, kw_only=True)
class LoadLine:
    """One load in the list."""

    id: int
    who: str
    at: datetime
    files: str
    source: str
    tally: Tally
    undone_at: datetime | None
    undone_by: str
    blocked_by: Sequence[int]
    new: int
    updated: int


def tables(project: Project) -> list[TableLine]:
    """Every table that has rows, with the dates it covers."""
    covered = {str(row[0]): row for row in project.engine.query(COVERED)}
    lines = []
    for name in TABLES:
        counting = fill("SELECT count(*) FROM {table}", table=name)
        count = int(str(project.engine.query(counting)[0][0]))
        if not count:
            continue
        _name, first, last, _flags = covered.get(name, (name, None, None, None))
        lines.append(TableLine(
            label=said(table_label(name)), rows=count,
            first=first if isinstance(first, date) else None,
            last=last if isinstance(last, date) else None,
        ))
    return lines


def load_line(report: LoadReport, currency: str) -> LoadLine:
    """A load as the list and its own page show it."""
    return LoadLine(
        id=report.id, who=report.who, at=_aware(report.finished_at),
        files=files_said(report.files),
        source="" if report.source == "file" else report.source,
        tally=tally(report.counts, report.tables, currency),
        undone_at=_aware(report.undone_at) if report.undone_at else None,
        undone_by=report.undone_by or "", blocked_by=report.blocked_by,
        new=report.counts.new, updated=report.counts.updated,
    )


def files_said(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    left = len(names) - FILES
    if left <= 0:
        return ", ".join(names)
    more = ngettext("%(n)s more", "%(n)s more", left) % {"n": left}
    return ", ".join([*names[:FILES], more])


def assumed(flags: Sequence[str], settings: Settings) -> list[str]:
    """The fallbacks of real exports that are in force, as sentences."""
    known = {
        "assumed_currency": _("Amounts without a currency are taken to be in %(currency)s.")
        % {"currency": settings.currency},
        "assumed_tz": _("Times without a zone are taken to be in the zone %(zone)s.")
        % {"zone": settings.tz},
        "created_at_proxy": _("Creation dates are missing: the first exchange stands for them."),
        "zero_lost_is_null": _("Zeros on lost opportunities are taken to mean “no amount”."),
        "no_history": _("There is no stage history: it begins with the next load."),
    }
    return [known[flag] for flag in flags if flag in known]


def coverage_lines(report: LoadReport) -> list[tuple[str, str, int, int, date | None, date | None]]:
    """(table, field, rows filled, rows, first, last) of every field a load speaks for."""
    return [
        (said(table_label(c.table)), said(field_label(c.table, c.field)), c.filled, c.rows,
         c.first, c.last)
        for c in report.coverage if c.table in TABLES
    ]


def _aware(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
