"""Good or bad: a change by the KPI's direction, a value by its target and the days gone by."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from kpilot.core import format as written
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi
from kpilot.core.result import Change as Compared
from kpilot.core.result import Number
from kpilot.web.kpis import words
from kpilot.web.shell.parts import Change, Judgement

ON_TRACK, AT_RISK, TOO_EARLY, CLOSE = 0.90, 0.70, 0.05, 1e-9


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a value stands against its target (specification §5).

    share     reached, in parts of the target; expected  the same for today's share of the days
    projected for flows, at the end of the period; None when it is too early or over
    """

    status: str
    share: float
    expected: float | None
    projected: float | None


def standing(kpi: Kpi, value: Number | None, target: Number, gone: float) -> Standing:
    """The status of `value` against `target` when the share `gone` of the period is over.

    What adds up is held against linear pace; levels, rates and durations against the target.
    """
    if value is None:
        return Standing(status="no_data", share=0.0, expected=None, projected=None)
    raw = _reached(kpi, float(value), float(target))
    is_over = gone >= 1
    if gone <= 0:
        return Standing(status="not_started", share=raw, expected=None, projected=None)
    if raw >= 1 - CLOSE:
        status = "achieved" if is_over or is_flow(kpi) else "on_track"
        return Standing(status=status, share=raw, expected=None if is_over else gone,
                        projected=None)  # fmt: skip
    if is_over:
        return Standing(status="missed", share=raw, expected=None, projected=None)
    if not is_flow(kpi):
        return Standing(status=_status(raw), share=raw, expected=None, projected=None)
    if gone < TOO_EARLY:
        return Standing(status="on_track", share=raw, expected=gone, projected=None)
    return Standing(status=_status(raw / gone), share=raw, expected=gone, projected=raw / gone)


def is_flow(kpi: Kpi) -> bool:
    """Whether the KPI adds up over the days of a period."""
    return kpi.measure.kind == "sum" and not kpi.is_stock


def share_gone(period: Period, whole: date) -> float:
    """The share of the period's days that have wholly passed on the date `whole`."""
    days = (whole - period.start).days
    return min(1.0, max(0.0, days / period.days))


def _reached(kpi: Kpi, value: float, target: float) -> float:
    if kpi.direction == "down":
        return target / value if value > 0 else 1.0
    return value / target if target else (1.0 if value >= 0 else 0.0)


def _status(pace: float) -> str:
    if pace >= ON_TRACK - CLOSE:
        return "on_track"
    return "at_risk" if pace >= AT_RISK - CLOSE else "off_track"


def change(kpi: Kpi, compared: Compared | None) -> Change | None:
    """The like-for-like change with its arrow, its words and what they judge; None without one."""
    if compared is None or compared.reason or compared.value is None or compared.prev is None:
        return None
    text = written.change(compared.value, compared.prev, kpi.unit, words.language())
    if text is None:
        return None
    than = words.than(compared.base, is_level=kpi.is_stock, this=compared.this)
    moved = _moved(compared.value, compared.prev, text)
    return Change(
        text="" if moved == "level" else text,
        words=f"{_word(kpi, moved)} {than}" if moved != "level" else _no_change(kpi, compared),
        direction=moved,
        judgement=_judgement(kpi, moved),
    )


def _no_change(kpi: Kpi, compared: Compared) -> str:
    than = words.than(compared.base, is_level=kpi.is_stock, this=compared.this)
    return _("no more, no less %(than)s") % {"than": than}


def _moved(value: Number, prev: Number, text: str) -> Literal["up", "down", "level"]:
    if not any(sign in text for sign in "123456789"):
        return "level"
    return "up" if value > prev else "down"


def _judgement(kpi: Kpi, moved: str) -> Judgement:
    if moved == "level" or kpi.direction == "band":
        return ""
    return "good" if moved == kpi.direction else "bad"


def _word(kpi: Kpi, moved: str) -> str:
    if kpi.unit == "days" and kpi.direction == "down" and not kpi.is_stock:
        return _("slower") if moved == "up" else _("faster")
    if kpi.unit in ("days", "seconds"):
        return _("longer") if moved == "up" else _("shorter")
    if kpi.unit == "ratio" and kpi.direction != "band":
        return _("better") if moved == kpi.direction else _("worse")
    return _("more") if moved == "up" else _("less")
