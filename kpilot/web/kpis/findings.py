"""The sentence above a chart: what the figures bear out, or nothing."""

from collections.abc import Sequence
from statistics import median

from django.utils.translation import gettext as _

from kpilot.analysis.comparing import Estimate, direction
from kpilot.core.calendar import Fiscal
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.web.kpis import words

ENOUGH = 6


def finding(kpi: Kpi, rows: Sequence[Row], fiscal: Fiscal) -> str:
    """What whole, well-founded periods show; "" when they show nothing for certain.

    Unfinished periods, small numbers and periods cut at the start of the data have no say.
    """
    sound = [row for row in rows if _is_sound(row)]
    if len(sound) < ENOUGH:
        return ""
    return _moving(kpi, sound, fiscal) or _standing_out(kpi, sound, fiscal) or _steady(kpi, sound)


def estimate(row: Row | None) -> Estimate | None:
    """The row's value with its interval, when it has both."""
    if row is None or row.value is None or row.lo is None or row.hi is None:
        return None
    return Estimate(value=float(row.value), low=row.lo, high=row.hi)


def _is_sound(row: Row) -> bool:
    cut = {"low_n", "left_truncated", "interval_left_out"} & set(row.flags)
    return row.value is not None and not row.partial and not cut


def _moving(kpi: Kpi, rows: Sequence[Row], fiscal: Fiscal) -> str:
    values = [float(row.value or 0) for row in rows]
    way = direction(values)
    third = max(2, len(values) // 3)
    if not way or (median(values[-third:]) - median(values[:third])) * way <= 0:
        return ""
    ends = {
        "name": words.named(kpi.names),
        "first": words.figure(rows[0].value, kpi, rows[0].currency, short=True),
        "last": words.figure(rows[-1].value, kpi, rows[-1].currency, short=True),
        "start": words.period_name(rows[0].period, fiscal),
        "end": words.period_name(rows[-1].period, fiscal),
    }
    if way > 0:
        return _("Rising: from %(first)s in %(start)s to %(last)s in %(end)s") % ends
    return _("Falling: from %(first)s in %(start)s to %(last)s in %(end)s") % ends


def _standing_out(kpi: Kpi, rows: Sequence[Row], fiscal: Fiscal) -> str:
    last, others = rows[-1], rows[:-1]
    mine = estimate(last)
    theirs = [float(row.value or 0) for row in others]
    if mine is None or mine.low <= median(theirs) <= mine.high:
        return ""
    said = {
        "value": words.figure(last.value, kpi, last.currency, short=True),
        "period": words.period_name(last.period, fiscal),
        "start": words.period_name(others[0].period, fiscal),
    }
    if mine.value > max(theirs):
        return _("%(period)s, with %(value)s, is the highest since at least %(start)s") % said
    if mine.value < min(theirs):
        return _("%(period)s, with %(value)s, is the lowest since at least %(start)s") % said
    return ""


def _steady(kpi: Kpi, rows: Sequence[Row]) -> str:
    """All periods agree with one common level."""
    if kpi.measure.kind != "ratio" or kpi.money or not all(row.den for row in rows):
        return ""
    level = sum(float(row.num or 0) for row in rows) / sum(float(row.den or 0) for row in rows)
    known = [estimate(row) for row in rows]
    if not all(one is not None and one.low <= level <= one.high for one in known):
        return ""
    values = [float(row.value or 0) for row in rows]
    return _("Steady between %(low)s and %(high)s: the ups and downs are within chance") % {
        "low": words.figure(min(values), kpi, "", short=True),
        "high": words.figure(max(values), kpi, "", short=True),
    }


