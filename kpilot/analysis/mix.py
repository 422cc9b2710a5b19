"""Why a ratio moved: its segments changed (rate), or their weights did (mix).

Sources: specification §4.3; Kitagawa 1955 and Das Gupta 1993 (the symmetric split of a difference
of two rates), Simpson 1951 (all segments one way, the total the other).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite, sqrt

TINY = 1e-12


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The two sides of the ratio in one segment, before and after."""

    name: str
    num_before: float
    den_before: float
    num_after: float
    den_after: float


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one segment did: its ratio (None where it is empty), its weight, its two effects."""

    name: str
    before: float | None
    after: float | None
    weight_before: float
    weight_after: float
    rate: float
    mix: float


@dataclass(frozen=True, kw_only=True)
class Split:
    """The change of a ratio in two parts that add up to it; `reason` when it can't be split.

    is_simpson       every segment moved one way and the total the other
    is_mix_dominated the mix outweighs the segments and pulls the other way
    """

    before: float | None = None
    after: float | None = None
    change: float | None = None
    rate: float | None = None
    mix: float | None = None
    effects: tuple[Effect, ...] = ()
    is_simpson: bool = False
    is_mix_dominated: bool = False
    reason: str = ""


def split(segments: Sequence[Segment]) -> Split:
    """The change of ΣN/ΣD into rate and mix effects, segment by segment.

    A segment empty in one period takes its ratio of the other: all it does is mix. One that is
    empty in both is left out. Not for medians, nor where a row counts in several segments.
    Reasons: zero_denominator, negative_denominator, numerator_without_denominator, not_a_number.
    """
    if reason := _reason(segments):
        return Split(reason=reason)
    den_before = fsum(s.den_before for s in segments)
    den_after = fsum(s.den_after for s in segments)
    before = fsum(s.num_before for s in segments) / den_before
    after = fsum(s.num_after for s in segments) / den_after
    middle = (before + after) / 2
    effects = tuple(
        _effect(s, den_before, den_after, middle)
        for s in segments
        if s.den_before > 0 or s.den_after > 0
    )
    rate, mix = fsum(e.rate for e in effects), fsum(e.mix for e in effects)
    size = max(abs(before), abs(after), abs(rate), abs(mix))
    opposed = _sign(mix, size) != _sign(rate, size)
    return Split(
        before=before, after=after, change=after - before, rate=rate, mix=mix, effects=effects,
        is_simpson=_is_simpson(effects, before, after),
        is_mix_dominated=opposed and abs(mix) > abs(rate) and _sign(mix, size) != 0,
    )  # fmt: skip


def mix_z(segments: Sequence[Segment]) -> float | None:
    """How far the mix effect is from the one that chance gives when the weights have not changed.

    The effect over its deviation: both periods' rows fall into the segments with the same chances,
    each segment's ratio is its mean of both periods. None where the segments do not differ.
    Only where the denominators count rows.
    """
    found = split(segments)
    if found.mix is None or len(found.effects) < 2:
        return None
    rates, weights = [], []
    for effect in found.effects:
        sides = [side for side in (effect.before, effect.after) if side is not None]
        rates.append(fsum(sides) / len(sides))
        weights.append((effect.weight_before + effect.weight_after) / 2)
    middle = fsum(w * r for w, r in zip(weights, rates, strict=True))
    spread = fsum(w * (r - middle) ** 2 for w, r in zip(weights, rates, strict=True))
    before, after = fsum(s.den_before for s in segments), fsum(s.den_after for s in segments)
    deviation = sqrt(spread * (1 / before + 1 / after))
    return found.mix / deviation if deviation > TINY else None


def _reason(segments: Sequence[Segment]) -> str:
    for s in segments:
        numbers = (s.num_before, s.den_before, s.num_after, s.den_after)
        if not all(isfinite(number) for number in numbers):
            return "not_a_number"
        if min(s.den_before, s.den_after) < 0:
            return "negative_denominator"
        if (s.num_before and not s.den_before) or (s.num_after and not s.den_after):
            return "numerator_without_denominator"
    if not fsum(s.den_before for s in segments) or not fsum(s.den_after for s in segments):
        return "zero_denominator"
    return ""


def _effect(s: Segment, den_before: float, den_after: float, middle: float) -> Effect:
    before = s.num_before / s.den_before if s.den_before else None
    after = s.num_after / s.den_after if s.den_after else None
    r0 = before if before is not None else after or 0.0
    r1 = after if after is not None else r0
    w0, w1 = s.den_before / den_before, s.den_after / den_after
    return Effect(
        name=s.name, before=before, after=after, weight_before=w0, weight_after=w1,
        rate=(w0 + w1) / 2 * (r1 - r0), mix=(w1 - w0) * ((r0 + r1) / 2 - middle),
    )  # fmt: skip


def _is_simpson(effects: Sequence[Effect], before: float, after: float) -> bool:
    moves = [
        _sign(e.after - e.before, max(abs(e.before), abs(e.after)))
        for e in effects
        if e.before is not None and e.after is not None
    ]
    total = _sign(after - before, max(abs(before), abs(after)))
    return len(moves) >= 2 and total != 0 and set(moves) == {-total}


def _sign(value: float, size: float) -> int:
    """-1, 0 or 1; what rounding alone explains at this size is 0."""
    if abs(value) <= TINY * size:
        return 0
    return 1 if value > 0 else -1
