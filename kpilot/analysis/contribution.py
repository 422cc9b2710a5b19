"""Which segments of a sum made it grow or shrink.

Source: specification §4.5. Only for sums over a dimension where every row counts once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import Literal

Presence = Literal["kept", "new", "vanished"]


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One segment: its change, as a share of the whole change, and as points of growth."""

    name: str
    before: float
    after: float
    change: float
    share: float | None
    points: float | None
    presence: Presence


@dataclass(frozen=True, kw_only=True)
class Contributions:
    """The segments by size of their change. Reasons: not_additive, no_segments."""

    before: float | None = None
    after: float | None = None
    change: float | None = None
    parts: tuple[Contribution, ...] = ()
    reason: str = ""

    def of(self, presence: Presence) -> tuple[Contribution, ...]:
        """The segments that stayed, came or went."""
        return tuple(part for part in self.parts if part.presence == presence)


def contributions(
    before: Mapping[str, float | None],
    after: Mapping[str, float | None],
    *,
    is_additive: bool = True,
) -> Contributions:
    """c = after − before of each segment, c/ΔY (None when ΔY = 0), c/Y0 (None when Y0 ≤ 0).

    A segment without a value had nothing: in a sum that is 0.
    """
    if not is_additive:
        return Contributions(reason="not_additive")
    names = list(dict.fromkeys([*before, *after]))
    if not names:
        return Contributions(reason="no_segments")
    old = {name: float(before.get(name) or 0) for name in names}
    new = {name: float(after.get(name) or 0) for name in names}
    start, end = fsum(old.values()), fsum(new.values())
    change = fsum([*new.values(), *(-value for value in old.values())])
    parts = [_part(name, old[name], new[name], start, change) for name in names]
    parts.sort(key=lambda part: (-abs(part.change), part.name))
    return Contributions(before=start, after=end, change=change, parts=tuple(parts))


def _part(name: str, before: float, after: float, start: float, total: float) -> Contribution:
    presence: Presence = "kept"
    if not before and after:
        presence = "new"
    elif before and not after:
        presence = "vanished"
    change = after - before
    return Contribution(
        name=name, before=before, after=after, change=change,
        share=change / total if total else None,
        points=change / start if start > 0 else None,
        presence=presence,
    )  # fmt: skip
