"""One figure with its comparison, its last periods and its target: value, sum or average."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core import format as written
from kpilot.core.calendar import Period, earlier
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.result import Change, Number, Row
from kpilot.core.text import Both
from kpilot.project import Project
from kpilot.web.kpis import judge, words
from kpilot.web.kpis.cards import cards
from kpilot.web.kpis.judge import is_flow
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.shell.parts import Card
from kpilot.web.widgets.asking import Asking, asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table, said
from kpilot.web.widgets.fields import COMMON, GRAIN, KPI, option

CALCULATIONS: Mapping[str, str | Promise] = {
    "value": N_("Value of the period"),
    "sum": N_("Sum of the steps"),
    "average": N_("Average of the steps"),
}
LABEL = N_("Number")
HOW_TO_READ = N_(
    "The large figure is that of the period. The arrow says how it moved, the words after it "
    "against which days. The dark tick on the bar is where the figure should be today, the hatched "
    "part where it is heading."
)
GROUP = "figure"
SIZE = (3, 3)
FIELDS = (KPI, option("calculation", N_("Calculation"), CALCULATIONS), GRAIN, *COMMON)


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The figure of the period, or what its whole steps come to."""
    card = asking(asked, state, project)
    calculation = card.option("calculation", CALCULATIONS)
    if calculation == "average":
        return _average(card)
    if calculation == "sum" and not is_flow(card.kpi):
        raise _not_summed(card.kpi, N_("It does not add up over time: take the value."))
    made = cards(card.state, project, [card.kpi.name])[0]
    if made.why_off:
        links = (made.action,) if made.action else (card.page(),)
        return said(made.why_off, finding=made.name, links=links)
    row = card.rows()[0]
    return Drawing(
        template="widgets/number.html",
        context={"card": made},
        finding=made.name,
        subtitle=card.days,
        summary=_summary(made),
        table=_table(card, row),
        links=(card.page(), card.records()),
        file=card.file,
    )


def _summary(made: Card) -> str:
    change = f", {f'{made.change.text} {made.change.words}'.strip()}" if made.change else ""
    return f"{made.name}{_(': ')}{made.number}{made.unit}{change}"


def _table(card: Asking, row: Row) -> Table:
    kpi, currency = card.kpi, row.currency
    prev = row.compare.prev if row.compare and not row.compare.reason else None
    return Table(
        columns=[
            Column(label=_("Period")),
            Column(label=words.named(kpi.names), unit=kpi.unit, currency=currency),
            Column(label=_("Compared with"), unit=kpi.unit, currency=currency),
            Column(label="n", unit="count"),
        ],
        rows=[(card.days, row.value, prev, row.n)],
    )


def _average(card: Asking) -> Drawing:
    """The mean of the steps that are over, each counting once."""
    kpi, grain = card.kpi, card.grain()
    if kpi.measure.kind != "sum":
        why = N_("An average of rates counts a small step as much as a large one: take the value.")
        raise _not_summed(kpi, why)
    known = _whole(card.rows(grain=grain))
    if not known:
        raise UserError("No step of this period is over yet.", code="no_history")
    value = _mean(known)
    number, unit = written.parts(value, kpi.unit, words.language(), currency=known[0].currency)
    compared = _compared(card, value)
    name = words.named(kpi.names)
    steps = _("Average of %(n)s steps (%(grain)s), %(days)s") % {
        "n": written.number(len(known), words.language()),
        "grain": words.GRAINS[grain],
        "days": words.days(Period(start=known[0].period.start, end=known[-1].period.end)),
    }
    made = Card(
        name=name, href=card.page().href, number=number, unit=unit,
        change=judge.change(kpi, compared), definition=words.named(kpi.meaning),
    )  # fmt: skip
    return Drawing(
        template="widgets/number.html",
        context={"card": made},
        finding=name,
        subtitle=steps,
        summary=_summary(replace(made, name=f"{name}, {steps}")),
        table=Table(
            columns=[
                Column(label=_("Period")),
                Column(label=name, unit=kpi.unit, currency=known[0].currency),
            ],
            rows=[(words.period_name(r.period, card.state.today.fiscal), r.value) for r in known],
            total=(_("Average"), value),
        ),
        links=(card.page(),),
        file=card.file,
    )


def _whole(rows: Sequence[Row]) -> Sequence[Row]:
    return [r for r in rows if r.value is not None and not r.partial and not r.dims]


def _mean(rows: Sequence[Row]) -> float:
    return sum(float(row.value or 0) for row in rows) / len(rows)


def _compared(card: Asking, value: Number) -> Change | None:
    """The average of the period before, or of the year before, when it has whole steps."""
    mode = card.state.query.compare
    if mode is None:
        return None
    base = earlier(card.state.period, mode, card.state.today.fiscal)
    rows = card.rows(grain=card.grain(), period=base, compare=None)
    known = _whole([row for row in rows if "left_truncated" not in row.flags])
    if len(known) < len(rows) or not known:
        return None
    prev = _mean(known)
    return Change(value=value, prev=prev, change=None, difference=None,
                  this=card.state.period, base=base)  # fmt: skip


def _not_summed(kpi: Kpi, why: str | Promise) -> UserError:
    name = Both(en=kpi.names["en"], fr=kpi.names["fr"])
    return UserError("{kpi}: {why}", kpi=name, why=str(why), code="not_additive")
