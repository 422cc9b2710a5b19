"""What an aim takes: leads, activities and pipeline, against the most there has been."""

from collections.abc import Sequence
from datetime import date

from kpilot.analysis.smart import Need, best_of, coverage, required_volume
from kpilot.ask import catalog
from kpilot.core.calendar import Grain, Period, add_months
from kpilot.core.kpi import Kpi
from kpilot.web.targets.past import MONTHS, Asked, Past, past_of

WINS = ("sales_count", "new_customers", "lead_to_customer_won", "leads_converted")
REVENUE = ("sales_value", "net_revenue")
RECENT = 4


def needs_of(
    kpi: Kpi, target: float | None, grain: Grain, begins: date | None, due: date | None,
    asked: Asked,
) -> Sequence[Need]:  # fmt: skip
    """The volumes that a target of wins or revenue takes in one period; none for other KPIs."""
    if target is None or target <= 0 or kpi.name not in (*WINS, *REVENUE):
        return ()
    year = Period(start=add_months(asked.cut.whole, -12), end=asked.cut.whole)
    wins = target if kpi.name in WINS else _over(target, _value(asked, "avg_deal_size", year))
    rate = _value(asked, "lead_to_customer", year)
    leads = Need(name="new_leads", required=required_volume(wins, rate),
                 available=_best(asked, "new_leads", grain))  # fmt: skip
    found = [leads]
    per_win = _value(asked, "activities_per_win", year)
    if per_win is not None and wins is not None:
        found.append(Need(name="activities_done", required=wins * per_win,
                          available=_best(asked, "activities_done", grain)))  # fmt: skip
    if kpi.name in REVENUE:
        found.append(_coverage(kpi, target, grain, begins, due, asked, year))
    known = [one for one in found if one.required is not None and one.available is not None]
    return known or found


def _coverage(
    kpi: Kpi, target: float, grain: Grain, begins: date | None, due: date | None, asked: Asked,
    year: Period,
) -> Need:  # fmt: skip
    """What is still to be sold, against what the pipeline there and to come should bring."""
    today = asked.cut.whole
    rate = _value(asked, "win_rate_value", year)
    done = 0.0
    if begins is not None and due is not None and begins < today < due:
        done = _value(asked, kpi.name, Period(start=begins, end=today)) or 0.0
    there = _value(asked, "open_pipeline", Period(start=add_months(today, -1), end=today))
    made = [value for value in _recent(asked, "new_pipeline_value", grain) if value is not None]
    ahead = _periods_ahead(today, due, grain)
    new = None if not made or rate is None else sum(made) / len(made) * ahead * rate
    return coverage(max(target - done, 0.0), there, rate, new)


def _periods_ahead(today: date, due: date | None, grain: Grain) -> float:
    """How many periods of `grain` are still to come before the due date."""
    if due is None or due <= today:
        return 0.0
    return (due - today).days / (MONTHS[grain] * 30.4375)


def _recent(asked: Asked, name: str, grain: Grain) -> list[float | None]:
    known = catalog(asked.project).get(name)
    past = past_of(known, grain, asked) if known else Past(grain=grain, rows=())
    return past.values[-RECENT:]


def _best(asked: Asked, name: str, grain: Grain) -> float | None:
    return best_of(_recent(asked, name, grain))


def _value(asked: Asked, name: str, period: Period) -> float | None:
    row = asked.value(name, period)
    return None if row is None or row.value is None else float(row.value)


def _over(value: float, by: float | None) -> float | None:
    return value / by if by else None
