"""Every word a figure can say of itself has its words in English and in French."""

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from kpilot.core import words
from kpilot.core.dimensions import ATTRIBUTIONS
from kpilot.core.tables import TABLES
from kpilot.core.text import Both, folded
from scripts.reference import shipped

SOURCES = Path(str(resources.files("kpilot")))
ANSWERS = [SOURCES / "ask", SOURCES / "analysis"]
INSIDE = frozenset({"missing"})  # "missing:<field>" is written with the field's own name


def found(pattern: str, folders: list[Path]) -> Iterator[tuple[str, str]]:
    """(word, file) for every place where `pattern` catches a word in the sources."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            for word in re.findall(pattern, path.read_text()):
                yield word, path.name


def test_every_reason_of_the_sources_has_words() -> None:
    patterns = [r'\breason="([a-z_]+)"', r'"reason": "([a-z_]+)"', r'\breason = "([a-z_]+)"']
    used = [pair for pattern in patterns for pair in found(pattern, ANSWERS)]
    assert ("zero_denominator", "formulas.py") in used
    assert [pair for pair in used if pair[0] not in words.REASONS] == []


def test_every_flag_of_the_sources_has_words() -> None:
    patterns = [r'flags\.append\("([a-z_]+)"', r'flags\["([a-z_]+)"\] =', r'flags=\("([a-z_]+)"',
                r'flags = \("([a-z_]+)"', r'\(\*[a-z.]*flags, "([a-z_]+)"']  # fmt: skip
    used = [pair for pattern in patterns for pair in found(pattern, [SOURCES / "ask"])]
    assert ("counted_for_each", "__init__.py") in used
    assert [pair for pair in used if pair[0] not in words.FLAGS] == []


def test_every_quadrant_of_speed_and_loyalty_has_words() -> None:
    named = {word for word, _ in found(r'"(star|hare|tortoise|watch|insufficient)"', ANSWERS)}
    assert named == {"star", "hare", "tortoise", "watch", "insufficient"}
    assert named <= set(words.FLAGS)


def test_every_method_of_the_sources_has_words() -> None:
    used = set(found(r'\bmethod="([a-z_]+)"', [SOURCES / "ask"]))
    used |= set(found(r'\), "([a-z_]+)"\)$', [SOURCES / "ask" / "intervals.py"]))
    assert used
    assert [pair for pair in used if pair[0] not in words.METHODS] == []


def test_every_exclusion_flag_and_spent_reason_of_the_catalogue_has_words() -> None:
    for kpi in shipped():
        assert set(kpi.excluded) <= set(words.EXCLUDED), kpi.name
        assert set(kpi.flags) <= set(words.FLAGS), kpi.name
        assert {kpi.measure.if_spent} - {""} <= set(words.REASONS), kpi.name


def test_every_way_of_attributing_has_words() -> None:
    assert set(words.ATTRIBUTIONS) == set(ATTRIBUTIONS)


def test_every_kind_of_activity_and_status_has_words() -> None:
    assert set(words.VALUES["kind"]) == set(TABLES["activity"].field("kind").choices)
    assert set(words.VALUES["status"]) == {"open", "won", "lost"}


def test_response_times_have_words_for_every_value_of_the_fact() -> None:
    fact = resources.files("kpilot").joinpath("facts/lead.sql").read_text()
    case = fact[: fact.index("END AS touch_bin")].rpartition("CASE")[2]
    values = set(re.findall(r"(?:THEN|ELSE) '([a-z0-9_]+)'", case))
    assert values == set(words.VALUES["response_bin"])


@pytest.mark.parametrize("name", ["REASONS", "FLAGS", "EXCLUDED", "METHODS", "ATTRIBUTIONS"])
def test_words_stand_inside_a_sentence_in_both_languages(name: str) -> None:
    known: dict[str, Both] = getattr(words, name)
    for word, both in known.items():
        for text in (both.en, both.fr):
            assert text, word
            assert not text.endswith("."), text
            assert not re.search(r" [:;!?%»]|« ", text), f"no-break space in {text!r}"


def test_a_word_nobody_wrote_stands_for_itself() -> None:
    assert words.said(words.REASONS, "too_cold") == Both(en="too cold", fr="too cold")
    assert words.sentence("no figure") == "No figure."


def test_hours_and_nobody_are_readable() -> None:
    assert words.value_said("hour", "9") == Both(en="09:00", fr="9 h")
    assert words.value_said("team", "(none)").fr == "(aucun)"
    assert words.value_said("team", "9").en == "9"


def test_every_model_says_what_it_is_fitted_on() -> None:
    modules = {path.stem for path in (SOURCES / "ask" / "models").glob("[a-z]*.py")}
    assert modules == set(words.MODELS)


def test_every_part_of_a_definition_has_words() -> None:
    assert {part for kpi in shipped() for part in kpi.defined_as} == set(words.DEFINITION)


def test_a_line_of_french_never_begins_with_a_sign() -> None:
    said = [text for kpi in shipped()
            for text in (kpi.names["fr"], kpi.meaning["fr"], kpi.caveat.get("fr", ""))]  # fmt: skip
    assert len(said) > 100
    assert [text for text in said if re.search(r" [:;?!»]|« ", text)] == []


def test_names_are_filed_without_their_accents() -> None:
    assert sorted(["Zoé", "Élodie", "anna"], key=folded) == ["anna", "Élodie", "Zoé"]
