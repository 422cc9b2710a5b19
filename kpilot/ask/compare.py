"""How a figure changed: by points for shares, by share for amounts, and not at all from nothing."""

from kpilot.core.calendar import Period
from kpilot.core.result import Change, Number


def change(
    unit: str,
    value: Number | None,
    prev: Number | None,
    windows: tuple[Period, Period],
    reason: str = "",
) -> Change:
    """The change from `prev` to `value`; a `reason` (data do not reach that far) voids it."""
    if reason == "outside_coverage":
        prev = None
    difference: float | None = None
    relative: float | None = None
    if value is not None and prev is not None and not reason:
        difference = float(value) - float(prev)
        if unit == "ratio":
            relative = difference
        elif prev > 0:
            relative = difference / float(prev)
    this, base = windows
    return Change(
        value=value,
        prev=prev,
        change=relative,
        difference=difference,
        this=this,
        base=base,
        reason=reason,
    )
