"""What is asked with every figure is asked once, and again as soon as anything was written; what a
process remembers of a project does not grow."""

import cProfile
import pstats
from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest
from sqlglot import exp

from kpilot.ask import KEPT_RESULTS, KEPT_ROWS, RESULTS, _forget
from kpilot.ask.facts import cutoff, fact_table
from kpilot.ask.kept import MOST, PLACE, kept
from tests.ask.conftest import Company, lost, won

NOW = datetime.fromisoformat("2035-01-01")


@pytest.fixture
def made(company):
    there = company().put("agent", {"id": "ana", "name": "Ana"}, {"id": "bob", "name": "Bob"})
    there.put("opportunity", *(
        one for month in range(1, 7) for one in (
            won(f"w{month}", f"2026-0{month}-10", owner_id="ana", created_on=f"2026-0{month}-01"),
            lost(f"l{month}", f"2026-0{month}-20", owner_id="bob", created_on=f"2026-0{month}-02"),
        )
    ))  # fmt: skip
    return there.until("2026-07-01")


def calls(made: Company, **words: object) -> Counter[str]:
    """How often each function of kpilot ran while a question was answered."""
    profile = cProfile.Profile()
    profile.runcall(made.ask, "win_rate", **words)
    stats = vars(pstats.Stats(profile))["stats"]
    return Counter({name: count for (path, _, name), (_, count, *_) in stats.items()
                    if "kpilot" in path})  # fmt: skip


def test_what_the_data_cover_is_looked_up_once_for_all_figures_of_a_question(made):
    made.ask("win_rate", period="2026-01")
    one = calls(made, period="2026-02", by="agent")
    many = calls(made, period="2026", grain="month", by="agent")
    assert many["figure"] > one["figure"]
    assert many["own"] == one["own"]


def test_teams_names_and_the_version_are_asked_once_until_something_is_written(made):
    made.ask("win_rate", period="2026-01", by="agent")  # writes down the rows that are counted
    made.ask("win_rate", period="2026-05", by="agent")
    again = calls(made, period="2026-02", by="agent")
    assert again["query"] == 1
    made.project.engine.query("UPDATE agent SET name = 'Anna' WHERE id = 'ana'")
    assert made.values("win_rate", period="2026-03", by="agent") == {"Anna": 1.0, "Bob": 0.0}
    with made.project.engine.transaction() as cursor:
        cursor.execute("UPDATE agent SET name = 'Hannah' WHERE id = 'ana'")
    assert made.values("win_rate", period="2026-04", by="agent") == {"Hannah": 1.0, "Bob": 0.0}


def test_a_question_from_before_a_load_leaves_what_is_asked_after_it_as_it_is(made):
    before = cutoff(made.project, None, NOW)
    made.put("opportunity", won("new", "2026-07-03", owner_id="bob")).until("2026-07-05")
    after = cutoff(made.project, None, NOW)
    later = fact_table(made.project, "opportunity", after).table
    every_row = exp.select("*").from_(later).order_by("id").sql("duckdb")
    rows = made.project.engine.query(every_row)
    assert fact_table(made.project, "opportunity", before).table != later
    assert made.project.engine.query(every_row) == rows


def test_answers_that_are_kept_are_few_and_short(made):
    assert kept(made.project, "SELECT 1") is kept(made.project, "SELECT 1")
    long = "SELECT unnest(range(5000))"
    assert kept(made.project, long) is not kept(made.project, long)
    for n in range(MOST + 50):
        kept(made.project, f"SELECT {n}")
    assert len(made.project.memo[PLACE][1]) <= MOST


def test_results_are_dropped_by_their_number_and_by_their_rows(made):
    result = made.ask("win_rate", period="2026-01")
    long = replace(result, rows=result.rows * (KEPT_ROWS * 6 // 10))
    results = {"a": result, "b": long, "c": long}
    _forget(results)
    assert list(results) == ["c"]
    results |= {str(n): result for n in range(KEPT_RESULTS)}
    _forget(results)
    assert len(results) == KEPT_RESULTS


def test_results_are_counted_while_other_threads_keep_theirs(made):
    result = made.ask("win_rate", period="2026-01")
    results = made.project.memo[RESULTS]

    class Place:
        """Other threads run while a key is compared: this one writes as they do."""

        def __hash__(self) -> int:
            results[f"another {len(results)}"] = result
            return 1

    results[Place()] = result
    assert made.value("win_rate", period="2026-03") == 0.5


def test_loading_every_day_leaves_no_more_behind_than_the_first_days(made):
    sizes = []
    for day in range(6):
        made.put("opportunity", won(f"n{day}", f"2026-07-1{day}", owner_id="ana"))
        made.until(f"2026-07-1{day + 1}")
        for kpi in ("win_rate", "open_pipeline"):
            made.ask(kpi, period="2026-06", by="agent")
            made.ask(kpi, period="2026-05", as_of=f"2026-06-0{day + 1}")
        tables = made.project.engine.query("SELECT count(*) FROM duckdb_tables()")
        sizes.append((len(made.project.memo), *tables[0]))
    assert sizes[-1] == sizes[4]
