"""From what somebody said to the few KPIs: the advisor asked on this data, the answer kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import override

from kpilot.analysis.advisor import Advice, Candidate, Choice, Profile, advise, profile_fit
from kpilot.ask import catalog, facts
from kpilot.core.kpi import Kpi
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.advisor.following import followed
from kpilot.web.advisor.measured import ONLY_WHOLE, Measured, advised, measured
from kpilot.web.advisor.models import Answer
from kpilot.web.advisor.prefilled import prefilled, takes
from kpilot.web.people.models import Person

SAID: Mapping[str, Sequence[str]] = {
    "model": ("b2b", "b2c"),
    "cycle": ("short", "medium", "long"),
    "revenue": ("one_off", "repeat", "contractual"),
    "basket": ("low", "high"),
    "inbound": ("yes", "no"),
    "outbound": ("yes", "no"),
    "email": ("yes", "no"),
    "calls": ("yes", "no"),
}
MOTIONS = ("inbound", "outbound", "email", "calls")


def profile_of(asked: Mapping[str, Any]) -> Profile:
    """The business as it was said; what was left open stays unknown."""
    said: dict[str, Any] = {word: asked.get(word) or None for word in SAID}
    for word in MOTIONS:
        said[word] = {"yes": True, "no": False}.get(str(asked.get(word)))
    agents = asked.get("agents")
    return Profile(
        **said,
        orders=asked.get("orders"),
        opportunities=asked.get("opportunities"),
        agents=int(agents) if agents else None,
    )


def answer(
    person: Person, said: Mapping[str, str], objective: str,
    project: Project, reader: Reader, now: datetime,
) -> Answer:  # fmt: skip
    """Ask the advisor and keep what it says, with what the data told on that day."""
    orders, chances = takes(project, reader, now)
    asked: dict[str, Any] = {**said, "orders": orders, "opportunities": chances}
    found = measured(project, reader, now)
    kpis = advised(catalog(project))
    advice = advise(
        [candidate(kpi, objective, profile_of(asked), found[kpi.name]) for kpi in kpis],
        tracked=len(followed(person)),
    )
    horizon = facts.cutoff(project, None, now).horizon
    return Answer.objects.create(
        person=person,
        objective=objective,
        asked=asked | {"told": told(project, reader, now)},
        found=_kept(advice, found),
        as_of=horizon.replace(tzinfo=UTC) if horizon else None,
    )


def candidate(kpi: Kpi, objective: str, profile: Profile, found: Measured) -> Candidate:
    """One KPI as the advisor weighs it."""
    if kpi.advice is None:
        raise TypeError("Only KPIs with an advice are weighed.")
    return Candidate(
        name=kpi.name,
        objective=float(kpi.advice.objectives.get(objective, 0)),
        profile=profile_fit(profile, kpi.advice.modifiers),
        measurability=found.m.value,
        lead_lag=kpi.advice.lead_lag,
        family=kpi.family,
        group=kpi.advice.group,
        guardrail=kpi.guardrail,
        missing_field=found.m.field,
        missing_reason=found.m.reason,
    )


def told(project: Project, reader: Reader, now: datetime) -> dict[str, dict[str, str]]:
    """What the data said of the business, with the sentences in both languages."""
    found: dict[str, dict[str, str]] = {}
    for language in ("en", "fr"):
        with override(language):
            for word, fact in prefilled(project, reader, now).items():
                place = found.setdefault(word, {"value": fact.value})
                place[language] = fact.rests_on
    return found


def _kept(advice: Advice, found: Mapping[str, Measured]) -> dict[str, Any]:
    return {
        "selected": [_choice(one) for one in advice.selected],
        "guardrails": [_choice(one) for one in advice.guardrails],
        "scores": dict(advice.scores),
        "excluded": dict(advice.excluded),
        "skipped": dict(advice.skipped),
        "collect": [list(one) for one in advice.collect if one[2] != ONLY_WHOLE],
        "warnings": list(advice.warnings),
        "measured": {name: one.kept() for name, one in found.items()},
    }


def _choice(one: Choice) -> dict[str, Any]:
    return {**asdict(one), "parts": dict(one.parts)}


def earlier(answer_: Answer) -> Answer | None:
    """The answer the same person had before this one."""
    return Answer.objects.filter(person=answer_.person, pk__lt=answer_.pk).first()


def own_answer(person: Person, number: int) -> Answer | None:
    """One of her own answers; those of others are nobody's business."""
    return Answer.objects.filter(person=person, pk=number).first()


def chosen(found: Answer) -> list[str]:
    """The KPIs of an answer, guardrails last."""
    return [str(one["name"])
            for one in (*found.found["selected"], *found.found["guardrails"])]  # fmt: skip
