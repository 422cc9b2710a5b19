"""Which factor moved a product: leads × conversion × order value, or a pipeline's velocity.

Sources: specification §4.4; Ang 2005 (LMDI-I, additive), Shapley 1953 as used by Sun 1998 where a
factor is not positive and logarithms fail.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import factorial, fsum, isfinite, log, log1p, prod

MAX_SHAPLEY = 6


@dataclass(frozen=True, kw_only=True)
class Factors:
    """The change of a product shared out over its factors, in the product's unit.

    method  "lmdi" when all factors are positive, else "shapley"
    reason  no_factors, missing_factor, zero_denominator, too_many_factors, out_of_range
    """

    before: float | None = None
    after: float | None = None
    change: float | None = None
    effects: Mapping[str, float] = field(default_factory=dict)
    method: str = ""
    reason: str = ""


def share_out(
    before: Mapping[str, float | None],
    after: Mapping[str, float | None],
    divisors: Collection[str] = (),
) -> Factors:
    """How much each factor did; the factors named in `divisors` divide instead of multiplying.

    The effects add up to the change, and change sign when before and after are swapped.
    """
    if not before and not after:
        return Factors(reason="no_factors")
    old, new = _numbers(before), _numbers(after)
    if old.keys() != before.keys() or new.keys() != after.keys() or old.keys() != new.keys():
        return Factors(reason="missing_factor")
    if any(not numbers[name] for numbers in (old, new) for name in divisors if name in numbers):
        return Factors(reason="zero_denominator")
    old = {name: 1 / x if name in divisors else x for name, x in old.items()}
    new = {name: 1 / x if name in divisors else x for name, x in new.items()}
    positive = min(*old.values(), *new.values()) > 0
    if not positive and len(old) > MAX_SHAPLEY:
        return Factors(reason="too_many_factors")
    start, end = prod(old.values()), prod(new.values())
    if not (isfinite(start) and isfinite(end)) or (positive and not min(start, end) > 0):
        return Factors(reason="out_of_range")
    return Factors(
        before=start, after=end, change=end - start,
        effects=lmdi(old, new) if positive else shapley(old, new),
        method="lmdi" if positive else "shapley",
    )  # fmt: skip


def _numbers(given: Mapping[str, float | None]) -> dict[str, float]:
    return {name: x for name, x in given.items() if x is not None and isfinite(x)}


def lmdi(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The logarithmic mean of the two products × ln(after/before) of each factor, all positive."""
    mean = log_mean(prod(after.values()), prod(before.values()))
    return {name: mean * (log(after[name]) - log(before[name])) for name in before}


def log_mean(a: float, b: float) -> float:
    """(a − b)/ln(a/b) of two positive numbers, which is a when they are equal."""
    if a == b:
        return a
    apart = log1p((a - b) / b) if abs(a - b) < b / 2 else log(a) - log(b)
    return (a - b) / apart


def shapley(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """What each factor adds when it changes, averaged over every order of changing them."""
    return {name: fsum(_added(name, before, after)) for name in before}


def _added(name: str, before: Mapping[str, float], after: Mapping[str, float]) -> Iterator[float]:
    others = [other for other in before if other != name]
    step = after[name] - before[name]
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(len(others) - size) / factorial(len(others) + 1)
        for changed in combinations(others, size):
            rest = prod(after[o] if o in changed else before[o] for o in others)
            yield weight * step * rest
