"""KPI cards: from a figure and its last periods to what a card says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask import ask, catalog
from kpilot.ask.matured import Matured, matured
from kpilot.core import format as written
from kpilot.core.calendar import Grain, Period, period_of
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Query
from kpilot.core.result import Number, Row
from kpilot.project import Project
from kpilot.web.kpis import judge, words
from kpilot.web.kpis.state import State
from kpilot.web.kpis.targets import target_of
from kpilot.web.shell.parts import Action, Card, Pace, Range, Spark

FIRST = (
    "sales_value", "win_rate", "new_opportunities", "sales_cycle_days", "avg_deal_size",
    "open_pipeline", "weighted_pipeline", "quota_attainment", "sales_growth_yoy",
)  # fmt: skip
OFF = ("not_measurable", "no_history", "no_target", "outside_coverage", "left_truncated",
       "amount_coverage")  # fmt: skip
SPARK_PERIODS = 12


def first_kpis(project: Project) -> Sequence[str]:
    """The KPIs the home page shows, in their order."""
    known = catalog(project)
    return [name for name in FIRST if name in known]


def cards(state: State, project: Project, names: Sequence[str]) -> Sequence[Card]:
    """A card for each KPI; those without a figure last, in the same order."""
    known = catalog(project)
    made = [_card(known[name], state, project) for name in names]
    return sorted(made, key=lambda card: bool(card.why_off))


def _card(kpi: Kpi, state: State, project: Project) -> Card:
    href = state.link(reverse("kpi", args=[kpi.name]))
    try:
        row = ask(_asked(kpi, state), project).rows[0]
    except (UserError, IndexError) as error:
        text = words.say_error(error) if isinstance(error, UserError) else _("No rows.")
        return _off(kpi, href, text, None)
    if kpi.by or row.reason in OFF:
        return _off(kpi, href, words.why(row), _action(row), _status(row))
    if found := matured(_asked(kpi, state), row, project):
        return _whole(kpi, found, state, project, href)
    return _with_figure(kpi, row, state, project, href)


def _asked(kpi: Kpi, state: State) -> Query:
    return state.query.but(kpis=(kpi.name,), grain=None, by=())


def _whole(kpi: Kpi, found: Matured, state: State, project: Project, href: str) -> Card:
    """The card of the latest cohort of which all is known, which says whose figure it is."""
    card = _with_figure(kpi, found.row, state, project, href)
    note = whole_note(kpi, found)
    return replace(card, change=None, no_change=note, pace=None)


def whole_note(kpi: Kpi, found: Matured) -> str:
    """Which period a mature figure is of, and what the one asked has come to so far."""
    days = words.days(found.row.period)
    if found.so_far is None or found.so_far.value is None:
        return _("%(days)s, the latest of which all is known.") % {"days": days}
    return _(
        "%(days)s, the latest of which all is known. So far this time: %(value)s, provisional."
    ) % {
        "days": days,
        "value": words.figure(found.so_far.value, kpi, found.so_far.currency, short=True),
    }


def _status(row: Row) -> str:
    return "not_measurable" if row.reason in ("not_measurable", "no_history") else "no_data"


def _off(
    kpi: Kpi, href: str, why: str, action: Action | None, status: str = "not_measurable"
) -> Card:
    return Card(
        name=words.named(kpi.names),
        href=href,
        number=written.missing(words.language()),
        status=status,
        why_off=why,
        action=action,
        definition=words.named(kpi.meaning),
    )


def _action(row: Row) -> Action | None:
    if words.missing_fields(row):
        return Action(label=_("Where to find this field"), href=reverse("kpi", args=[row.kpi]))
    return None


def _with_figure(kpi: Kpi, row: Row, state: State, project: Project, href: str) -> Card:
    number, unit = written.parts(row.value, kpi.unit, words.language(), currency=row.currency)
    target = target_of(kpi, state, project)
    stands = None
    if target is not None:
        gone = 1.0 if kpi.is_stock else judge.share_gone(state.period, state.cut.whole)
        stands = judge.standing(kpi, row.value, target, gone)
    few = "low_n" in row.flags
    compared = None if few else judge.change(kpi, row.compare)
    return Card(
        name=words.named(kpi.names),
        href=href,
        number=number,
        unit=unit,
        status="too_few" if few else stands.status if stands else "",
        change=compared,
        no_change="" if compared else no_change(row, project.settings.currency),
        spark=_spark(kpi, state, project, target),
        pace=_pace(kpi, row, target, stands) if judge.is_flow(kpi) else None,
        range=None if judge.is_flow(kpi) else _range(kpi, row, target),
        size=size(kpi, row),
        definition=words.named(kpi.meaning),
    )


def no_change(row: Row, currency: str) -> str:
    """Why nothing is said about a change."""
    if row.value is None:
        return words.why(row)
    if "low_n" in row.flags:
        return _("Too few to say how it moved.")
    if row.compare is None:
        return _operands(row, currency)
    reason = row.compare.reason or ("" if row.compare.prev is None else "zero_base")
    if reason == "left_truncated":
        return _("n/a: the data starts in the middle of the dates compared.")
    if reason == "zero_base":
        return _("n/a: there was nothing to compare with.")
    return _("n/a: no figure for the dates compared.")


def _operands(row: Row, currency: str) -> str:
    """What a growth or an attainment is made of."""
    if not row.num or not row.den:
        return ""
    language = words.language()
    num, den = (written.money_short(value, currency, language) for value in (row.num, row.den))
    return _("%(num)s against %(den)s") % {"num": num, "den": den}


def size(kpi: Kpi, row: Row) -> str:
    """n and interval: what the figure rests on."""
    parts = [rests_on(kpi, row)]
    if between := words.interval(row):
        parts.append(_("interval %(between)s") % {"between": between})
    return " · ".join(part for part in parts if part)


def rests_on(kpi: Kpi, row: Row) -> str:
    """The rows a figure rests on: "58 of 131", "166 ÷ 165" where it is no share, "n = 58"."""
    number = written.number
    counts = kpi.measure.kind == "ratio" and kpi.measure.num.total is None
    if counts and kpi.measure.den.total is None and row.num is not None and row.den is not None:
        num, den = (number(int(side), words.language()) for side in (row.num, row.den))
        if kpi.unit != "ratio":
            return f"{num} ÷ {den}"
        return _("%(num)s of %(den)s") % {"num": num, "den": den}
    if kpi.is_formula and not row.n:
        return ""
    return f"n = {number(row.n, words.language())}"


def spark_grain(period: Period) -> Grain:
    """The steps of a sparkline: the period's own grain; months for a range of days."""
    if period.grain in ("week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"):
        return period.grain
    return "day" if period.grain == "day" else "week" if period.days <= 14 else "month"


def run_of(state: State, grain: Grain, periods: int) -> Period:
    """The last `periods` whole periods of `grain` up to the one that holds the page's last day."""
    last_day = min(state.period.end, max(state.today.whole, state.period.start))
    last = period_of(max(state.period.start, _day_before(last_day)), grain, state.today.fiscal)
    start = last.start
    for _step in range(periods - 1):
        start = period_of(_day_before(start), grain, state.today.fiscal).start
    return Period(start=start, end=last.end)


def _day_before(day: date) -> date:
    return day - timedelta(1)


def _spark(kpi: Kpi, state: State, project: Project, target: Number | None) -> Spark | None:
    grain = spark_grain(state.period)
    span = run_of(state, grain, SPARK_PERIODS)
    query = state.query.but(kpis=(kpi.name,), grain=grain, period=span, compare=None, by=())
    rows = ask(query, project, intervals=False).rows
    values = [None if row.value is None else float(row.value) for row in rows]
    if sum(value is not None for value in values) < 2:
        return None
    first, last = rows[0].period, rows[-1].period
    label = _("%(name)s from %(start)s to %(end)s") % {
        "name": words.named(kpi.names),
        "start": words.period_name(first, state.today.fiscal),
        "end": words.period_name(last, state.today.fiscal),
    }
    same = state.period.grain == grain
    return Spark(
        values=values,
        label=label,
        open=rows[-1].partial and values[-1] is not None and not kpi.is_stock,
        target=float(target) if target is not None and same else None,
    )


def _pace(kpi: Kpi, row: Row, target: Number | None, stands: judge.Standing | None) -> Pace | None:
    if target is None or stands is None:
        return None
    language = words.language()

    def short(value: Number) -> str:
        return words.figure(value, kpi, row.currency, short=True)

    left = _("%(share)s of %(target)s") % {
        "share": floor_percent(stands.share, language),
        "target": short(target),
    }
    said = []
    if stands.expected is not None and stands.status != "achieved":
        expected = written.percent(stands.expected, language, 0)
        said.append(_("expected %(share)s") % {"share": expected})
    if stands.projected is not None:
        said.append(_("projected %(value)s") % {"value": short(stands.projected * float(target))})
    return Pace(
        reached=stands.share * 100,
        left=left,
        right=" · ".join(said),
        expected=None if stands.expected is None else stands.expected * 100,
        projected=None if stands.projected is None else stands.projected * 100,
        done=stands.status == "achieved",
    )


def floor_percent(share: float, language: str) -> str:
    """99.6% is not 100% (specification §5)."""
    return written.percent(int(share * 100 + 1e-9) / 100, language, 0)


def _range(kpi: Kpi, row: Row, target: Number | None) -> Range | None:
    """The interval on one line with the target; without a target the footer says enough."""
    if row.value is None or target is None:
        return None
    aim = words.figure(target, kpi, row.currency, short=True)
    text = _("target %(value)s at most") if kpi.direction == "down" else _("target %(value)s")
    return Range(
        value=float(row.value),
        low=row.lo,
        high=row.hi,
        target=float(target),
        left=text % {"value": aim},
        right=gap(kpi, row, target),
        few="low_n" in row.flags,
    )


def gap(kpi: Kpi, row: Row, target: Number) -> str:
    """How far the figure is from its target, in words."""
    if row.value is None:
        return ""
    above = float(row.value) - float(target)
    if above == 0 or (above > 0) == (kpi.direction == "up"):
        return _("held")
    text = (
        written.points(abs(above), words.language()).lstrip("+")
        if kpi.unit == "ratio"
        else (words.figure(abs(above), kpi, row.currency, short=True))
    )
    return (_("%(gap)s too much") if above > 0 else _("%(gap)s missing")) % {"gap": text}
