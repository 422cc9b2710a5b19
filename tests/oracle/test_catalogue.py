"""The whole catalogue, family by family, against the oracle's rules."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.core.calendar import Fiscal, Period, parse_period
from kpilot.core.query import Filter, Query
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from tests.oracle import (
    cohorts,
    companies,
    conversions,
    costs,
    customers,
    deals,
    deeds,
    hours,
    leads,
    lifetime,
    made_credit,
    made_deeds,
    made_leads,
    made_mrr,
    made_orders,
    made_pipeline,
    mail,
    moves,
    orders,
    phone,
    pipeline,
    recurring,
    shared,
    surveys,
)
from tests.oracle.answers import Question
from tests.oracle.asking import Book, Said
from tests.oracle.book import Rule
from tests.oracle.companies import AGENTS, DAYS
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import midnight
from tests.oracle.needs import unseen
from tests.oracle.test_oracle import PERIODS, same

NOW = midnight(date(2035, 1, 1), "UTC")
QUESTIONS = 4
GRAINS = st.sampled_from([None, None, "month", "quarter", "week", "fiscal_quarter"])
FILTERS = {
    "country": ("=", ("FR",)), "segment": ("!=", ("big",)), "account": ("=", ("k1", "k2")),
    "agent": ("=", ("ana", "bob")), "team": ("=", ("north",)), "team_parent": ("=", ("top",)),
    "channel": ("!=", ("ads",)), "campaign": ("=", ("m1",)), "product": ("=", ("x",)),
    "queue": ("=", ("q1",)),
}  # fmt: skip
# A field that no row has: what the product says of it is tested where bad input is.
SILENT = ("not_measurable", "no_history")


@dataclass(frozen=True)
class Family:
    """Rules and the companies to try them on."""

    rules: dict[str, Rule]
    companies: Any


FAMILIES = {
    "leads": Family(leads.RULES | conversions.LEADS | hours.RULES, made_leads.companies()),
    "deeds": Family(deeds.RULES | conversions.DEEDS, made_deeds.deeds()),
    "mail": Family(mail.RULES, made_deeds.mails()),
    "phone": Family(phone.RULES, made_deeds.phones()),
    "surveys": Family(surveys.RULES, made_deeds.surveys()),
    "deals": Family(deals.RULES, companies.companies()),
    "pipeline": Family(pipeline.RULES | moves.RULES, made_pipeline.pipelines()),
    "shared credit": Family(shared.RULES, made_credit.companies()),
    "leads shared": Family(shared.LEAD_RULES, made_leads.companies()),
    "orders": Family(
        orders.RULES
        | lifetime.ORDERS
        | cohorts.RULES
        | {
            "new_customers": customers.RULES["new_customers"],
            "net_new_customers": Rule(
                customers.net_recent, customers.signed, customers.PLACES, window=True
            ),
        },
        made_orders.companies(),
    ),
    "recurring": Family(
        recurring.RULES | customers.RULES | costs.RULES | lifetime.RECURRING, made_mrr.companies()
    ),
}


@st.composite
def questions(draw: st.DrawFn, rules: dict[str, Rule], fiscal: Fiscal):
    """(question, period, KPIs that can be asked it)."""
    kpi = draw(st.sampled_from(sorted(rules)))
    rule = rules[kpi]
    by = draw(st.sampled_from([(), (), *((name,) for name in rule.by)]))
    if len(rule.by) > 1 and not draw(st.integers(0, 5)):
        by = tuple(draw(st.permutations(rule.by))[:2])
    names = draw(st.lists(st.sampled_from(sorted(FILTERS.keys() & set(rule.by)) or [""]),
                          max_size=1))  # fmt: skip
    where = tuple((name, *FILTERS[name]) for name in names if name)
    reader = None
    mode = draw(st.sampled_from([None, *rule.modes])) if rule.modes else None
    if rule.modes and not draw(st.integers(0, 3)):
        reader = draw(st.frozensets(st.sampled_from(AGENTS)))
        where = tuple(one for one in where if one[0] != "agent")
    period = parse_period(draw(st.sampled_from(PERIODS)), fiscal)
    asked = Question(
        start=period.start, end=period.end, own_grain=period.grain, grain=draw(GRAINS), by=by,
        mode=mode, compare=draw(st.sampled_from([None, None, "previous", "year"])), where=where,
        reader=reader,
    )  # fmt: skip
    used = {*by, *(one[0] for one in where)}
    able = [
        name for name, other in rules.items()
        if used <= set(other.by) and (not mode or mode in other.modes)
        and (reader is None or other.modes)
    ]  # fmt: skip
    return asked, period, tuple(able)


@st.composite
def cases(draw: st.DrawFn, family: Family):
    """A company, where its data end, a cut-off or none, and questions."""
    tables, setup = draw(family.companies)
    tables = {name: [{"source": "file", **row} for row in rows] for name, rows in tables.items()}
    end = midnight(draw(st.sampled_from([date(2024, 5, 21), date(2024, 6, 10)])), setup.tz)
    as_of = None
    if not draw(st.integers(0, 2)):
        as_of = midnight(draw(DAYS), setup.tz)
        if draw(st.booleans()):
            as_of = as_of.replace(hour=draw(st.integers(0, 23)))
    fiscal = Fiscal(start_month=setup.fiscal_start_month)
    asked = [draw(questions(family.rules, fiscal)) for _ in range(QUESTIONS)]
    return tables, setup, end, as_of, asked


def answered(project: Any, asked: Question, period: Period, as_of: Any, kpis: Any) -> list[Row]:
    query = Query(
        kpis=kpis, reader=Reader(agent_ids=asked.reader), period=period, grain=asked.grain,
        by=asked.by, compare=asked.compare, as_of=as_of, attribution=asked.mode,
        where=tuple(Filter(dimension=d, operator=o, values=v) for d, o, v in asked.where),
    )  # fmt: skip
    return ask(query, project, now=NOW).rows


FEWER = settings(max_examples=max(1, settings.default.max_examples // 6))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_figure_of_a_family(warehouse, tally, name):
    family = FAMILIES[name]

    @FEWER
    @given(cases(family))
    def agree(case: tuple[Any, ...]) -> None:
        tables, setup, end, as_of, asked_for = case
        project = warehouse.holding(tables, setup, end)
        known = catalog(project)
        world = World(tables, setup, as_of or end)
        assume(name != "recurring" or customers.is_contractual(world))
        book = Book(world, end, family.rules)
        wrong: list[str] = []
        for asked, period, kpis in asked_for:
            there = tuple(kpi for kpi in kpis if kpi in known)
            rows = answered(project, asked, period, as_of, there) if there else []
            for kpi in there:
                mine = [row for row in rows if row.kpi == kpi]
                tally[kpi] += 1
                if not (mine and mine[0].reason in SILENT and mine[0].flags):
                    wrong += differences(book, kpi, asked, mine)
        assert not wrong, "\n".join(wrong)

    agree()


def differences(book: Book, kpi: str, asked: Question, rows: list[Row]) -> list[str]:
    """What the product says otherwise than the oracle, in words."""
    expected = {
        (span.start, span.end, key): said for (span, key), said in book.answer(kpi, asked).items()
    }
    found, wrong = set(), []
    for row in rows:
        key = (row.period.start, row.period.end, tuple(row.dim_ids.values()))
        found.add(key)
        said = expected.get(key) or Said(book.told(kpi, [], key[0]))
        texts = against(book, kpi, asked, row, said)
        wrong += [f"{kpi} {key[0]}/{key[1]} {key[2]}: {text}" for text in texts]
    return wrong + [
        f"{kpi} {key[0]}/{key[1]} {key[2]}: left out, should be {said.answer}"
        for key, said in expected.items()
        if key not in found and (said.answer.n or said.answer.value)
    ]


def against(book: Book, kpi: str, asked: Question, row: Row, said: Said) -> list[str]:
    """Differences of one figure."""
    want, rule = said.answer, book.rules[kpi]
    wrong, reason = unseen(book.world, kpi, asked, row, want)
    if wrong:
        return wrong
    if reason == "outside_coverage":
        if want.value is None and want.n is None:
            return []  # a formula has no figure where one of its operands has none
        if not (want.n or want.num) and not rule.is_strict:
            return []
        if want.n or not book.is_beyond(kpi, row.period.start, row.period.end):
            return [f"outside coverage, should be {want}"]
        return []
    pairs = [("value", row.value, want.value), ("reason", reason, want.reason)]
    if want.n is not None:
        pairs.append(("n", row.n, want.n))
    if not want.reason and rule.sides:
        pairs += [("num", row.num, want.num), ("den", row.den, want.den)]
    for name, count in want.excluded.items():
        pairs.append((name, row.excluded.get(name, 0), count))
    if want.partial_value is not None:
        pairs.append(("partial_value", row.partial_value, want.partial_value))
    pairs += flags(book, kpi, row, want)
    if row.compare is not None:
        pairs += compared(book, kpi, row, said)
    return [f"{name} {ours!r}, should be {theirs!r}" for name, ours, theirs in pairs
            if not same(ours, theirs)]  # fmt: skip


def flags(book: Book, kpi: str, row: Row, want: Answer) -> list[tuple[str, Any, Any]]:
    """What the figure must say of itself: few rows, a share above one, cases too fresh."""
    rule, pairs = book.rules[kpi], []
    if want.n and want.value is not None and rule.sides:
        pairs.append(("low_n", "low_n" in row.flags, is_few(want, row.unit)))
    if kpi.endswith("_period"):
        pairs.append(("gt_one", "gt_one" in row.flags, bool(want.value and want.value > 1)))
    if "immature" in want.flags:
        pairs.append(("immature", "immature" in row.flags, True))
    return pairs


def is_few(want: Answer, unit: str) -> bool:
    """Rule G15: fewer than 30 to divide by, 20 durations, or a count below 10."""
    if want.den is not None:
        return want.n < 30
    if want.num is None:
        return want.n < 20
    return unit == "count" and want.n < 10


def compared(book: Book, kpi: str, row: Row, said: Said) -> list[tuple[str, Any, Any]]:
    """Both sides of a comparison; one that no data reach may have no figure instead of zero."""
    pairs = []
    change = row.compare
    sides = (("compared value", change.value, said.now, change.this),
             ("prev", change.prev, said.before, change.base))  # fmt: skip
    for name, ours, side, window in sides:
        if side is None and window.start >= window.end:
            pairs.append((name, ours, None))  # no whole day of it has passed
            continue
        side = side or book.count(kpi, [])
        is_open = not book.rules[kpi].is_strict and not side.n
        if ours is None and (is_open or book.is_beyond(kpi, window.start, window.end)):
            continue
        pairs.append((name, ours, side.value))
    return pairs
