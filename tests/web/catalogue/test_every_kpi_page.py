"""The page of every KPI of the catalogue opens, in both languages, with words for everything.

English is read by somebody who sees all, French by somebody who sees a part; the four roles take
turns from KPI to KPI.
"""

import html
import re
from collections.abc import Callable

import pytest

from kpilot.core import words
from kpilot.core.catalogue_words import FAMILIES, OWN_FAMILY, family_of
from kpilot.core.kpi import Kpi
from scripts.reference import shipped

Read = Callable[..., str]
EVERY = {family: [k for k in shipped() if family_of(k) == family] for family in FAMILIES}
READERS = {"en": ("eve", "vic"), "fr": ("ann", "mia")}
CODE = re.compile(r"<(code|pre|svg|script|style)\b.*?</\1>", re.DOTALL)
ENGLISH = {both.en for known in (words.REASONS, words.FLAGS) for both in known.values()
           if both.en != both.fr}  # fmt: skip


def visible(page: str) -> str:
    """What somebody reads on the page, without the code it shows."""
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    return html.unescape(re.sub(r"<[^>]+>", " ", CODE.sub(" ", main)))


def problems(kpi: Kpi, who: str, language: str, read: Read) -> list[str]:
    """What is wrong with the KPI's page in a language."""
    text = visible(read(who, f"/kpis/{kpi.name}/?period=2024-10", language=language))
    found = [f"shows {word}" for word in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", text)]
    if " ".join(kpi.names[language].split()) not in " ".join(text.split()):
        found.append("without its name")
    if language == "fr":
        found += [f"English: {one}" for one in ENGLISH if one in text.lower()]
    if "Too few customers" in text:
        found += [f"also says {one}" for one in ("Fitted on", "Nothing to take") if one in text]
    if re.search(r"%\(\w+\)|\{\w+\}", text):
        found.append("an empty place")
    return [f"{kpi.name} ({who}, {language}): {one}" for one in found]


def test_every_kpi_is_in_a_family_with_a_name() -> None:
    assert not EVERY[OWN_FAMILY]
    assert sum(map(len, EVERY.values())) == len(list(shipped()))


@pytest.mark.parametrize("family", [name for name, kpis in EVERY.items() if kpis])
def test_every_page_of_a_family_opens_in_both_languages(family: str, read: Read) -> None:
    wrong = [
        problem
        for place, kpi in enumerate(EVERY[family])
        for language, readers in READERS.items()
        for problem in problems(kpi, readers[place % 2], language, read)
    ]
    assert wrong == []
