"""Statuses on pace (specification §5) and changes judged by the KPI's direction."""

from datetime import date
from importlib import resources
from tomllib import loads

import pytest

from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi, read_kpis
from kpilot.core.result import Change, Row
from kpilot.web.kpis.cards import rests_on
from kpilot.web.kpis.judge import change, share_gone, standing
from kpilot.web.kpis.trend import axis_start
from kpilot.web.shell.parts import Trend, TrendPoint

NOVEMBER = Period(start=date(2026, 11, 1), end=date(2026, 12, 1), key="2026-11", grain="month")
PART = Period(start=date(2026, 11, 1), end=date(2026, 11, 23))
OCTOBER_PART = Period(start=date(2026, 10, 1), end=date(2026, 10, 23))


def kpi(name: str) -> Kpi:
    text = resources.files("kpilot").joinpath("kpis", f"{name}.toml").read_text(encoding="utf-8")
    return read_kpis(name, loads(text), name)[0]


@pytest.mark.parametrize(
    ("value", "gone", "status"),
    [
        (0, 0.0, "not_started"),
        (66, 22 / 30, "on_track"),  # 0.66 of 0.733 is 0.9 of the pace
        (60, 22 / 30, "at_risk"),
        (51, 22 / 30, "off_track"),
        (100, 22 / 30, "achieved"),
        (99, 1.0, "missed"),
        (1, 0.01, "on_track"),  # too early to say otherwise
        (None, 0.5, "no_data"),
    ],
)
def test_what_adds_up_is_held_against_the_days_gone(
    value: int | None, gone: float, status: str
) -> None:
    assert standing(kpi("sales_value"), value, 100, gone).status == status


def test_a_rate_is_held_against_its_target_and_achieved_only_at_the_end() -> None:
    rate = kpi("win_rate")
    assert standing(rate, 0.5, 0.48, 0.5).status == "on_track"
    assert standing(rate, 0.5, 0.48, 1.0).status == "achieved"
    assert standing(rate, 0.40, 0.48, 0.5).status == "at_risk"
    assert standing(rate, 0.20, 0.48, 0.5).status == "off_track"


def test_a_duration_reaches_its_target_from_above() -> None:
    cycle = kpi("sales_cycle_days")
    assert standing(cycle, 40, 42, 0.5).status == "on_track"
    assert standing(cycle, 60, 42, 0.5).status == "at_risk"


def test_the_projection_goes_on_at_the_same_pace() -> None:
    stands = standing(kpi("sales_value"), 40, 100, 0.5)
    assert stands.projected == pytest.approx(0.8)
    assert stands.expected == pytest.approx(0.5)


def test_the_share_of_days_gone() -> None:
    assert share_gone(NOVEMBER, date(2026, 11, 23)) == pytest.approx(22 / 30)
    assert share_gone(NOVEMBER, date(2027, 1, 1)) == 1.0
    assert share_gone(NOVEMBER, date(2026, 10, 1)) == 0.0


def compared(value: float | None, prev: float | None, reason: str = "") -> Change:
    return Change(value=value, prev=prev, change=None, difference=None, this=PART,
                  base=OCTOBER_PART, reason=reason)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "prev", "text", "direction", "judgement"),
    [
        ("win_rate", 0.443, 0.478, "−3.5\u00a0points", "down", "bad"),
        ("sales_value", 107.3, 100, "+7.3%", "up", "good"),
        ("sales_cycle_days", 47, 43, "+4\u00a0days", "up", "bad"),
        ("sales_cycle_days", 40, 43, "−3\u00a0days", "down", "good"),
        ("win_rate", 0.5, 0.5, "", "level", ""),
        ("orders_per_customer", 1.001, 1, "", "level", ""),
    ],
)
def test_a_change_says_how_much_and_against_which_days(
    name: str, value: float, prev: float, text: str, direction: str, judgement: str
) -> None:
    made = change(kpi(name), compared(value, prev))
    assert made is not None
    assert (made.text, made.direction, made.judgement) == (text, direction, judgement)
    assert made.words.endswith("than on 1–\u206022\u00a0Oct")


def test_nothing_is_said_without_both_figures_or_from_nothing() -> None:
    assert change(kpi("sales_value"), compared(5, 0)) is None
    assert change(kpi("sales_value"), compared(None, 5)) is None
    assert change(kpi("sales_value"), compared(5, 5, "left_truncated")) is None
    assert change(kpi("sales_value"), None) is None


@pytest.mark.parametrize(
    ("name", "num", "den", "words"),
    [
        ("win_rate", 58, 131, "58 of 131"),
        ("orders_per_customer", 1660, 1650, "1,660 ÷ 1,650"),  # no share: not "of"
        ("sales_value", None, None, "n = 131"),
    ],
)
def test_a_figure_says_the_rows_it_rests_on(
    name: str, num: int | None, den: int | None, words: str
) -> None:
    row = Row(kpi=name, period=NOVEMBER, dims={}, dim_ids={}, value=1, unit="", num=num, den=den,
              n=131)  # fmt: skip
    assert rests_on(kpi(name), row) == words


@pytest.mark.parametrize(
    ("unit", "values", "start"),
    [
        ("currency", (4_000, 9_000), 0),
        ("currency", (-4_000, 9_000), -5_000),
        ("count", (-1, 5), -2),  # steps of two: there is no half of a customer
        ("ratio", (0.31, 0.48), 0.3),
        ("days", (52, 75), 50),
        ("seconds", (1_380, 3_240), 1_200),  # round by the clock: 20 min, not 16 min 40
    ],
)
def test_the_subtitle_of_a_trend_says_where_its_axis_starts(unit, values, start) -> None:
    points = [TrendPoint(label="", name="", value=value, text="") for value in values]
    found = axis_start(Trend(points=points, unit=unit, summary=""))
    assert found == pytest.approx(start)
