"""Every first KPI, broken down, filtered, compared and dated in every way, against the oracle."""

from dataclasses import replace
from datetime import date
from math import isclose
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kpilot.ask import ask
from kpilot.core.calendar import GRAINS, Fiscal, Period, parse_period
from kpilot.core.query import Filter, Query
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from tests.oracle.answers import Cell, Oracle, Question
from tests.oracle.companies import AGENTS, DAYS, companies, horizon
from tests.oracle.figures import FLOWS, GROWTH, STOCKS, Answer
from tests.oracle.lives import World
from tests.oracle.moments import midnight
from tests.oracle.needs import SIGNS, unseen

NOW = midnight(date(2035, 1, 1), "UTC")
KPIS = (*FLOWS, *STOCKS, *GROWTH)
PERIODS = ["2024", "2023", "2024-Q1", "2024-02", "2024-03", "2024-W09", "2024-04", "2023-10-29",
           "2024-01-15/2024-04-10", "2023-11-01/2024-02-01", "FY2024", "FY2024-Q3"]  # fmt: skip
QUESTIONS = 3
SOME_KPIS = st.lists(st.sampled_from(KPIS), min_size=3, max_size=6, unique=True)
CREATED = FLOWS["new_opportunities"]


@st.composite
def questions(draw: st.DrawFn, fiscal: Any, tz: str) -> tuple[Question, Period]:
    """A question about any company."""
    period = parse_period(draw(st.sampled_from(PERIODS)), fiscal)
    where = draw(st.lists(st.sampled_from([
        ("product", "=", ("x",)), ("product", "!=", ("x", "(none)")), ("country", "=", ("FR",)),
        ("team", "=", ("north",)), ("team", "!=", ("far",)), ("agent", "=", ("ana", "bob")),
        ("pipeline", "=", ("p1",)), ("team_parent", "=", ("top",)),
    ]), max_size=2, unique_by=lambda one: one[0]))  # fmt: skip
    reader = draw(st.one_of(st.none(), st.none(), st.frozensets(st.sampled_from(AGENTS))))
    if reader is not None:  # who is not seen cannot be named
        where = [one for one in where if one[0] != "agent"]
    return Question(
        start=period.start, end=period.end, own_grain=period.grain,
        grain=draw(st.sampled_from([None, None, "month", "quarter", "week", "fiscal_quarter"])),
        by=draw(st.sampled_from([(), (), ("agent",), ("team",), ("team_parent",), ("product",),
                                 ("stage",), ("country",), ("agent", "product")])),
        mode=draw(st.sampled_from([None, None, "owner_at_event", "owner_first", "owner_current"])),
        compare=draw(st.sampled_from([None, "previous", "year"])),
        where=tuple(where) if draw(st.booleans()) else (),
        reader=reader,
    ), period  # fmt: skip


@st.composite
def cases(draw: st.DrawFn):
    tables, setup = draw(companies())
    fiscal = Fiscal(start_month=setup.fiscal_start_month)
    end = horizon(tables, setup.tz)
    as_of = None
    if not draw(st.integers(0, 2)):
        as_of = midnight(draw(DAYS), setup.tz)
        if draw(st.booleans()):
            as_of = as_of.replace(hour=draw(st.integers(0, 23)))
    asked_for = [
        (*draw(questions(fiscal, setup.tz)), tuple(draw(SOME_KPIS))) for _ in range(QUESTIONS)
    ]
    return tables, setup, end, as_of, asked_for


def asked(project, question: Question, period: Period, as_of, kpis=KPIS) -> list[Row]:
    """The product's rows for a question of the oracle."""
    assert question.grain is None or question.grain in GRAINS
    query = Query(
        kpis=kpis, reader=Reader(agent_ids=question.reader), period=period, grain=question.grain,
        by=question.by, compare=question.compare, as_of=as_of, attribution=question.mode,
        where=tuple(Filter(dimension=d, operator=o, values=v) for d, o, v in question.where),
    )  # fmt: skip
    return ask(query, project, now=NOW).rows


@given(cases())
def test_every_figure_is_the_one_the_specification_gives(warehouse, tally, case):
    tables, setup, end, as_of, asked_for = case
    project = warehouse.holding(tables, setup, end)
    oracle = Oracle(World(tables, setup, as_of or end), end)
    wrong: list[str] = []
    for question, period, kpis in asked_for:
        rows = asked(project, question, period, as_of, kpis)
        for kpi in kpis:
            mine = [row for row in rows if row.kpi == kpi]
            tally[kpi] += 1
            if mine and mine[0].reason in ("not_measurable", "no_history") and mine[0].flags:
                continue  # the product says which field no row has
            wrong += differences(oracle, kpi, question, mine)
    assert not wrong, "\n".join(wrong)


def differences(oracle: Oracle, kpi: str, question: Question, rows: list[Row]) -> list[str]:
    """What the product says otherwise than the oracle, in words."""
    expected = {
        (span.start, span.end, key): (span, cell)
        for (span, key), cell in oracle.answer(kpi, question).items()
    }
    found, wrong = set(), []
    for row in rows:
        key = (row.period.start, row.period.end, tuple(row.dim_ids.values()))
        found.add(key)
        if key not in expected:
            if row.n or row.value:
                wrong.append(f"{kpi} {key}: a figure for nobody: {row.value}")
            continue
        wrong += [f"{kpi} {key[0]}/{key[1]} {key[2]}: {text}" for text in against(
            oracle.world, kpi, question, row, expected[key][1])]  # fmt: skip
    wrong += [
        f"{kpi} {key[0]}/{key[1]} {key[2]}: left out, should be {cell.answer}"
        for key, (_, cell) in expected.items()
        if key not in found and (cell.answer.n or cell.answer.value)
    ]
    return wrong


def against(world: World, kpi: str, question: Question, row: Row, cell: Cell) -> list[str]:
    """Differences of one figure."""
    want: Answer = cell.answer
    wrong, reason = unseen(world, kpi, question, row, want)
    if wrong:
        return wrong
    if row.reason == "none_visible" and not want.n:  # over nothing: whichever reason it had
        want = replace(want, value=None, num=None, den=None, reason=reason)
    pairs = [
        ("value", row.value, want.value),
        ("reason", reason, want.reason),
        ("left_truncated", "left_truncated" in row.flags, cell.left_truncated),
    ]
    if kpi not in GROWTH:
        undated = {"no_closed_at"} | ({"no_created_at"} if FLOWS.get(kpi) == CREATED else set())
        excluded = {k: v for k, v in row.excluded.items() if k not in undated | {*SIGNS}}
        pairs += [
            ("n", row.n, want.n),
            ("excluded", excluded, {k: v for k, v in want.excluded.items() if v}),
        ]
        if want.reason not in ("missing_rate", "amount_coverage", "outside_coverage"):
            pairs += [("num", row.num, want.num), ("den", row.den, want.den)]
        if want.partial_value is not None:
            pairs.append(("partial_value", row.partial_value, want.partial_value))
    if row.compare is not None and cell.compared is not None:
        pairs += [
            ("compared value", row.compare.value, cell.compared.value),
            ("prev", row.compare.prev, cell.compared.prev),
            ("change", row.compare.change, cell.compared.change),
        ]
    return [f"{name} {ours!r}, should be {theirs!r}" for name, ours, theirs in pairs
            if not same(ours, theirs)]  # fmt: skip


def same(ours: Any, theirs: Any) -> bool:
    """Equal, numbers within rounding."""
    if ours is None or theirs is None or isinstance(ours, (str, bool, dict)):
        return bool(ours == theirs)
    return isclose(float(ours), float(theirs), rel_tol=1e-6, abs_tol=1e-6)
