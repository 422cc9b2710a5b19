"""Which of two targets counts when one came with a file and one was set in kpilot.

The one set in kpilot: it was said later and by name. It does so too where it was taken away, and
where a file gives a longer period in one while kpilot has every part of it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from kpilot.core.calendar import Period

SOURCE = "kpilot"


class Aimed(Protocol):
    """What this file needs to know of a target; its KPI by the name it has in the catalogue."""

    @property
    def kpi(self) -> str: ...
    @property
    def scope_type(self) -> str: ...
    @property
    def scope_id(self) -> str: ...
    @property
    def period(self) -> Period: ...
    @property
    def is_own(self) -> bool: ...
    @property
    def is_gone(self) -> bool: ...


One = TypeVar("One", bound=Aimed)
Place = tuple[str, str, str]


def counting(targets: Sequence[One]) -> list[One]:
    """Those of `targets` that count: no file's where kpilot has the same, none taken away."""
    own: dict[Place, list[One]] = {}
    for target in targets:
        if target.is_own:
            own.setdefault(_place(target), []).append(target)
    return [
        target
        for target in targets
        if not target.is_gone
        and (target.is_own or not _replaced(target, own.get(_place(target), ())))
    ]


def _place(target: Aimed) -> Place:
    return target.kpi, target.scope_type, target.scope_id


def _replaced(target: Aimed, own: Iterable[Aimed]) -> bool:
    """Whether the same period, or every part of it, was set in kpilot."""
    span = target.period
    ends: dict[date, list[date]] = {}
    for one in own:
        inside = span.start <= one.period.start and one.period.end <= span.end
        if inside and (not one.is_gone or (one.period.start, one.period.end) == _days(span)):
            ends.setdefault(one.period.start, []).append(one.period.end)
    reached = [span.start]
    seen = set(reached)
    while reached:
        at = reached.pop()
        if at == span.end:
            return True
        further = set(ends.get(at, ())) - seen
        seen |= further
        reached += further
    return False


def _days(span: Period) -> tuple[date, date]:
    return span.start, span.end
