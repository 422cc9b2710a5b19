"""Where a number comes from: its formula with the operands, what was left out, as of when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask import catalog
from kpilot.ask.explain import Explanation, explain
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core import words as core
from kpilot.core.chance_words import LABEL
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.result import Number, Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.kpis.versions import Version, versions


@dataclass(frozen=True, kw_only=True)
class Operand:
    """One number of a formula, with its words and the rows behind it."""

    text: str
    words: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of what was counted and left out."""

    label: str
    count: str
    href: str = ""
    is_sum: bool = False


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A figure taken apart for reading: `above` and `below` the line, when it is a fraction;
    `operands` are the figures a formula is made of, each over days of its own."""

    value: str
    above: Operand | None
    below: Operand | None
    tail: str
    formula: str
    operands: Sequence[tuple[Operand, str]]
    lines: Sequence[Line]
    lines_of: str
    facts: Sequence[tuple[str, str]]
    versions: Sequence[Version]
    flags: Sequence[str]
    sql: Sequence[str]


def take(kpi: Kpi, state: State, project: Project) -> Explained | None:
    """The figure of the page explained; None when it has no rows at all."""
    compare = None if kpi.is_model else state.query.compare
    query = state.query.but(kpis=(kpi.name,), grain=None, by=(), compare=compare)
    try:
        found = explain(query, project)
    except (UserError, IndexError):
        return None
    formula = words.named(kpi.formula)
    is_one = set(kpi.by) <= {one.dimension for one in state.query.where}
    above, below, tail = None, None, formula
    if is_one and kpi.measure.kind not in ("formula", "model"):
        above, below, tail = _operands(kpi, found.row, state, formula, project)
    return Explained(
        value=words.figure(found.row.value, kpi, found.row.currency)
        if is_one and found.row.value is not None else "",
        above=above,
        below=below,
        tail=tail,
        formula=formula,
        operands=_made_of(found, state, project) if kpi.measure.kind == "formula" else (),
        lines=_lines(found.counted, found, state) if found.counted and is_one else (),
        lines_of="" if found.counted in (kpi, None) else words.named(found.counted.names),
        facts=_facts(kpi, found, state, project),
        versions=versions(found.definitions),
        flags=[words.flag(one) for one in found.row.flags if not one.startswith("missing:")]
        if is_one else (),
        sql=found.sql,
    )  # fmt: skip


def _made_of(
    found: Explanation, state: State, project: Project
) -> Sequence[tuple[Operand, str]]:
    """The figures a formula is made of, with a link to each and its days."""
    known = catalog(project)
    made = []
    for row in found.operands:
        kpi = known[row.kpi]
        text = words.figure(row.value, kpi, row.currency)
        name = words.named(kpi.names)
        href = state.link(reverse("kpi", args=[row.kpi]), period=row.period.key)
        why = words.why(row) if row.value is None else ""
        note = " · ".join(part for part in (words.days(row.period), why) if part)
        made.append((Operand(text=text, words=name, href=href), note))
    return made


def rows_link(kpi: Kpi, state: State, only: str = "") -> str:
    """The address of the rows behind the figure."""
    return state.link(reverse("records", args=[kpi.name]), only=only)


def _operands(
    kpi: Kpi, row: Row, state: State, formula: str, project: Project
) -> tuple[Operand | None, Operand | None, str]:
    over, _sign, under = formula.partition(" ÷ ")
    under, tail = _parted(under)
    if not under or row.den is None or row.num is None or row.n == 0:
        return None, None, formula
    is_share = kpi.measure.kind == "ratio" and not kpi.is_formula
    return (
        Operand(text=_operand(kpi, row.num, project, above=True), words=over,
                href=rows_link(kpi, state, "numerator") if is_share else ""),
        Operand(text=_operand(kpi, row.den, project, above=False), words=under.strip("()"),
                href=rows_link(kpi, state) if is_share else ""),
        tail,
    )  # fmt: skip


def _parted(text: str) -> tuple[str, str]:
    """"(won + lost), by close date" in two, at the first comma outside brackets."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            return text[:place], text[place + 1 :].strip()
    return text, ""


def _operand(kpi: Kpi, value: Number, project: Project, *, above: bool) -> str:
    term = kpi.measure.num if above else kpi.measure.den
    is_money = term.total is not None and bool(kpi.money)
    if kpi.is_formula:
        is_money = catalog(project)[kpi.measure.of].unit == "currency"
    if is_money:
        return written.money(value, project.settings.currency, words.language())
    return written.decimal(value, words.language(), 1 if term.total is not None else 0, strip=True)


def _lines(kpi: Kpi, found: Explanation, state: State) -> Sequence[Line]:
    labels = {
        "read": _("Rows read, with these filters"),
        "elsewhere": _("Not of this period, or not of this kind"),
        "counted": _("Rows counted"),
    }
    lines = []
    span = _days_of(kpi, found, state)
    for step, count in found.steps.items():
        if step in ("read", "counted"):
            shown = written.number(count, words.language())
        elif not count:
            continue
        else:
            shown = written.number(-count, words.language())
        link = ""
        if span is not None and (step in kpi.excluded or (step == "counted" and count)):
            only = step if step in kpi.excluded else ""
            link = state.link(reverse("records", args=[kpi.name]), only=only, period=span)
        label = labels.get(step) or words.excluded(step)
        lines.append(Line(label=label, count=shown, href=link, is_sum=step == "counted"))
    return lines


def _in_force(found: Explanation) -> str:
    """ "version 2 since 12 November 2026": the first one has always been there."""
    last = found.definitions[-1]
    if len(found.definitions) == 1:
        return _("version %(n)s") % {"n": last.version}
    day = format_date.day(last.since, words.language())
    return _("version %(n)s since %(day)s") % {"n": last.version, "day": day}


def _fitted(kpi: Kpi, row: Row) -> str:
    """What a model rests on: its method, and the rows it saw."""
    method = words.both(core.said(core.MODELS, kpi.measure.model))
    return f"{method}, n = {written.number(row.n, words.language())}" if row.n else method


def _days_of(counted: Kpi, found: Explanation, state: State) -> str | None:
    """The period of the rows counted as links write it; None when no link can say it."""
    if counted is found.kpi:
        chosen = state.said.get("period", ("",))[0]
        return None if found.kpi.over else chosen or state.period.key
    of = next((row.period.key for row in found.operands if row.kpi == counted.name), None)
    return of if found.kpi.measure.kind == "formula" else state.period.key


def _facts(
    kpi: Kpi, found: Explanation, state: State, project: Project
) -> Sequence[tuple[str, str]]:
    zone = project.settings.zone
    cut = found.result.as_of.replace(tzinfo=UTC).astimezone(zone)
    today = state.today.last
    mode = found.result.attribution.get(kpi.name, "")
    pairs = [
        (_("Period"), words.days(state.period)),
        (_("Attributed to"), words.attribution(mode)),
        (_("As of"), f"{format_date.moment(cut, words.language(), today=today)}, {zone.key}"),
        (_("Definition"), _in_force(found)),
    ]
    if kpi.is_model and any(row.value is not None for row in found.result.rows):
        pairs.append((_("Fitted on"), _fitted(kpi, found.row)))
    if found.chances:
        pairs.append((words.both(LABEL), words.both(found.chances)))
    if found.loads:
        loads = ", ".join(_("no. %(n)s") % {"n": load} for load in found.loads[-3:])
        pairs.append((_("Loaded by"), loads))
    if found.row.method:
        method = words.method(found.row.method)
        pairs.append((_("Interval"), _("95%%, %(method)s") % {"method": method}))
    return pairs
