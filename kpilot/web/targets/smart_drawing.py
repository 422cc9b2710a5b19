"""The history an aim is held against, drawn as bars with what is to be reached as dotted lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpilot.core.calendar import Fiscal
from kpilot.web.kpis import words
from kpilot.web.targets.past import value_of
from kpilot.web.targets.smart import Smart
from kpilot.web.targets.smart_words import value

CALENDAR = Fiscal()
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One complete period of the history, in percent of the drawing's height and width."""

    x: float
    y: float
    height: float
    title: str
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The history as bars, with the target (or both readings) as lines."""

    bars: Sequence[Bar]
    width: float
    lines: Sequence[tuple[float, str]]
    label: str
    note: str


def drawn(found: Smart) -> Drawn | None:
    """The last complete periods as bars from zero, and what is to be reached."""
    known = [row for row in found.past.rows if value_of(row) is not None][-SHOWN:]
    if not known:
        return None
    values = [value_of(row) or 0.0 for row in known]
    aims = [one.reading.target for one in found.held]
    top = max([*values, *aims, 0.0]) * 1.08 or 1.0
    low = min([*values, *aims, 0.0])
    span = top - low
    step = 100 / len(values)

    def height(number: float) -> float:
        return round(100 * (top - number) / span, 2)

    drawing = [
        Bar(x=round(step * i + step * 0.12, 2), y=min(height(one), height(0)),
            height=max(abs(height(0) - height(one)), 0.5), is_last=i == len(values) - 1,
            title=f"{words.period_name(row.period, CALENDAR)} : {value(one, found)}")
        for i, (row, one) in enumerate(zip(known, values, strict=True))
    ]  # fmt: skip
    low_v, high_v = value(min(values), found), value(max(values), found)
    label = _("%(n)s complete periods between %(low)s and %(high)s") % {
        "n": len(values), "low": low_v, "high": high_v,
    }  # fmt: skip
    if aims:
        label += _("; to reach: %(aims)s") % {"aims": ", ".join(value(a, found) for a in aims)}
    note = _("%(kpi)s, the last complete periods: %(first)s to %(last)s.") % {
        "kpi": words.named(found.kpi.names),
        "first": words.period_name(known[0].period, CALENDAR),
        "last": words.period_name(known[-1].period, CALENDAR),
    }
    return Drawn(bars=drawing, width=round(step * 0.76, 2), label=label, note=note,
                 lines=[(height(aim), value(aim, found)) for aim in aims])  # fmt: skip
