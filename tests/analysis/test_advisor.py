"""The advisor: conditions on the business, measurability, and the choice with its reasons."""

from pathlib import Path
from tomllib import loads

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.analysis.advisor import (
    EARLINESS,
    OBJECTIVES,
    WORDS,
    Candidate,
    Coverage,
    Limits,
    Profile,
    advise,
    cycle_of,
    holds,
    measurability,
    profile_fit,
    unknown_words,
)

KPIS = Path(__file__).parents[2] / "kpilot" / "kpis"


def candidate(name: str, score: float, lead_lag: str = "leading", **more) -> Candidate:
    """A candidate whose objective carries the score, between 1 and 40 points over the rest."""
    given = {"family": name, "group": name, "profile": 1.0, "measurability": 1.0} | more
    return Candidate(name=name, objective=score, lead_lag=lead_lag, **given)


def names(choices) -> list[str]:
    return [choice.name for choice in choices]


@pytest.mark.parametrize(
    ("when", "profile", "expected"),
    [
        ("b2b and long", Profile(model="b2b", cycle="long"), True),
        ("b2b and long", Profile(model="b2b", cycle="short"), False),
        ("b2b and long", Profile(model="b2b"), False),
        ("not inbound", Profile(inbound=False), True),
        ("not inbound", Profile(inbound=True), False),
        ("not inbound", Profile(), False),
        ("not contractual", Profile(revenue="repeat"), True),
        ("b2c and low_basket", Profile(model="b2c", basket="low"), True),
        ("high_basket", Profile(basket="low"), False),
        ("orders_only", Profile(orders=True, opportunities=False), True),
        ("orders_only", Profile(orders=True, opportunities=True), False),
        ("not orders", Profile(orders=False), True),
        ("agents_lt_2", Profile(agents=1), True),
        ("agents_lt_2", Profile(agents=2), False),
        ("always", Profile(), True),
        ("b2b and nonsense", Profile(model="b2b"), False),
        ("", Profile(), False),
    ],
)
def test_a_condition_holds_when_it_is_known_to(when: str, profile: Profile, expected: bool) -> None:
    assert holds(when, profile) is expected


def test_every_word_can_be_asked_of_a_business() -> None:
    full = Profile(model="b2b", cycle="long", revenue="repeat", basket="low", inbound=True,
                   outbound=True, email=True, calls=True, orders=True, opportunities=True,
                   agents=3)  # fmt: skip
    for word in WORDS:
        assert full.says(word) in (True, False)
        assert holds(word, full) != holds(f"not {word}", full)


def test_the_modifiers_that_hold_multiply() -> None:
    both = [("short", 0.5), ("b2c", 0.5), ("not email", 0.0)]
    assert profile_fit(Profile(model="b2c", cycle="short", email=True), both) == 0.25
    assert profile_fit(Profile(model="b2c", email=False), both) == 0
    assert profile_fit(Profile(), both) == 1


def test_cycles_have_words() -> None:
    assert [cycle_of(d) for d in (29.9, 30, 89.9, 90, None)] == [
        "short", "medium", "medium", "long", None
    ]  # fmt: skip


def test_what_kpi_files_say_can_be_read() -> None:
    for path in KPIS.glob("*.toml"):
        advice = loads(path.read_text(encoding="utf-8")).get("advice")
        if not advice:
            continue
        assert advice["lead_lag"] in EARLINESS, path.name
        assert set(advice["objectives"]) <= set(OBJECTIVES), path.name
        for modifier in advice.get("modifiers", ()):
            assert unknown_words(modifier["when"]) == (), path.name
            assert 0 <= modifier["p"] <= 1, path.name


def test_the_emptiest_field_holds_measurability_down() -> None:
    found = measurability(
        [
            Coverage(field="lead.created_at", valid=100, applicable=100),
            Coverage(field="lead.owner_id", valid=70, applicable=100),
        ],
        complete_periods=1,
    )
    assert found.value == pytest.approx(0.7 * 0.8)
    assert (found.field, found.reason) == ("lead.owner_id", "sparse")


@pytest.mark.parametrize(
    ("coverage", "reason"),
    [
        (Coverage(field="f", is_mapped=False, valid=9, applicable=9), "not_mapped"),
        (Coverage(field="f"), "no_rows"),
    ],
)
def test_a_field_that_is_not_there_measures_nothing(coverage: Coverage, reason: str) -> None:
    found = measurability([coverage], complete_periods=5)
    assert (found.value, found.field, found.reason) == (0, "f", reason)


def test_a_short_history_alone_lowers_measurability() -> None:
    full = [Coverage(field="f", valid=5, applicable=5)]
    assert [measurability(full, n).value for n in (0, 1, 2, 9)] == [0.5, 0.8, 1, 1]
    assert measurability(full, 0).reason == "short_history"
    assert measurability([], 3).value == 1


def test_all_leading_makes_room_for_the_best_lagging_one() -> None:
    leading = [candidate(f"lead{n}", 1 - n / 10) for n in range(5)]
    lagging = [candidate("lag_a", 0.3, "lagging"), candidate("lag_b", 0.2, "lagging")]
    advice = advise([*leading, *lagging])
    assert names(advice.selected) == ["lead0", "lead1", "lead2", "lead3", "lag_a"]
    assert advice.selected[-1].why == "balance"
    assert advice.skipped == {"lead4": "balance", "lag_b": "over_limit"}


def test_room_is_made_even_when_the_one_brought_in_was_redundant_with_the_one_that_goes() -> None:
    given = [candidate(f"c{n}", 1 - n / 10) for n in range(4)]
    given.append(candidate("last", 0.2, group="shared"))
    given.append(candidate("lag", 0.1, "lagging", group="shared"))
    advice = advise(given)
    assert names(advice.selected)[-1] == "lag"
    assert advice.skipped == {"last": "balance"}


def test_the_only_leading_one_never_gives_its_place() -> None:
    given = [candidate(f"mid{n}", 1.0, "coincident") for n in range(4)]
    given += [candidate("lead", 0.5), candidate("lag", 0.1, "lagging")]
    advice = advise(given)
    assert {"lead", "lag"} <= set(names(advice.selected))


def test_without_any_lagging_one_it_is_said() -> None:
    advice = advise([candidate(f"c{n}", 0.9) for n in range(5)])
    assert advice.warnings == ("no_lagging",)


def test_guardrails_come_in_order_of_rank_while_there_is_room() -> None:
    given = [
        candidate("a", 1.0, guardrail="guard_a"),
        candidate("b", 0.9, "lagging", guardrail="b2"),
        candidate("c", 0.8, guardrail="guard_c"),
        candidate("d", 0.7),
        candidate("e", 0.6),
        candidate("guard_a", 0.0, profile=0.0),
        candidate("guard_c", 0.0),
        candidate("guard_late", 0.0),
    ]
    given[4] = candidate("e", 0.6, guardrail="guard_late")
    advice = advise(given)
    assert [(g.name, g.guards, g.why) for g in advice.guardrails] == [("guard_c", "c", "guardrail")]
    assert advice.excluded["guard_c"] == "not_objective"


def test_what_cannot_be_measured_is_what_to_collect_first() -> None:
    given = [
        candidate("poor", 0.5, measurability=0.4, missing_field="opportunity.amount",
                  missing_reason="sparse"),
        candidate("worth", 1.0, measurability=0.0, missing_field="lead.created_at",
                  missing_reason="not_mapped"),
        candidate("vain", 0.0, measurability=0.0, missing_field="x.y"),
        candidate("good", 1.0),
    ]  # fmt: skip
    advice = advise(given, tracked=7)
    assert advice.collect == (
        ("worth", "lead.created_at", "not_mapped"),
        ("poor", "opportunity.amount", "sparse"),
    )
    assert advice.warnings == ("few_measurable", "too_many", "no_lagging")


def test_no_candidates_give_no_advice() -> None:
    advice = advise([])
    assert (advice.selected, advice.guardrails) == ((), ())
    assert advice.warnings == ("few_measurable",)


def test_a_measurability_of_six_tenths_passes_the_gate() -> None:
    least = 0.6 - 1e-16
    given = [candidate("a", 1.0, measurability=least, guardrail="b"),
             candidate("b", 0.0, measurability=least)]  # fmt: skip
    advice = advise(given)
    assert advice.excluded == {"b": "not_objective"}
    assert names(advice.guardrails) == ["b"]


SHARE = st.sampled_from([0.0, 0.5, 0.6, 1.0])


@st.composite
def catalogues(draw: st.DrawFn) -> list[Candidate]:
    return [
        Candidate(
            name=f"k{n:02}", objective=draw(SHARE), profile=draw(SHARE), measurability=draw(SHARE),
            lead_lag=draw(st.sampled_from(sorted(EARLINESS))),
            family=draw(st.sampled_from("abcd")), group=draw(st.sampled_from("pqrstuvw")),
            guardrail=f"k{draw(st.integers(0, 20)):02}",
        )
        for n in range(draw(st.integers(0, 14)))
    ]  # fmt: skip


@given(catalogues(), st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_whatever_the_candidates_the_rules_are_kept(given: list[Candidate], most: int) -> None:
    advice = advise(given, Limits(selected=most))
    known = {c.name: c for c in given}
    chosen = [known[name] for name in names(advice.selected)]
    assert len(chosen) <= most
    assert len({c.group for c in chosen}) == len(chosen)
    assert all(sum(c.family == f for c in chosen) <= 2 for f in "abcd")
    assert all(c.objective and c.profile and c.measurability >= 0.6 for c in chosen)
    everything = [*names(advice.selected), *advice.excluded, *advice.skipped]
    assert sorted(everything) == sorted(known)
    assert len(chosen) + len(advice.guardrails) <= max(6, most)
    for guard in advice.guardrails:
        assert known[guard.guards].guardrail == guard.name
        assert guard.guards in names(advice.selected)
    assert advise(given[::-1], Limits(selected=most)) == advice or len(known) == 0
