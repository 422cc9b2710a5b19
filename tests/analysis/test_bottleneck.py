"""The bottleneck of a pipeline: what is tested, what it costs, and how rarely it cries wolf."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from kpilot.analysis.bottleneck import (
    Share,
    Stage,
    bottleneck,
    newcombe,
    overdispersion,
    share_z,
    window_days,
    worse_cuts,
)


def stage(name: str, now: tuple[float, float], past: tuple[float, float], **more) -> Stage:
    return Stage(name=name, current=Share(hits=now[0], n=now[1]),
                 past=Share(hits=past[0], n=past[1]), **more)  # fmt: skip


def test_the_degraded_stage_that_loses_most_wins_is_the_bottleneck() -> None:
    """200·0.2·0.4·0.5 = 8 wins are lost early, 80·0.25 = 20 late."""
    found = bottleneck(
        [
            stage("first", (80, 200), (1200, 2000)),
            stage("middle", (32, 80), (480, 1200)),
            stage("last", (20, 80), (500, 1000)),
        ],
        win_value=1000,
    )
    lost = {f.name: f.lost_wins for f in found.findings}
    assert lost["first"] == pytest.approx(200 * 0.2 * 0.4 * 0.25)
    assert lost["last"] == pytest.approx(20)
    assert [f.status for f in found.findings] == ["degraded", "ok", "degraded"]
    assert found.stage == "last"
    assert found.findings[2].lost_value == pytest.approx(20000)


def test_a_significant_fall_of_less_than_a_tenth_is_no_degradation() -> None:
    found = bottleneck([stage("only", (4700, 10000), (50000, 100000))])
    assert (found.findings[0].z or 0) < -5
    assert (found.findings[0].status, found.stage) == ("ok", "")


def test_few_rows_are_insufficient_on_either_side() -> None:
    found = bottleneck([stage("now", (1, 29), (900, 1000)), stage("past", (1, 30), (90, 99))])
    assert [(f.status, f.reason) for f in found.findings] == [
        ("insufficient", "few_now"),
        ("insufficient", "few_before"),
    ]


def test_without_a_decline_the_structure_is_shown_apart() -> None:
    found = bottleneck(
        [
            stage("wide", (90, 100), (900, 1000), median_days=5.0),
            stage("narrow", (20, 100), (200, 1000), median_days=4.0),
            stage("few", (0, 5), (10, 20)),
        ]
    )
    assert (found.stage, found.lowest, found.slowest) == ("", "narrow", "wide")


def test_a_rise_is_told_by_the_other_tail() -> None:
    found = bottleneck([stage("s", (70, 100), (500, 1000))])
    assert found.findings[0].is_better
    assert found.findings[0].status == "ok"
    assert found.findings[0].lost_wins == 0


def test_the_threshold_is_bonferronis_over_the_whole_pipeline() -> None:
    one = bottleneck([stage("s", (50, 100), (500, 1000))], stage_count=6)
    assert one.threshold == pytest.approx(stats.norm.isf(0.05 / 12))


def test_more_variation_than_chance_lowers_the_z() -> None:
    rng = np.random.default_rng(5)
    wild = [Share(hits=int(h), n=100) for h in rng.binomial(100, rng.beta(5, 5, 12))]
    hits, n = np.array([w.hits for w in wild]), np.array([w.n for w in wild])
    chi2 = stats.chi2_contingency(np.array([hits, n - hits]), correction=False).statistic
    assert overdispersion(wild) == pytest.approx(chi2 / 11)
    past = (float(hits.sum()), float(n.sum()))
    calm = bottleneck([stage("s", (30, 100), past)])
    shaken = bottleneck([stage("s", (30, 100), past, periods=tuple(wild))])
    ratio = (calm.findings[0].z or 0) / (shaken.findings[0].z or 1)
    assert ratio == pytest.approx(sqrt(chi2 / 11))


def test_periods_that_vary_by_chance_change_nothing() -> None:
    calm = [Share(hits=50 + (place % 2), n=100) for place in range(12)]
    assert overdispersion(calm) == 1
    assert overdispersion([Share(hits=0, n=10), Share(hits=10, n=10)] * 3) == 1
    assert overdispersion([Share(hits=0, n=10)] * 12) == 1


def test_a_past_of_everything_or_nothing_can_still_be_held_against() -> None:
    z = share_z(Share(hits=60, n=100), Share(hits=1000, n=1000))
    pooled = 1060 / 1100
    assert z == pytest.approx(-0.4 / sqrt(pooled * (1 - pooled) * (1 / 100 + 1 / 1000)))
    assert share_z(Share(hits=100, n=100), Share(hits=100, n=100)) == 0
    assert share_z(Share(hits=1, n=0), Share(hits=1, n=2)) is None
    assert share_z(Share(hits=3, n=2), Share(hits=1, n=2)) is None
    risen = bottleneck([stage("s", (60, 100), (0, 1000))])
    assert (risen.findings[0].is_better, risen.findings[0].drop) == (True, None)


def test_the_interval_of_the_fall_is_newcombes() -> None:
    assert newcombe(Share(hits=56, n=70), Share(hits=48, n=80)) == pytest.approx(
        (0.0524, 0.3339), abs=1e-4
    )
    assert newcombe(Share(hits=0, n=0), Share(hits=1, n=2)) is None


def test_a_stage_beyond_which_nothing_is_known_has_no_lost_wins() -> None:
    found = bottleneck([stage("a", (20, 100), (500, 1000)), stage("b", (0, 0), (0, 0))])
    assert (found.stage, found.findings[0].lost_wins) == ("a", None)


def test_an_empty_pipeline_has_no_bottleneck() -> None:
    assert bottleneck([]).findings == ()
    none = bottleneck([stage("a", (0, 0), (0, 0))])
    assert (none.stage, none.lowest, none.findings[0].status) == ("", "", "insufficient")


@pytest.mark.parametrize(
    ("days", "window"), [([1, 2, 3], 7), ([8, 9, 20], 30), ([200], 90), ([7], 7), ([], None)]
)
def test_the_window_holds_three_quarters_of_the_advances(days, window) -> None:
    assert window_days(days) == window


def test_of_many_cuts_those_beyond_chance_are_named() -> None:
    rng = np.random.default_rng(8)
    past = Share(hits=500, n=1000)
    cuts = {f"c{n}": (Share(hits=int(h), n=100), past)
            for n, h in enumerate(rng.binomial(100, 0.5, 60))}  # fmt: skip
    cuts["bad"] = (Share(hits=20, n=100), past)
    cuts["worse"] = (Share(hits=10, n=100), past)
    cuts["new"] = (Share(hits=10, n=100), Share(hits=50, n=99))
    cuts["few"] = (Share(hits=0, n=10), past)
    p = {name: stats.norm.cdf(share_z(*pair)) for name, pair in cuts.items()
         if name not in ("few", "new")}  # fmt: skip
    adjusted = stats.false_discovery_control(list(p.values()), method="bh")
    expected = {name for name, q in zip(p, adjusted, strict=True) if q <= 0.10}
    assert set(worse_cuts(cuts)) == expected
    assert {"bad", "worse"} <= expected
    assert worse_cuts(cuts)[0] == "worse"
    assert worse_cuts({}) == ()
    just_enough = (Share(hits=5, n=30), Share(hits=50, n=100))
    assert worse_cuts({"a": just_enough}) == ("a",)


def test_three_unchanged_stages_rarely_cry_wolf() -> None:
    rng = np.random.default_rng(11)
    false = 0
    for _ in range(1500):
        stages = []
        for name, p in (("a", 0.5), ("b", 0.4), ("c", 0.6)):
            stages.append(stage(name, (float(rng.binomial(100, p)), 100.0),
                                (float(rng.binomial(1200, p)), 1200.0)))  # fmt: skip
        false += bool(bottleneck(stages).stage)
    assert 0.01 < false / 1500 < 0.045
