"""Targets set in kpilot: each change kept for good, and put where every figure is asked from.

Rows go into the warehouse the way all rows do, through `load()`, as those of the source "kpilot".
So attainment, KPI pages and reports use them at once, and the page of loads lists them.
"""

import csv
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from kpilot.ask.catalog import catalog
from kpilot.ask.fiscal import fiscal
from kpilot.ask.own_targets import SOURCE
from kpilot.core.calendar import parse_period
from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.load import load
from kpilot.load.plan import Answers, Style, TableAnswers
from kpilot.project import Project
from kpilot.web.people.models import Person
from kpilot.web.targets.models import Entry
from kpilot.web.targets.record import Cell, on_record
from kpilot.web.targets.rights import rights_of
from kpilot.web.warehouse import project as opened

MOST = Decimal("1e14")
LONGEST_WORD = 200
FIELDS = ("id", "kpi_id", "scope_type", "scope_id", "period", "value", "currency", "deleted_at")
_SETTING = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Change:
    """A target to be set, in the KPI's own unit (a share as a fraction, money in the
    organisation's currency); `value` None takes it away.

    was   what the person saw before, to notice that somebody else changed it; with `is_seen` False
          it is not held against what stands
    """

    kpi: str
    scope_type: str
    scope_id: str
    period: str
    value: Decimal | None
    was: Decimal | None = None
    is_seen: bool = False

    @property
    def cell(self) -> Cell:
        return (self.kpi, self.scope_type, self.scope_id, self.period)


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A cell that somebody else changed since it was seen; nothing was written over."""

    change: Change
    stands: Decimal | None
    who: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What came of it: the entries written, and the cells where somebody was faster."""

    entries: Sequence[Entry] = ()
    clashes: Sequence[Clash] = ()


def set_targets(
    person: Person,
    changes: Sequence[Change],
    *,
    why: str = "grid",
    word: str = "",
    project: Project | None = None,
    now: datetime | None = None,
) -> Kept:
    """Keep these targets and put them in the warehouse, all that nobody else changed meanwhile.

    why   where they were set: "grid", "csv", "proposal", "goal"
    word  the reason she gives

    Raises UserError for a target that makes no sense, or one she may not set: nothing is kept then.
    """
    project, moment = project or opened(), now or datetime.now(UTC)
    may = rights_of(person, project)
    for change in changes:
        if not may.sets((change.scope_type, change.scope_id)):
            raise UserError("You cannot set targets for others than your own team.", code="rights")
        check(change.kpi, change.value, project)
        parse_period(change.period, fiscal(project))
    with _SETTING, transaction.atomic():
        stands = on_record(project)
        clashes, entries = [], []
        for change in {change.cell: change for change in changes}.values():
            found = stands.get(change.cell)
            old = found.value if found else None
            if old == change.value:
                continue
            if change.is_seen and change.was != old:
                clashes.append(_clash(change, old))
                continue
            entries.append(_entry(person, change, old, why, moment, word))
        if entries:
            load_id = _put(entries, project, person, moment)
            for entry in entries:
                entry.load_id = load_id
            Entry.objects.bulk_create(entries)
    return Kept(entries=entries, clashes=clashes)


def check(kpi: str, value: Decimal | None, project: Project) -> None:
    """UserError for a target that no figure could be held against."""
    known = catalog(project).get(kpi)
    if known is None:
        raise UserError("There is no KPI “{kpi}”.", kpi=kpi, code="unknown_kpi")
    if known.is_formula:
        raise UserError(
            "“{kpi}” is worked out from other KPIs: set targets for those.", kpi=known.name,
            code="formula",
        )  # fmt: skip
    if value is None:
        return
    if value < 0:
        raise UserError("A target is not below zero.", code="negative_target")
    if value == 0 and known.direction != "down":
        raise UserError(
            "A target of zero is reached by doing nothing.", code="zero_target",
            hint=Text("Leave the cell empty for no target."),
        )  # fmt: skip
    if known.unit == "ratio" and known.measure.kind == "ratio" and not known.money and value > 1:
        raise UserError(
            "A share cannot be above 100%.", code="above_whole",
            hint=Text("Write 25 for 25%, not a percentage of the percentage."),
        )  # fmt: skip
    if value >= MOST:
        raise UserError("The number is too large to be a target.", code="too_large")


def history(cells: Sequence[Cell]) -> Sequence[Entry]:
    """What was said about these cells, the latest first."""
    wanted = set(cells)
    found = Entry.objects.filter(
        kpi__in={cell[0] for cell in wanted}, period__in={cell[3] for cell in wanted}
    ).select_related("who")
    return [e for e in found if (e.kpi, e.scope_type, e.scope_id, e.period) in wanted]


def _clash(change: Change, stands: Decimal | None) -> Clash:
    last = next(iter(history([change.cell])), None)
    return Clash(change=change, stands=stands, who=last.who_name if last else "",
                 at=last.at if last else None)  # fmt: skip


def _entry(
    person: Person, change: Change, old: Decimal | None, why: str, moment: datetime, word: str
) -> Entry:
    return Entry(
        at=moment, who=person, who_name=str(person), kpi=change.kpi, scope_type=change.scope_type,
        scope_id=change.scope_id, period=change.period, old=old, new=change.value, why=why,
        word=word[:LONGEST_WORD],
    )  # fmt: skip


def _put(entries: Sequence[Entry], project: Project, person: Person, moment: datetime) -> int:
    """Bring the changed targets into the warehouse; the number of the load."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kpilot targets.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(FIELDS)
            writer.writerows(_row(entry, project, moment.date()) for entry in entries)
        report = load([path], project, who=str(person), now=moment, mapping=Answers(
            source=SOURCE,
            tables={path.stem: TableAnswers(
                table="target", columns={name: name for name in FIELDS},
                styles={"value": Style(decimal="."), "deleted_at": Style(dates="iso")},
            )},
        ))  # fmt: skip
    if report.problem_count:
        raise RuntimeError(f"targets were refused: {report.problems}")
    return report.id


def _row(entry: Entry, project: Project, today: date) -> Sequence[object]:
    money = catalog(project)[entry.kpi].unit == "currency"
    name = "/".join((entry.kpi, entry.scope_type, entry.scope_id, entry.period))
    value = entry.old or Decimal(1) if entry.new is None else entry.new
    return (
        name, entry.kpi, entry.scope_type, entry.scope_id, entry.period, f"{value:f}",
        project.settings.currency if money else "", today if entry.new is None else "",
    )  # fmt: skip
