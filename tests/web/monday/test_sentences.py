"""Sentences in both languages: number, elision, gender, and the direction of each KPI."""

import tomllib
from pathlib import Path

import pytest
from django.utils import translation

import kpilot
from kpilot.core.calendar import Fiscal, Period, parse_period
from kpilot.core.kpi import Kpi, read_kpis
from kpilot.web.monday import sentences as say
from tests.web.looking import plain

FISCAL = Fiscal()


KPIS = Path(kpilot.__file__).parent / "kpis"


def kpi(name: str) -> Kpi:
    given = tomllib.loads((KPIS / f"{name}.toml").read_text(encoding="utf-8"))
    return next(one for one in read_kpis(name, given, name) if one.name == name)


def period(text: str) -> Period:
    return parse_period(text, FISCAL)


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("2026-10", "of October 2026", "d'octobre 2026"),
        ("2026-08", "of August 2026", "d'août 2026"),
        ("2026-04", "of April 2026", "d'avril 2026"),
        ("2026-05", "of May 2026", "de mai 2026"),
        ("2026-Q3", "of Q3 2026", "du T3 2026"),
    ],
)
def test_of_a_period_elides_in_french(text: str, english: str, french: str) -> None:
    assert say.of(period(text), FISCAL) == english
    with translation.override("fr"):
        assert plain(say.of(period(text), FISCAL)) == french


def test_inside_a_period_takes_the_preposition_of_its_kind() -> None:
    assert say.inside(period("2026-Q3"), FISCAL) == "in Q3 2026"
    assert say.inside(period("2026-10"), FISCAL) == "in October 2026"
    with translation.override("fr"):
        assert say.inside(period("2026-Q3"), FISCAL) == "au T3 2026"
        assert say.inside(period("2026-10"), FISCAL) == "en octobre 2026"
        assert say.against(period("2026-Q2"), FISCAL) == "par rapport au T2 2026"
        assert say.against(period("2026-09"), FISCAL) == "par rapport à septembre 2026"


def test_the_pace_has_the_period_as_its_subject() -> None:
    assert say.pace(period("2026-11"), FISCAL, "on_track") == "November keeps its pace."
    assert say.pace(period("2026-Q4"), FISCAL, "off_track") == "Q4 2026 is far behind its pace."
    assert say.pace(period("2026-11"), FISCAL, "no_data") == ""
    with translation.override("fr"):
        assert say.pace(period("2026-11"), FISCAL, "on_track") == "Novembre tient son rythme."
        assert say.pace(period("2026-Q4"), FISCAL, "achieved") == "Le T4 2026 a atteint sa cible."


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("win_rate", -0.03, "Win rate down, yet every channel does better: it is the mix"),
        ("win_rate", 0.03, "Win rate up, yet every channel does worse: it is the mix"),
        ("call_asa", 9.0, "up, yet every channel does better: it is the mix"),
        ("call_asa", -9.0, "down, yet every channel does worse: it is the mix"),
    ],
)
def test_better_follows_the_direction_of_the_kpi(name: str, change: float, said: str) -> None:
    text = say.moved(
        kpi(name), change, dimension="channel", mix=2 * change, is_simpson=True, is_mix=True
    )
    assert said in text


def test_a_mix_explains_a_move_or_works_against_it() -> None:
    def moved(mix: float) -> str:
        return say.moved(
            kpi("win_rate"), -0.03, dimension="segment", mix=mix, is_simpson=False, is_mix=True
        )

    assert moved(-0.02) == "Win rate down: the mix of segments changed."
    assert moved(0.02) == "Win rate down, although the mix of segments changed the other way."
    with translation.override("fr"):
        assert plain(moved(-0.02)) == (
            "Taux de réussite en recul : la répartition par segment a changé."
        )


def test_a_total_is_said_without_a_cause() -> None:
    text = say.moved(kpi("win_rate"), 0.1, dimension="", mix=0.0, is_simpson=False, is_mix=False)
    assert text == "Win rate up by more than chance explains."


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (1, "One person is behind the pace of their own target",
         "Une personne sous le rythme de sa propre cible"),
        (3, "Three people are behind the pace of their own target",
         "Trois personnes sous le rythme de leur propre cible"),
        (12, "12 people are behind the pace of their own target",
         "12 personnes sous le rythme de leur propre cible"),
    ],
)  # fmt: skip
def test_people_are_counted_in_letters_and_agree(count: int, english: str, french: str) -> None:
    assert say.people_behind(count) == english
    with translation.override("fr"):
        assert plain(say.people_behind(count)) == french


def test_gestures_are_masculine_and_deals_feminine_in_french() -> None:
    with translation.override("fr"):
        assert say.gestures(1).startswith("Un geste")
        assert say.deals_slip(1, "5 k€").startswith("Une affaire glisse")
        assert say.deals_slip(2, "5 k€").startswith("Deux affaires glissent")


def test_what_waits_is_one_line_and_silent_when_nothing_does() -> None:
    assert say.waits(0, 0, 0) == ""
    assert say.waits(1, 0, 0) == "1 deal without movement"
    assert say.waits(4, 17, 1) == (
        "4 deals without movement, 17 leads without an answer and 1 late task"
    )
    with translation.override("fr"):
        assert plain(say.waits(2, 1, 0)) == "2 affaires sans mouvement et 1 prospect sans réponse"


def test_once_twice_three_times() -> None:
    assert [say.put_off(n) for n in (1, 2, 3)] == ["put off once", "put off twice",
                                                  "put off 3 times"]  # fmt: skip


def test_false_alarms_are_said_for_what_is_followed() -> None:
    assert say.false_alarms(5, 1.02) == (
        "With 5 KPIs watched, expect about one false alarm a year."
    )
    assert say.false_alarms(1, 0.2).startswith("With 1 KPI watched, ")
    with translation.override("fr"):
        assert plain(say.false_alarms(10, 2.04)) == (
            "Avec 10 indicateurs surveillés, attendez-vous à environ deux fausses alertes par an."
        )


def test_effects_are_in_points_for_shares_and_in_the_unit_otherwise() -> None:
    assert plain(say.effect(kpi("win_rate"), -0.073, "")) == "\u22127.3 points"
    assert plain(say.effect(kpi("avg_deal_size"), 1200.0, "EUR")) == "+€1.2k"
