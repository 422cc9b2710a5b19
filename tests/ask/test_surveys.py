"""Satisfaction and recommendation: shares of answers, and scales that cannot be read."""

import pytest

from kpilot.analysis import intervals


def answers(kind: str, *scores: float, **more: object) -> list[dict]:
    """One answer for each score, on 10 January 2026."""
    return [
        {"id": f"{kind}{more.get('source', '')}{i}", "kind": kind, "score": score,
         "at_on": "2026-01-10", **more}
        for i, score in enumerate(scores)
    ]  # fmt: skip


def test_satisfaction_is_the_share_of_fours_and_fives(company):
    made = company().put("survey_response", *answers("csat", 5, 4, 4, 3, 1))
    made.put("survey_response", *answers("nps", 10, 9)).until("2026-02-01")
    (row,) = made.ask("csat", period="2026-01").rows
    assert (row.value, row.num, row.den, row.method) == (0.6, 3, 5, "wilson")
    assert row.lo == pytest.approx(0.230725, abs=1e-6)


def test_recommendation_is_promoters_less_detractors(company):
    scores = (10, 9, 9, 8, 7, 6, 0)
    made = company().put("survey_response", *answers("nps", *scores)).until("2026-02-01")
    (row,) = made.ask("nps", period="2026-01").rows
    assert (row.num, row.den) == (1, 7)  # three promoters, two detractors
    assert row.value == pytest.approx(1 / 7)
    assert (row.lo, row.hi) == pytest.approx(
        intervals.ratio_of_sums(sorted([1, 1, 1, 0, 0, -1, -1]), [1] * 7)
    )


def test_recommendation_may_be_below_zero(company):
    made = company().put("survey_response", *answers("nps", 3, 9, 5)).until("2026-02-01")
    assert made.value("nps", period="2026-01") == pytest.approx(-1 / 3)


def test_answers_on_another_scale_are_left_out_whole(company):
    made = (
        company()
        .put(
            "survey_response",
            *answers("csat", 5, 2, source="five"),
            *answers("csat", 5, 4, 80, source="hundred"),
        )
        .until("2026-02-01")
    )
    (row,) = made.ask("csat", period="2026-01").rows
    assert (row.value, row.den, row.excluded) == (0.5, 2, {"off_scale": 3})


def test_nobody_asked_is_no_figure(company):
    made = company().put("survey_response", *answers("csat", 5)).until("2026-02-01")
    (row,) = made.ask("nps", period="2026-01").rows
    assert (row.value, row.reason) == (None, "zero_denominator")


def test_answers_after_the_cut_off_deleted_or_tests_are_not_seen(company):
    made = company().put(
        "survey_response",
        *answers("csat", 1),
        {"id": "late", "kind": "csat", "score": 5, "at": "2026-01-20 10:00"},
        {"id": "gone", "kind": "csat", "score": 5, "at_on": "2026-01-11",
         "deleted_at": "2026-01-15 00:00"},
        {"id": "try", "kind": "csat", "score": 5, "at_on": "2026-01-11", "is_test": True},
    ).until("2026-02-01")  # fmt: skip
    assert made.value("csat", period="2026-01") == 0.5
    assert made.value("csat", period="2026-01", as_of="2026-01-20T10:00:00Z") == 0.0
    assert made.value("csat", period="2026-01", as_of="2026-01-14") == 0.5  # gone still there


def test_the_agent_is_the_owner_of_the_account(company):
    made = company().put("agent", {"id": "ann", "name": "Ann"})
    made.put("account", {"id": "a", "name": "Acme", "owner_id": "ann", "segment": "SMB"})
    made.put("survey_response", *answers("csat", 5, account_id="a"))
    made.put("survey_response", {**answers("csat", 2)[0], "id": "z"}).until("2026-02-01")
    assert made.values("csat", by="agent", period="2026-01") == {"Ann": 1.0, "(unassigned)": 0.0}
    assert made.values("csat", by="segment", period="2026-01") == {"SMB": 1.0, "(none)": 0.0}
