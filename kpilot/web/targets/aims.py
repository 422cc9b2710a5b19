"""An aim as a form says it: which KPI, for whom, by when, how much. Read from any form's words.

The assistant is called by the forms of targets, of proposals and of goals while somebody types;
each names its fields in its own way, and all of them may be half filled in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kpilot.ask import catalog
from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import Period, parse_period
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.project import Project
from kpilot.web.kpis.words import language
from kpilot.web.targets import reading
from kpilot.web.targets.reading import Said
from kpilot.web.targets.rights import ORG, Scope

TARGETS = ("target", "value", "amount", "sentence")
BEGINS = ("start_on", "starts", "from")
DUES = ("due_on", "due", "to")


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What could be read; None where nothing, or nothing sensible, was said."""

    kpi: Kpi | None
    scope: Scope
    said: Said | None
    typed: str
    begins: date | None
    due: date | None
    start: float | None
    reading: str


def read(given: Mapping[str, str], project: Project) -> Aim:
    """The aim of a half-filled form; never raises.

    kpi · scope "agent:ann" (or scope_type and scope_id) · target, value, amount or sentence ·
    period "2026-03", or start_on and due_on (due_last: the last day that counts) · start, the
    value to start from · reading
    """
    kpi = catalog(project).get(given.get("kpi", ""))
    typed = next((given[name].strip() for name in TARGETS if given.get(name, "").strip()), "")
    meant = reading.said(typed, kpi.unit, language()) if kpi and typed else None
    span = _span(given, project)
    start = None
    if kpi and (text := given.get("start", "").strip()):
        begun = reading.said(text, kpi.unit, language())
        start = float(begun.value) if begun and begun.kind == "absolute" else None
    return Aim(
        kpi=kpi, scope=scope_of(given), said=meant, typed=typed,
        begins=span[0], due=span[1], start=start, reading=given.get("reading", ""),
    )  # fmt: skip


def scope_of(given: Mapping[str, str]) -> Scope:
    """The organisation, a team or a person: "team:north", or two words."""
    kind, _, one = given.get("scope", "").partition(":")
    kind, one = given.get("scope_type", kind), given.get("scope_id", one)
    return (kind, one) if kind in ("team", "agent") and one else ORG


def period_named(name: str, project: Project) -> Period | None:
    """The period of that name, or None."""
    try:
        return parse_period(name, fiscal(project))
    except UserError:
        return None


def plain(value: Decimal) -> str:
    """A value as a hidden field carries it."""
    return f"{value:f}"


def _span(given: Mapping[str, str], project: Project) -> tuple[date | None, date | None]:
    if name := given.get("period", "").strip():
        found = period_named(name, project)
        return (found.start, found.end) if found else (None, None)
    begins = next((d for name in BEGINS if (d := _day(given.get(name, "")))), None)
    due = next((d for name in DUES if (d := _day(given.get(name, "")))), None)
    if due is None and (last := _day(given.get("due_last", ""))):
        due = last + timedelta(1)
    return begins, due


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
