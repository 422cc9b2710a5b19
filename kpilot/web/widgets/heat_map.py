"""When things happen or go well: hours against the days of the week, the number in each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import COMMON, KPI
from kpilot.web.widgets.groups import no_figure, no_rows

HOURLY = ("call_unit", "lead", "activity")
LABEL = N_("Heat map of the week")
HOW_TO_READ = N_(
    "One row for each hour, one column for each day of the week; the darker, the more. A rate that "
    "rests on fewer than thirty is hatched and has no number: too few to say."
)
GROUP = "time"
SIZE = (6, 5)
FIELDS = (
    replace(
        KPI,
        fits=lambda kpi: kpi.fact in HOURLY and kpi.measure.kind in ("sum", "ratio"),
        unfit=N_("Only calls, leads and activities have an hour, and only counts and rates fit."),
    ),
    *COMMON,
)
SHADES, FEW, DAYS = 7, 30, 7
Sums = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One hour of one day of the week: its words, its shade from 1 to 7 (0 is nothing)."""

    text: str
    title: str
    shade: int
    few: bool


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The period's rows by hour and day of the week."""
    card = asking(asked, state, project)
    kpi = card.kpi
    rows = card.rows(by=("hour",), grain="day", compare=None)
    if rows and rows[0].reason and not any("hour" in row.dim_ids for row in rows):
        raise no_figure(rows[0])
    sums, unknown = _folded(kpi, rows)
    if not sums:
        raise no_rows()
    hours = range(min(hour for hour, _day in sums), max(hour for hour, _day in sums) + 1)
    currency = next(row.currency for row in rows)
    grid = [(words.value_label("hour", f"{hour:02}"), _cells(kpi, sums, hour, currency))
            for hour in hours]  # fmt: skip
    name = words.named(kpi.names)
    what = _("%(name)s by hour and day of the week") % {"name": name}
    return Drawing(
        template="widgets/heat_map.html",
        context={"days": _days(wide=False), "grid": grid},
        finding=_finding(kpi, sums) or what,
        subtitle=f"{what}, {card.days}" + (_(", in %") if kpi.unit == "ratio" else ""),
        summary=f"{what}, {card.days}. {_finding(kpi, sums)}",
        table=Table(
            columns=[
                Column(label=_("Hour")),
                *(Column(label=day, unit=kpi.unit, currency=currency) for day in _days()),
            ],
            rows=[
                (words.value_label("hour", f"{hour:02}"),
                 *(_value(kpi, sums.get((hour, day))) for day in range(DAYS)))
                for hour in hours
            ],
        ),
        notes=_unknown(unknown),
        links=(card.page(), card.records()),
        file=card.file,
    )  # fmt: skip


def _folded(kpi: Kpi, rows: Sequence[Row]) -> tuple[Mapping[tuple[int, int], Sums], int]:
    """(hour, weekday from Monday = 0) → (above the line, below it); rows whose hour is unknown."""
    sums: dict[tuple[int, int], Sums] = {}
    unknown = 0
    for row in rows:
        hour = row.dim_ids.get("hour", "")
        if not row.n:
            continue
        if not hour.isdecimal():
            unknown += row.n
            continue
        place = (int(hour), row.period.start.weekday())
        above, below = sums.get(place, (0.0, 0.0))
        is_rate = kpi.measure.kind == "ratio"
        sums[place] = (
            above + float((row.num if is_rate else row.value) or 0),
            below + float((row.den if is_rate else row.n) or 0),
        )
    return sums, unknown


def _value(kpi: Kpi, sums: Sums | None) -> float | None:
    if sums is None:
        return 0.0 if kpi.measure.kind == "sum" else None
    if kpi.measure.kind == "sum":
        return sums[0]
    return sums[0] / sums[1] if sums[1] else None


def _is_few(kpi: Kpi, sums: Sums | None) -> bool:
    return kpi.measure.kind == "ratio" and sums is not None and sums[1] < FEW


def _cells(
    kpi: Kpi, sums: Mapping[tuple[int, int], Sums], hour: int, currency: str
) -> Sequence[Cell]:
    known = [v for s in sums.values() if not _is_few(kpi, s) and (v := _value(kpi, s)) is not None]
    most = max(known, default=0.0)
    made = []
    for day in range(DAYS):
        here = sums.get((hour, day))
        value, few = _value(kpi, here), _is_few(kpi, here)
        shade = 0
        if value and not few and most > 0:
            shade = max(1, min(SHADES, round(value / most * SHADES)))
        text = "" if few or value is None else words.figure(value, kpi, currency, short=True)
        made.append(
            Cell(
                text=text.replace(written.NO_BREAK + "%", "").replace("%", "") if text else "",
                title=_("too few to say") if few else text,
                shade=shade,
                few=few,
            )
        )
    return made


def _finding(kpi: Kpi, sums: Mapping[tuple[int, int], Sums]) -> str:
    """The day with most, of what is counted; rates with their chances are left to the reader."""
    if kpi.measure.kind != "sum":
        return ""
    days = [sum(s[0] for (_hour, day), s in sums.items() if day == one) for one in range(DAYS)]
    whole, most = sum(days), max(days)
    if whole <= 0 or days.count(most) > 1 or sum(s[1] for s in sums.values()) < FEW:
        return ""
    return _("%(day)s has most: %(share)s") % {
        "day": _days()[days.index(most)].capitalize(),
        "share": written.percent(most / whole, words.language(), 0),
    }


def _days(*, wide: bool = True) -> Sequence[str]:
    """The days of the week from Monday on, in the reader's language."""
    language = words.language()
    names = format_date.WEEKDAYS[language].split()
    return names if wide else [f"{name[:3]}." if language == "fr" else name[:3] for name in names]


def _unknown(count: int) -> Sequence[str]:
    if not count:
        return ()
    text = _("%(n)s without a time of day are left out.")
    return (text % {"n": written.number(count, words.language())},)
