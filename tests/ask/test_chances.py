"""What a chance of winning was before the outcome was known, and what it was worth."""

from datetime import UTC, datetime
from math import sqrt

import numpy as np
import pytest

from kpilot.ask.catalog import catalog
from kpilot.ask.explain import explain
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from tests.ask.conftest import Company

STAGES = [("s1", 1, "open", 0.2), ("s2", 2, "open", 0.5), ("s3", 3, "open", 0.8),
          ("won", 98, "won", 1.0), ("lost", 99, "lost", 0.0)]  # fmt: skip


def put_stages(made: Company) -> Company:
    return made.put("stage", *(
        {"id": name, "name": name, "pipeline_id": "main", "pos": pos, "kind": kind,
         "probability": chance} for name, pos, kind, chance in STAGES))  # fmt: skip


def put_path(made: Company, name: str, created: str, path: list[tuple[str, str]], **more) -> None:
    """An opportunity and the stages it entered, [(stage, day)], after "s1" on `created`."""
    steps = [("s1", created), *path]
    last, day = steps[-1]
    ended = {"closed_at": f"{day} 00:00:00"} if last in ("won", "lost") else {}
    made.put("opportunity", {
        "id": name, "name": name, "pipeline_id": "main", "stage_id": last, "amount": 100,
        "status": last if ended else "open", "created_at": f"{created} 00:00:00", **ended, **more,
    })  # fmt: skip
    made.put("stage_history", *({"opportunity_id": name, "stage_id": stage, "at": f"{on} 00:00:00"}
                                for stage, on in steps))  # fmt: skip


@pytest.fixture
def closed(company) -> Company:
    """Two opportunities closed in June, whose records say 100 and 0 % since; one is open."""
    made = put_stages(company())
    put_path(made, "a", "2026-03-01", [("s2", "2026-04-01"), ("won", "2026-06-10")], probability=1)
    put_path(made, "b", "2026-03-01", [("s3", "2026-04-01"), ("lost", "2026-06-12")], probability=0)
    put_path(made, "c", "2026-03-01", [("s2", "2026-04-01")], probability=0.6)
    return made.until("2026-07-01 00:00:00")


def test_a_past_weighted_pipeline_does_not_know_how_opportunities_ended(closed: Company):
    assert closed.value("weighted_pipeline", period="2026-05") == pytest.approx(50 + 80 + 60)
    before = {"period": "2026-05", "as_of": "2026-06-01T00:00:00+00:00"}
    assert closed.value("weighted_pipeline", **before) == pytest.approx(50 + 80 + 60)
    assert closed.value("weighted_pipeline", period="2026-06") == pytest.approx(60)


def test_the_brier_score_is_of_what_was_said_before_the_closing(closed: Company):
    (row,) = closed.ask("probability_brier", period="2026-06").rows
    assert (row.value, row.n) == (pytest.approx((0.5**2 + 0.8**2) / 2), 2)
    assert "low_n" in row.flags  # too few to judge by
    assert closed.value("probability_brier", period="2026-05") is None


def test_a_recorded_chance_goes_before_that_of_the_stage(closed: Company):
    def said(name: str, at: str, chance: float | None) -> dict[str, object]:
        return {"opportunity_id": name, "at": at, "probability": chance, "origin": "compared"}

    closed.put("probability_history", said("a", "2026-03-01 00:00:00", 0.3),
               said("a", "2026-05-01 00:00:00", 0.9), said("a", "2026-06-10 00:00:00", 1.0),
               said("b", "2026-03-01 00:00:00", 0.4), said("b", "2026-06-20 00:00:00", 0.0),
               said("c", "2026-04-01 00:00:00", 0.6))  # fmt: skip
    assert closed.value("probability_brier", period="2026-06") == pytest.approx(
        (0.1**2 + 0.4**2) / 2
    )
    assert closed.value("weighted_pipeline", period="2026-05") == pytest.approx(90 + 40 + 60)
    then = {"period": "2026-04", "as_of": "2026-05-01T00:00:00+00:00"}
    assert closed.value("weighted_pipeline", **then) == pytest.approx(30 + 40 + 60)


def test_what_nobody_said_before_the_closing_is_left_out_and_counted(company):
    made = company().put("opportunity", *(
        {"id": name, "status": status, "amount": 10, "probability": chance,
         "created_at": "2026-03-01 00:00:00", "closed_at": "2026-06-10 00:00:00"}
        for name, status, chance in (("a", "won", 1), ("b", "lost", 0), ("c", "lost", 0.3))
    )).until("2026-07-01 00:00:00")  # fmt: skip
    (row,) = made.ask("probability_brier", period="2026-06").rows
    assert (row.value, row.n, row.excluded["no_probability"]) == (pytest.approx(0.09), 1, 2)


def test_own_closings_say_what_a_stage_is_worth(company):
    made = put_stages(company(prob_source="empirical"))
    paths = [(["s2", "s3", "won"], 6), (["s2", "lost"], 9), (["lost"], 15),
             (["s2", "s3", "lost"], 2)]  # fmt: skip
    number = 0
    for path, times in paths:
        for _ in range(times):
            number += 1
            days = [(stage, f"2026-04-{10 + place}") for place, stage in enumerate(path)]
            put_path(made, f"d{number}", "2026-04-01", days)
    put_path(made, "old", "2024-01-01", [("s3", "2024-02-01"), ("won", "2024-03-01")])
    put_path(made, "x", "2026-05-01", [("s3", "2026-05-05")], probability=0.99, amount=1000)
    put_path(made, "y", "2026-05-01", [], probability=0.99, amount=500)
    made.until("2026-07-01 00:00:00")
    won, of = np.array([6, 6, 6]), np.array([32, 17, 8])  # of those that reached s1, s2, s3
    m, n = won.sum() / of.sum(), of.sum()
    spread = (of * (won / of - m) ** 2).sum()
    rho = (spread / (m * (1 - m)) - 2) / (n - (of**2).sum() / n - 2)
    weight = (1 - rho) / rho
    chance = (won + weight * m) / (of + weight)
    assert 0 < rho < 1
    (row,) = made.ask("weighted_pipeline", period="2026-06").rows
    assert float(row.value) == pytest.approx(1000 * chance[2] + 500 * chance[0])
    spread = 1000**2 * chance[2] * (1 - chance[2]) + 500**2 * chance[0] * (1 - chance[0])
    assert (row.lo, row.hi, row.method) == (
        pytest.approx(float(row.value) - 1.959963984540054 * sqrt(spread)),
        pytest.approx(float(row.value) + 1.959963984540054 * sqrt(spread)), "bernoulli",
    )  # fmt: skip
    by_agent = made.ask("weighted_pipeline", by="agent", period="2026-06").rows
    assert sum(float(one.value or 0) for one in by_agent) == pytest.approx(float(row.value))


def test_without_a_history_of_stages_nothing_is_known_of_own_closings(company):
    made = company(prob_source="empirical").put("opportunity", {
        "id": "a", "status": "open", "amount": 10, "probability": 0.5, "stage_id": None,
        "created_at": "2026-03-01 00:00:00"}).until("2026-07-01 00:00:00")  # fmt: skip
    (row,) = made.ask("weighted_pipeline", period="2026-06").rows
    assert (row.value, row.reason) == (None, "no_history")
    assert "missing:stage_history.stage_id" in row.flags


def explained(made: Company, kpi: str, **words: str):
    query = Query.from_params(
        {"kpi": [kpi], **{word: [value] for word, value in words.items()}}, reader=EVERYTHING,
        catalog=catalog(made.project), settings=made.project.settings,
    )  # fmt: skip
    return explain(query, made.project, now=datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None))


def test_an_explanation_says_how_the_recorded_chances_fared(closed: Company):
    few = explained(closed, "weighted_pipeline", period="2026-06").chances
    assert "only 2 closed in the last 365 days" in few.en
    assert "44.5%" in few.en
    assert "44,5\u202f%" in few.fr.replace("\xa0", "\u202f")
    for number in range(30):
        put_path(closed, f"l{number}", "2026-03-01", [("s2", "2026-04-01"), ("lost", "2026-06-12")])
    closed.until("2026-07-01 00:00:00")
    enough = explained(closed, "projected_sales", period="2026-Q3", attribution="split").chances
    score, rate = (31 * 0.25 + 0.64) / 32, 1 / 32
    assert f"{100 * score:.1f}% over the 32 closed" in enough.en
    assert f"the win rate gives {100 * rate * (1 - rate):.1f}%" in enough.en
    assert explained(closed, "open_pipeline", period="2026-06").chances is None
