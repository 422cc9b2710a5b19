"""What the page of an answer shows, made from what was kept when it was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.analysis.advisor import WEIGHTS, holds
from kpilot.core.format import number, percent
from kpilot.core.kpi import Catalog
from kpilot.core.places import field_said, places_of
from kpilot.web.advisor import reasons
from kpilot.web.advisor.answering import profile_of
from kpilot.web.advisor.measured import ONLY_WHOLE
from kpilot.web.advisor.models import Answer
from kpilot.web.advisor.past import MONTHS
from kpilot.web.kpis import words

Kept = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a score: its words, its points of the most there are, and both as a width."""

    label: str
    points: str
    most: str
    width: str


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A chosen KPI with everything that speaks for it and how well it can be measured."""

    name: str
    label: str
    href: str
    reason: str
    kind: str
    score: str
    parts: Sequence[Part]
    guardrail: tuple[str, str] | None
    measurable: str
    needs: Sequence[tuple[str, str]]
    history: str
    sample: str


@dataclass(frozen=True, kw_only=True)
class ToCollect:
    """A KPI that would be worth having, the field it lacks, and where that stands in a CRM."""

    label: str
    href: str
    field: str
    reason: str
    places: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A KPI that was not chosen, and why."""

    label: str
    href: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An answer as the page draws it."""

    picks: Sequence[Pick]
    guards: Sequence[Pick]
    collect: Sequence[ToCollect]
    left_out: Sequence[LeftOut]
    warnings: Sequence[str]


def shown(answer: Answer, known: Catalog) -> Shown:
    """The answer in the reader's language."""
    found = answer.found
    chosen = (*found["selected"], *found["guardrails"])
    return Shown(
        picks=[_pick(one, found, known) for one in found["selected"]],
        guards=[_pick(one, found, known) for one in found["guardrails"]],
        collect=[_collect(one, found, known) for one in found["collect"]],
        left_out=_left_out(answer, known, [str(one["name"]) for one in chosen]),
        warnings=[str(reasons.WARNINGS[word]) for word in found["warnings"]
                  if word in reasons.WARNINGS],
    )  # fmt: skip


def label_of(name: str, known: Catalog) -> str:
    """A KPI by its name; one that is no longer in the catalogue by its id."""
    return words.named(known[name].names) if name in known else name


def href_of(name: str, known: Catalog) -> str:
    """Its page, "" when there is none any more."""
    return reverse("kpi", args=[name]) if name in known else ""


def field_label(need: str) -> str:
    """A requirement by name, its alternatives joined."""
    return _(" or ").join(words.both(field_said(one)) for one in need.split("|"))


def _pick(one: Kept, found: Kept, known: Catalog) -> Pick:
    name = str(one["name"])
    kpi, measured = known.get(name), found["measured"].get(name, {})
    advice = kpi.advice if kpi else None
    guard = kpi.guardrail if kpi and kpi.guardrail in known else ""
    return Pick(
        name=name,
        label=label_of(name, known),
        href=href_of(name, known),
        reason=_reason(one, known),
        kind=str(reasons.KINDS[advice.lead_lag]) if advice else "",
        score=number(round(float(one["score"])), words.language()),
        parts=[_part(word, float(one["parts"][word])) for word in WEIGHTS],
        guardrail=(label_of(guard, known), href_of(guard, known)) if guard else None,
        measurable=percent(float(measured.get("value", 0)), words.language(), 0),
        needs=[_need(need) for need in measured.get("needs", ())],
        history=_history(int(measured.get("months", 0))),
        sample=_("n = %(n)s in the latest month") % {"n": _n(int(measured.get("n", 0)))},
    )


def _part(word: str, points: float) -> Part:
    most = WEIGHTS[word]
    return Part(label=str(reasons.PARTS[word]), points=_n(round(points)), most=_n(round(most)),
                width=f"{100 * points / most:.1f}")  # fmt: skip


def _reason(one: Kept, known: Catalog) -> str:
    if one["why"] == "guardrail":
        return _("It keeps watch over “%(kpi)s”: one should not rise at the cost of the other.") % {
            "kpi": label_of(str(one["guards"]), known)
        }
    text = reasons.reason(str(one["name"]))
    advice = known[one["name"]].advice if one["name"] in known else None
    if one["why"] != "balance" or advice is None:
        return text
    more = (
        _("It was brought in so that one of them tells early.")
        if advice.lead_lag == "leading"
        else _("It was brought in so that one of them is a result.")
    )
    return f"{text} {more}"


def _need(need: Kept) -> tuple[str, str]:
    """(field, how full it is)."""
    label = field_label(str(need["need"]))
    if not need["is_mapped"]:
        return label, _("not in your data")
    if need["is_assumed"]:
        return label, _("in your data; statuses do not say on which leads it should be")
    if not need["applicable"]:
        return label, _("no row of the last 90 days")
    share = need["valid"] / need["applicable"]
    said = {"share": percent(share, words.language(), 0), "n": _n(need["applicable"])}
    return label, ngettext("%(share)s of %(n)s row", "%(share)s of %(n)s rows",
                           need["applicable"]) % said  # fmt: skip


def _history(months: int) -> str:
    if months >= MONTHS:
        return _("12 complete months or more")
    return ngettext("%(n)s complete month", "%(n)s complete months", months) % {"n": _n(months)}


def _collect(one: Sequence[str], found: Kept, known: Catalog) -> ToCollect:
    name, need, why = one
    places: dict[str, list[str]] = {}
    for option in need.split("|") if need else ():
        for crm, place in places_of(option):
            if place not in places.setdefault(crm, []):
                places[crm].append(place)
    text = str(reasons.LACKS.get(why, ""))
    if why == "sparse":
        full = next((_need(row)[1] for row in found["measured"][name]["needs"]
                     if row["need"] == need), "")  # fmt: skip
        text = _("It is filled on %(share)s of the last 90 days.") % {"share": full}
    return ToCollect(
        label=label_of(name, known),
        href=href_of(name, known),
        field=field_label(need) if need else "",
        reason=text,
        places=[(crm, _(" or ").join(several)) for crm, several in places.items()],
    )


def _left_out(answer: Answer, known: Catalog, chosen: Sequence[str]) -> list[LeftOut]:
    """Everything weighed and not chosen, except what has to be collected first."""
    found = answer.found
    to_collect = {one[0] for one in found["collect"]}
    codes = {**found["skipped"], **found["excluded"]}
    return [
        LeftOut(label=label_of(name, known), href=href_of(name, known),
                reason=_why_not(name, code, answer, known, chosen))
        for name, code in codes.items() if name not in to_collect and name not in chosen
    ]  # fmt: skip


def _why_not(
    name: str, code: str, answer: Answer, known: Catalog, chosen: Sequence[str]
) -> str:  # fmt: skip
    found = answer.found
    if code == "not_measurable":
        is_whole = found["measured"].get(name, {}).get("reason") == ONLY_WHOLE
        return (
            _("Its rows belong to nobody: only those who see everything can follow it.")
            if is_whole
            else _("It cannot be measured here yet, and would not serve this objective.")
        )
    advice = known[name].advice if name in known else None
    if code == "not_relevant" and advice:
        profile = profile_of(answer.asked)
        when = next((w for w, p in advice.modifiers if p == 0 and holds(w, profile)), "")
        if when:
            return _("It tells nothing useful where %(condition)s.") % {
                "condition": reasons.conditions(when)
            }
    if code == "redundant" and advice:
        twin = next((one for one in chosen if one in known and (other := known[one].advice)
                     and other.group == advice.group), "")  # fmt: skip
        if twin:
            return _("It says nearly the same as “%(kpi)s”.") % {"kpi": label_of(twin, known)}
    plain = {
        "not_relevant": _("It does not fit the business."),
        "not_objective": _("It does not serve this objective."),
        "redundant": _("It says nearly the same as one that is chosen."),
        "family_cap": _("Two of its kind are chosen already."),
        "over_limit": _("It scored %(points)s points, fewer than those chosen.")
        % {"points": _n(round(float(found["scores"].get(name, 0))))},
        "balance": _("It gave its place, so that early signs and results are both there."),
    }
    return plain.get(code, code)


def _n(value: int) -> str:
    return number(value, words.language())
