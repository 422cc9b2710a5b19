"""Which few KPIs to follow, for an objective and a business, with the data there are.

Source: specification §3. What is returned is data (scores, codes); the sentences are the web's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

LeadLag = Literal["leading", "coincident", "lagging"]
WEIGHTS = {"objective": 40.0, "profile": 30.0, "measurability": 20.0, "lead": 10.0}
EARLINESS: Mapping[LeadLag, float] = {"leading": 1.0, "coincident": 0.5, "lagging": 0.0}
OBJECTIVES = ("VOL", "REV", "EFF", "RET", "SPD", "FCST", "TEAM")
WORDS = frozenset(
    {"always", "b2b", "b2c", "short", "medium", "long", "one_off", "repeat", "contractual",
     "low_basket", "high_basket", "inbound", "outbound", "email", "calls", "orders", "orders_only",
     "agents_lt_2"}
)  # fmt: skip
FEW, MANY = 4, 6
EQUAL = 1e-9


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the business is; None where it was not said (no condition on it holds then).

    cycle    short (< 30 days), medium, long (≥ 90 days)
    orders   whether it takes orders; `opportunities` whether it works on opportunities
    """

    model: Literal["b2b", "b2c"] | None = None
    cycle: Literal["short", "medium", "long"] | None = None
    revenue: Literal["one_off", "repeat", "contractual"] | None = None
    basket: Literal["low", "high"] | None = None
    inbound: bool | None = None
    outbound: bool | None = None
    email: bool | None = None
    calls: bool | None = None
    orders: bool | None = None
    opportunities: bool | None = None
    agents: int | None = None

    def says(self, word: str) -> bool | None:
        """Whether a word of `WORDS` is true of the business; None when that was not said."""
        if word == "always":
            return True
        if word in ("b2b", "b2c"):
            return None if self.model is None else self.model == word
        if word in ("short", "medium", "long"):
            return None if self.cycle is None else self.cycle == word
        if word in ("one_off", "repeat", "contractual"):
            return None if self.revenue is None else self.revenue == word
        if word in ("low_basket", "high_basket"):
            return None if self.basket is None else word == f"{self.basket}_basket"
        if word == "agents_lt_2":
            return None if self.agents is None else self.agents < 2
        if word == "orders_only":
            if self.orders is None or self.opportunities is None:
                return None
            return self.orders and not self.opportunities
        said: bool | None = getattr(self, word)
        return said


def cycle_of(days: float | None) -> Literal["short", "medium", "long"] | None:
    """The word for a sales cycle in days."""
    if days is None:
        return None
    return "short" if days < 30 else "long" if days >= 90 else "medium"


def unknown_words(when: str) -> tuple[str, ...]:
    """The words of a condition that mean nothing here."""
    words = [_bare(part) for part in when.split(" and ")]
    return tuple(word for word in words if word not in WORDS)


def holds(when: str, profile: Profile) -> bool:
    """Whether a condition ("b2c and not email") is known to be true of the business.

    A condition with a word nobody knows never holds: `unknown_words` tells before.
    """
    if unknown_words(when):
        return False
    for part in when.split(" and "):
        said = profile.says(_bare(part))
        if said is None or said == part.strip().startswith("not "):
            return False
    return True


def _bare(part: str) -> str:
    return part.strip().removeprefix("not ").strip()


def profile_fit(profile: Profile, modifiers: Iterable[tuple[str, float]]) -> float:
    """P: the product of the modifiers whose condition holds, 1 without any."""
    fit = 1.0
    for when, factor in modifiers:
        if holds(when, profile):
            fit *= factor
    return fit


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """One required field: how many of the rows it applies to have a valid value."""

    field: str
    valid: int = 0
    applicable: int = 0
    is_mapped: bool = True


@dataclass(frozen=True, kw_only=True)
class Measurability:
    """M between 0 and 1, and the field that holds it down (with reason not_mapped, no_rows,
    sparse or short_history)."""

    value: float
    field: str = ""
    reason: str = ""


def measurability(coverages: Iterable[Coverage], complete_periods: int) -> Measurability:
    """The share of the emptiest required field × 1, 0.8 or 0.5 by how much history there is."""
    history = 1.0 if complete_periods >= 2 else 0.8 if complete_periods == 1 else 0.5
    worst, field_, reason = 1.0, "", ""
    for one in coverages:
        share = min(1.0, one.valid / one.applicable) if one.applicable > 0 else 0.0
        why = "sparse" if one.applicable > 0 else "no_rows"
        if not one.is_mapped:
            share, why = 0.0, "not_mapped"
        if share < worst:
            worst, field_, reason = share, one.field, why
    if worst == 1.0 and history < 1:
        reason = "short_history"
    return Measurability(value=worst * history, field=field_, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A KPI that may be chosen; O, P, M between 0 and 1."""

    name: str
    objective: float
    profile: float
    measurability: float
    lead_lag: LeadLag
    family: str
    group: str
    guardrail: str = ""
    missing_field: str = ""
    missing_reason: str = ""

    @property
    def parts(self) -> dict[str, float]:
        """The four parts of the score, at most 40, 30, 20 and 10."""
        shares = {
            "objective": self.objective,
            "profile": self.profile,
            "measurability": self.measurability,
            "lead": EARLINESS[self.lead_lag],
        }
        return {name: WEIGHTS[name] * share for name, share in shares.items()}

    @property
    def score(self) -> float:
        return round(sum(self.parts.values()), 9)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A chosen KPI and why: "score", "balance" (the only leading or lagging one), "guardrail"."""

    name: str
    score: float
    parts: Mapping[str, float]
    why: Literal["score", "balance", "guardrail"]
    guards: str = ""


@dataclass(frozen=True, kw_only=True)
class Advice:
    """The choice and everything that was left aside, each with a code.

    excluded  not_relevant, not_measurable, not_objective
    skipped   redundant, family_cap, over_limit, balance (gave its place)
    collect   KPIs worth having once a field is filled: (KPI, field, why), best first
    warnings  few_measurable, too_many, no_leading, no_lagging
    """

    selected: tuple[Choice, ...]
    guardrails: tuple[Choice, ...]
    scores: Mapping[str, float]
    excluded: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    collect: tuple[tuple[str, str, str], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many: selected (4 to 6 are sensible), of one family, with guardrails; the gate on M."""

    selected: int = 5
    family: int = 2
    with_guardrails: int = MANY
    gate: float = 0.6


def advise(
    candidates: Sequence[Candidate], limits: Limits | None = None, tracked: int = 0
) -> Advice:
    """Choose among the candidates; `tracked` is how many KPIs are followed already."""
    limits = limits or Limits()
    known = {candidate.name: candidate for candidate in candidates}
    excluded = {c.name: gate for c in known.values() if (gate := _gate(c, limits))}
    ranked = sorted((c for c in known.values() if c.name not in excluded), key=_rank)
    chosen, skipped = _pick(ranked, limits)
    chosen, brought, gone = _balanced(chosen, ranked, limits)
    for name in brought:
        skipped.pop(name, None)
    skipped.update(dict.fromkeys(gone, "balance"))
    guards = _guardrails(chosen, known, limits)
    selected = tuple(
        Choice(name=c.name, score=c.score, parts=c.parts,
               why="balance" if c.name in brought else "score")
        for c in chosen
    )  # fmt: skip
    kinds = {c.lead_lag for c in chosen}
    missing = [f"no_{kind}" for kind in ("leading", "lagging") if chosen and kind not in kinds]
    few = ["few_measurable"] if len(chosen) < FEW else []
    many = ["too_many"] if tracked > MANY else []
    wanted = sorted((c for c in known.values() if excluded.get(c.name) == "not_measurable"),
                    key=_rank)  # fmt: skip
    return Advice(
        selected=selected, guardrails=guards,
        scores={c.name: c.score for c in ranked}, excluded=excluded, skipped=skipped,
        collect=tuple(
            (c.name, c.missing_field, c.missing_reason) for c in wanted if c.objective > 0
        ),
        warnings=(*few, *many, *missing),
    )  # fmt: skip


def _rank(candidate: Candidate) -> tuple[float, str]:
    return -candidate.score, candidate.name


def _gate(c: Candidate, limits: Limits) -> str:
    if c.profile <= 0:
        return "not_relevant"
    if c.measurability < limits.gate - EQUAL:
        return "not_measurable"
    return "not_objective" if c.objective <= 0 else ""


def _pick(ranked: Sequence[Candidate], limits: Limits) -> tuple[list[Candidate], dict[str, str]]:
    chosen: list[Candidate] = []
    skipped: dict[str, str] = {}
    for candidate in ranked:
        if len(chosen) >= limits.selected:
            skipped[candidate.name] = "over_limit"
        elif bar := _bar(candidate, chosen, limits):
            skipped[candidate.name] = bar
        else:
            chosen.append(candidate)
    return chosen, skipped


def _bar(candidate: Candidate, chosen: Sequence[Candidate], limits: Limits) -> str:
    if any(c.group == candidate.group for c in chosen):
        return "redundant"
    if sum(c.family == candidate.family for c in chosen) >= limits.family:
        return "family_cap"
    return ""


def _balanced(
    chosen: list[Candidate], ranked: Sequence[Candidate], limits: Limits
) -> tuple[list[Candidate], list[str], list[str]]:
    """(chosen with a leading and a lagging KPI where possible, those brought in, those gone).

    The lowest-scored gives its place, unless it is the only one of the other kind.
    """
    brought: list[str] = []
    gone: list[str] = []
    kinds: tuple[tuple[LeadLag, LeadLag], ...] = (("leading", "lagging"), ("lagging", "leading"))
    for kind, other in kinds:
        if not chosen or any(c.lead_lag == kind for c in chosen):
            continue
        others = [c for c in chosen if c.lead_lag == other]
        last = next((c for c in reversed(chosen) if others != [c]), None)
        rest = [c for c in chosen if c is not last]
        best = next((c for c in ranked if c.lead_lag == kind and not _bar(c, rest, limits)), None)
        if last is not None and best is not None:
            chosen = sorted([*rest, best], key=_rank)
            brought.append(best.name)
            gone.append(last.name)
    return chosen, brought, gone


def _guardrails(
    chosen: Sequence[Candidate], known: Mapping[str, Candidate], limits: Limits
) -> tuple[Choice, ...]:
    names = {c.name for c in chosen}
    added: list[Choice] = []
    for candidate in chosen:
        guard = known.get(candidate.guardrail)
        if guard is None or guard.name in names or len(names) >= limits.with_guardrails:
            continue
        if guard.profile > 0 and guard.measurability >= limits.gate - EQUAL:
            names.add(guard.name)
            added.append(Choice(name=guard.name, score=guard.score, parts=guard.parts,
                                why="guardrail", guards=candidate.name))  # fmt: skip
    return tuple(added)
