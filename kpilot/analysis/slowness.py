"""Which stages of a pipeline take longer than they used to.

Source: specification §4.1: the log-rank test of those who entered now against those of the past,
at 5 % over the number of stages (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kpilot.analysis.survival import log_rank


@dataclass(frozen=True, kw_only=True)
class Stays:
    """How many days each entrant has been in a stage, and whether it has left."""

    days: Sequence[float]
    has_left: Sequence[bool]


@dataclass(frozen=True, kw_only=True)
class Slowness:
    """One stage: exits seen now, and how many there would have been at the pace of all."""

    name: str
    status: Literal["slower", "faster", "same", "insufficient"]
    p: float | None
    observed: float = 0.0
    expected: float = 0.0
    reason: str = ""


def slowness(
    stages: Mapping[str, tuple[Stays, Stays]],
    *,
    alpha: float = 0.05,
    stage_count: int | None = None,
) -> tuple[Slowness, ...]:
    """Each stage's (now, past), told apart at `alpha` over the stages of the pipeline."""
    level = alpha / max(1, stage_count or len(stages))
    return tuple(_compared(name, now, past, level) for name, (now, past) in stages.items())


def _compared(name: str, now: Stays, past: Stays, level: float) -> Slowness:
    groups = ["now"] * len(now.days) + ["past"] * len(past.days)
    found = log_rank([*now.days, *past.days], [*now.has_left, *past.has_left], groups)
    if found.p is None:
        return Slowness(name=name, status="insufficient", p=None, reason=found.reason)
    observed, expected = float(found.observed["now"]), found.expected["now"]
    status: Literal["slower", "faster", "same"] = "same"
    if found.p <= level:
        status = "slower" if observed < expected else "faster"
    return Slowness(name=name, status=status, p=found.p, observed=observed, expected=expected)
