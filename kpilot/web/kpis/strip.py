"""The figures of now at the top of a KPI's page: value, interval, target, a year before, chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpilot.analysis.comparing import differ
from kpilot.ask import ask
from kpilot.ask.matured import matured
from kpilot.core import format as written
from kpilot.core.calendar import Period, like_for_like
from kpilot.core.kpi import Kpi
from kpilot.core.result import Change as Compared
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import judge, words
from kpilot.web.kpis.cards import floor_percent, gap, no_change, rests_on, whole_note
from kpilot.web.kpis.findings import estimate
from kpilot.web.kpis.state import State
from kpilot.web.kpis.targets import target_of
from kpilot.web.shell.parts import Change


@dataclass(frozen=True, kw_only=True)
class Stat:
    """One figure of the strip; `status` is a key of STATUSES, `note` what stands below."""

    label: str
    value: str
    note: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True)
class Strip:
    """The value with its change, and what stands beside it."""

    number: str
    unit: str
    few: bool
    change: Change | None
    no_change: str
    stats: Sequence[Stat]


def strip(kpi: Kpi, row: Row, state: State, project: Project) -> Strip:
    """The strip of the page's figure."""
    asked = state.query.but(kpis=(kpi.name,), grain=None, by=())
    found = matured(asked, row, project)
    row = found.row if found else row
    number, unit = written.parts(row.value, kpi.unit, words.language(), currency=row.currency)
    few = "low_n" in row.flags
    moved = None if few else judge.change(kpi, row.compare)
    made = [_interval(kpi, row)]
    if not found:
        made += [
            _target(kpi, row, state, project),
            _year_before(kpi, row, state, project),
            _chance(kpi, row, state, project),
        ]
    return Strip(
        number=number,
        unit=unit,
        few=few,
        change=moved,
        no_change=whole_note(kpi, found)
        if found
        else ""
        if moved
        else no_change(row, project.settings.currency),
        stats=[stat for stat in made if stat],
    )


def _interval(kpi: Kpi, row: Row) -> Stat | None:
    between = words.interval(row)
    if between:
        return Stat(label=_("95% interval"), value=between, note=rests_on(kpi, row))
    rests = rests_on(kpi, row)
    return Stat(label=_("Rests on"), value=rests) if rests and row.n else None


def _target(kpi: Kpi, row: Row, state: State, project: Project) -> Stat | None:
    target = target_of(kpi, state, project)
    if target is None:
        return None
    gone = 1.0 if kpi.is_stock else judge.share_gone(state.period, state.today.whole)
    stands = judge.standing(kpi, row.value, target, gone)
    if judge.is_flow(kpi):
        note = _("%(share)s reached") % {"share": floor_percent(stands.share, words.language())}
    else:
        note = gap(kpi, row, target)
    return Stat(
        label=_("Target"),
        value=words.figure(target, kpi, row.currency, short=True),
        note=note,
        status=stands.status,
    )


def _year_before(kpi: Kpi, row: Row, state: State, project: Project) -> Stat | None:
    if kpi.is_formula or kpi.by:
        return None
    query = state.query.but(kpis=(kpi.name,), grain=None, by=(), compare="year")
    compared = ask(query, project).rows[0].compare
    if compared is None:
        return None
    days = words.period_name(compared.base, state.today.fiscal)
    if compared.prev is None or compared.reason:
        return Stat(label=_("A year before"), value=written.missing(words.language()),
                    note=_("no figure for %(days)s") % {"days": days})  # fmt: skip
    return Stat(
        label=_("A year before"),
        value=words.figure(compared.prev, kpi, row.currency, short=True),
        note=_apart(kpi, compared, days),
    )


def _apart(kpi: Kpi, compared: Compared, days: str) -> str:
    if compared.value is None or compared.prev is None:
        return days
    text = written.change(compared.value, compared.prev, kpi.unit, words.language())
    return f"{text}, {days}" if text else days


def _chance(kpi: Kpi, row: Row, state: State, project: Project) -> Stat | None:
    """Whether the change is more than chance: the two figures' intervals tell."""
    mode = state.query.compare
    if mode is None or row.compare is None or row.compare.reason or kpi.is_stock or kpi.is_model:
        return None
    this, base = like_for_like(state.period, mode, state.today.whole, state.today.fiscal)
    mine, theirs = (estimate(_row(kpi, state, project, span)) for span in (this, base))
    if mine is None or theirs is None:
        return None
    if differ(mine, theirs):
        return Stat(label=_("More than chance?"), value=_("Yes"),
                    note=_("chance alone would hardly give this difference"))  # fmt: skip
    return Stat(label=_("More than chance?"), value=_("No"),
                note=_("chance alone may give this difference"))  # fmt: skip


def _row(kpi: Kpi, state: State, project: Project, span: Period) -> Row | None:
    if span.start >= span.end:
        return None
    query = state.query.but(kpis=(kpi.name,), period=span, grain=None, by=(), compare=None)
    return ask(query, project).rows[0]
