"""The funnel solved backwards: each option put back into it gives the target."""

from dataclasses import replace

import pytest

from kpilot.analysis.what_it_takes import Funnel, Step, options, reached, result, with_option

# By hand: 100 opportunities, 50 of them from 250 leads at 0.2; × 0.4 × 0.25 = 10 wins, × 1,000.
STEPS = (
    Step(name="proposal", rate=0.4, trials=200),
    Step(name="won", rate=0.25, trials=80),
)
FUNNEL = Funnel(
    entries=100, steps=STEPS, leads=250, source=Step(name="opp", rate=0.2, trials=500),
    value=1000.0, sales=20,
)  # fmt: skip


def test_the_funnel_is_a_product() -> None:
    assert result(FUNNEL) == pytest.approx(10_000)


@pytest.mark.parametrize("target", [10_000, 12_000, 7_500, 15_999.99])
def test_each_option_put_back_gives_the_target(target: float) -> None:
    found = options(FUNNEL, target)
    assert [one.name for one in found] == ["leads", "opp", "entries", "proposal", "won", "value"]
    for one in found:
        assert result(with_option(FUNNEL, one)) == pytest.approx(target)
        assert one.interval is not None
        assert one.interval[0] <= (one.after or 0) <= one.interval[1]


def test_what_it_takes_by_hand() -> None:
    leads, rate, entries, proposal, _won, value = options(FUNNEL, 12_000)
    assert (entries.after, entries.change) == (pytest.approx(120), pytest.approx(20))
    assert leads.change == pytest.approx(100)  # 20 more opportunities at one in five
    assert rate.after == pytest.approx(0.28)  # 70 instead of 50 from 250 leads
    assert proposal.after == pytest.approx(0.48)
    assert value.change == pytest.approx(200)


def test_a_rate_does_not_pass_one() -> None:
    found = {one.name: one for one in options(FUNNEL, 30_000)}
    assert (found["proposal"].after, found["proposal"].reason) == (None, "above_one")
    assert found["won"].after == pytest.approx(0.75)
    assert found["opp"].after == pytest.approx(1.0)
    assert result(with_option(FUNNEL, found["proposal"])) == pytest.approx(10_000)


def test_too_few_rows_say_nothing_and_an_empty_funnel_has_no_options() -> None:
    thin = Funnel(entries=200, steps=(*STEPS[:1], Step(name="won", rate=0.5, trials=29)))
    assert {one.reason for one in options(thin, 50)} == {"too_few"}
    counted = Funnel(entries=100, steps=STEPS)  # of wins, whose value nobody asked for
    assert "too_few" not in {one.reason for one in options(counted, 12)}
    few_sales = replace(FUNNEL, sales=9)
    assert {one.reason for one in options(few_sales, 12_000)} == {"too_few"}
    assert options(Funnel(entries=0, steps=STEPS), 10) == ()
    assert options(FUNNEL, 0) == ()
    assert options(FUNNEL, float("nan")) == ()


def test_how_often_it_was_reached() -> None:
    found = reached(96, [90, None, 96, 100, 80])
    assert (found.times, found.periods, found.best, found.share) == (2, 4, 100, 0.5)
    assert reached(1, []).share is None
