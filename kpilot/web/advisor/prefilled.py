"""What the interview can fill in by itself, each with what it rests on; the rest stays open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.analysis.advisor import cycle_of
from kpilot.ask import ask, business, catalog, facts
from kpilot.ask.business import Counts
from kpilot.ask.facts import Cutoff
from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import add_months, period_of, ranged
from kpilot.core.format import number, percent
from kpilot.core.query import Query
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.kpis import words

ENOUGH, SALES, CLEAR = 30, 20, 0.8
OFTEN, SELDOM = 0.2, 0.05
SOME = 0.1
LOW = 100


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An answer that the data give, and the sentence that says what it rests on."""

    value: str
    rests_on: str


@dataclass(frozen=True, kw_only=True)
class _Data:
    project: Project
    reader: Reader
    cut: Cutoff
    now: datetime

    def year(self, name: str) -> Row | None:
        """A KPI over the last twelve complete months."""
        end = period_of(self.cut.whole, "month", fiscal(self.project)).start
        span = ranged(add_months(end, -12), end)
        query = Query(kpis=(name,), reader=self.reader, period=span)
        rows = ask(query, self.project, now=self.now).rows
        return rows[0] if len(rows) == 1 and rows[0].value is not None else None

    def count(self, table: str) -> int:
        return business.count(table, self.project, self.reader, self.cut)


def prefilled(project: Project, reader: Reader, now: datetime) -> Mapping[str, Fact]:
    """Word of the interview → what the data say; a word the data say nothing of is absent."""
    cut = facts.cutoff(project, None, now)
    if cut.horizon is None:
        return {}
    data = _Data(project=project, reader=reader, cut=cut, now=now)
    asked: dict[str, Callable[[_Data], Fact | None]] = {
        "model": _model, "cycle": _cycle, "revenue": _revenue, "basket": _basket,
        "inbound": _inbound, "outbound": _outbound, "email": _email, "calls": _calls,
        "agents": _agents,
    }  # fmt: skip
    return {word: fact for word, tell in asked.items() if (fact := tell(data))}


def takes(project: Project, reader: Reader, now: datetime) -> tuple[bool | None, bool | None]:
    """Whether the business takes orders, and works on opportunities; None when it has no rows."""
    cut = facts.cutoff(project, None, now)
    if cut.horizon is None:
        return None, None
    orders, chances = (business.count(table, project, reader, cut) > 0 for table in business.SOLD)
    return (orders, chances) if orders or chances else (None, None)


def _model(data: _Data) -> Fact | None:
    found = business.models(data.project, data.reader, data.cut)
    if found.total < ENOUGH:
        return None
    for word, count in (("b2b", found.marked), ("b2c", found.others)):
        if count >= CLEAR * found.total:
            text = _("%(n)s of %(total)s accounts are marked so")
            return Fact(value=word, rests_on=text % _of(count, found.total))
    return None


def _cycle(data: _Data) -> Fact | None:
    row = data.year("sales_cycle_days")
    word = cycle_of(float(row.value)) if row and row.value is not None else None
    if row is None or word is None or row.n < SALES:
        return None
    text = ngettext("median cycle %(days)s over %(n)s win", "median cycle %(days)s over %(n)s wins",
                    row.n)  # fmt: skip
    days = words.figure(row.value, catalog(data.project)["sales_cycle_days"], "")
    return Fact(value=word, rests_on=text % {"days": days, "n": _n(row.n)})


def _revenue(data: _Data) -> Fact | None:
    row = data.year("mrr")
    if row and row.value and row.n >= ENOUGH:
        text = _("%(n)s customers pay a recurring amount")
        return Fact(value="contractual", rests_on=text % {"n": _n(row.n)})
    for table in business.SOLD:
        found = business.returning(table, data.project, data.reader, data.cut)
        if found.total < ENOUGH:
            continue
        share = found.marked / found.total
        word = "repeat" if share >= OFTEN else "one_off" if share < SELDOM else ""
        text = _("%(share)s of %(n)s customers bought more than once in twelve months")
        said = {"share": percent(share, words.language(), 0), "n": _n(found.total)}
        return Fact(value=word, rests_on=text % said) if word else None
    return None


def _basket(data: _Data) -> Fact | None:
    for name, least in (("aov", ENOUGH), ("avg_deal_size", SALES)):
        row = data.year(name)
        if row is None or row.value is None or row.n < least:
            continue
        size = words.figure(row.value, catalog(data.project)[name], row.currency, short=True)
        text = (
            _("%(size)s on average over %(n)s orders")
            if name == "aov"
            else _("median of %(size)s over %(n)s wins")
        )
        word = "low" if float(row.value) < LOW else "high"
        return Fact(value=word, rests_on=text % {"size": size, "n": _n(row.n)})
    return None


def _motions(data: _Data) -> Counts | None:
    for table in ("lead", "opportunity"):
        found = business.motions(table, data.project, data.reader, data.cut)
        if found.total >= ENOUGH:
            return found
    return None


def _inbound(data: _Data) -> Fact | None:
    found = _motions(data)
    if found is None:
        return None
    text = _("%(n)s of %(total)s contacts came through inbound channels")
    return Fact(value="yes" if found.marked >= SOME * found.total else "no",
                rests_on=text % _of(found.marked, found.total))  # fmt: skip


def _outbound(data: _Data) -> Fact | None:
    found = _motions(data)
    if found is None:
        return None
    text = _("%(n)s of %(total)s contacts came through outbound channels")
    return Fact(value="yes" if found.others >= SOME * found.total else "no",
                rests_on=text % _of(found.others, found.total))  # fmt: skip


def _email(data: _Data) -> Fact | None:
    n = data.count("email_event")
    text = _("%(n)s e-mail events in twelve months")
    return Fact(value="yes", rests_on=text % {"n": _n(n)}) if n >= ENOUGH else None


def _calls(data: _Data) -> Fact | None:
    n = data.count("call")
    text = _("%(n)s calls in twelve months")
    return Fact(value="yes", rests_on=text % {"n": _n(n)}) if n >= ENOUGH else None


def _agents(data: _Data) -> Fact | None:
    """Nobody who sees only her own rows is told that the team is one."""
    if data.reader.agent_ids is not None and len(data.reader.agent_ids) < 2:
        return None
    n = business.sellers(data.project, data.reader, data.cut)
    text = ngettext(
        "%(n)s person owns leads, opportunities or orders of the last twelve months",
        "%(n)s people own leads, opportunities or orders of the last twelve months", n,
    )  # fmt: skip
    return Fact(value=str(n), rests_on=text % {"n": _n(n)}) if n else None


def _of(n: int, total: int) -> dict[str, str]:
    return {"n": _n(n), "total": _n(total)}


def _n(value: int) -> str:
    return number(value, words.language())
