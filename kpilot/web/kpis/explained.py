"""Where a number comes from: its formula with the operands, what was left out, as of when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask.explain import Explanation, explain
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.kpi import Kpi
from kpilot.core.result import Number, Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State


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
    """A figure taken apart for reading: `above` and `below` the line, when it is a fraction."""

    value: str
    above: Operand | None
    below: Operand | None
    tail: str
    formula: str
    lines: Sequence[Line]
    facts: Sequence[tuple[str, str]]
    flags: Sequence[str]
    sql: Sequence[str]


def take(kpi: Kpi, state: State, project: Project) -> Explained:
    """The figure of the page explained."""
    found = explain(state.query.but(kpis=(kpi.name,), grain=None, by=()), project)
    formula = words.named(kpi.formula)
    above, below, tail = _operands(kpi, found.row, state, formula, project.settings.currency)
    return Explained(
        value=words.figure(found.row.value, kpi, found.row.currency),
        above=above,
        below=below,
        tail=tail,
        formula=formula,
        lines=_lines(kpi, found, state),
        facts=_facts(kpi, found, state, project),
        flags=[words.flag(one) for one in found.row.flags if not one.startswith("missing:")],
        sql=found.sql,
    )


def rows_link(kpi: Kpi, state: State, only: str = "") -> str:
    """The address of the rows behind the figure."""
    return state.link(reverse("records", args=[kpi.name]), only=only)


def _operands(
    kpi: Kpi, row: Row, state: State, formula: str, currency: str
) -> tuple[Operand | None, Operand | None, str]:
    over, _sign, under = formula.partition(" ÷ ")
    under, tail = _parted(under)
    if not under or row.den is None or row.num is None or row.n == 0:
        return None, None, formula
    is_share = kpi.measure.kind == "ratio" and not kpi.is_formula
    return (
        Operand(text=_operand(kpi, row.num, currency, above=True), words=over,
                href=rows_link(kpi, state, "numerator") if is_share else ""),
        Operand(text=_operand(kpi, row.den, currency, above=False), words=under.strip("()"),
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


def _operand(kpi: Kpi, value: Number, currency: str, *, above: bool) -> str:
    term = kpi.measure.num if above else kpi.measure.den
    if kpi.is_formula or term.total is not None:
        return written.money(value, currency, words.language())
    return written.decimal(value, words.language(), 0)


def _lines(kpi: Kpi, found: Explanation, state: State) -> Sequence[Line]:
    labels = {
        "read": _("Rows read, with these filters"),
        "elsewhere": _("Not of this period, or not of this kind"),
        "counted": _("Rows counted"),
    }
    lines = []
    for step, count in found.steps.items():
        if step in ("read", "counted"):
            shown = written.number(count, words.language())
        elif not count:
            continue
        else:
            shown = written.number(-count, words.language())
        link = ""
        if step == "counted" and count:
            link = rows_link(kpi, state)
        elif step in kpi.excluded:
            link = rows_link(kpi, state, step)
        label = labels.get(step) or words.excluded(step)
        lines.append(Line(label=label, count=shown, href=link, is_sum=step == "counted"))
    return lines


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
        (_("Definition"), _("version %(n)s") % {"n": kpi.version}),
    ]
    if found.loads:
        loads = ", ".join(_("no. %(n)s") % {"n": load} for load in found.loads[-3:])
        pairs.append((_("Loaded by"), loads))
    if found.row.method:
        method = words.method(found.row.method)
        pairs.append((_("Interval"), _("95%%, %(method)s") % {"method": method}))
    return pairs
