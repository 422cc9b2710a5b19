"""The home page: few cards, each with its size, its change like for like, its target and status."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

from django.test import Client

from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

Read = Callable[..., str]
Visit = Callable[[str], Client]


def card(page: str, name: str) -> str:
    """The text of one card, tags left out."""
    parts = [part.split("</article>")[0] for part in unescape(page).split("<article ")[1:]]
    found = next(part for part in parts if f">{name}</a>" in part.split("</h3>")[0])
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.partition(">")[2]))


def test_the_page_opens_with_the_running_month_and_says_how_far_the_data_goes(read: Read) -> None:
    page = read("eve", "/")
    assert "Data to Wednesday 20 November 2024" in page
    assert "This month, to date" in page
    assert "1–20 Nov 2024" in page
    assert page.index("<h2") < page.index("<h3"), "no level of headings is left out"


def test_a_card_compares_the_same_days_and_says_which(read: Read) -> None:
    text = card(read("eve", "/"), "Sales value")
    assert "on 1–20 Oct" in text


def test_a_card_holds_the_target_the_pace_and_a_status(read: Read) -> None:
    text = card(read("eve", "/"), "Sales value")
    assert "of €40k" in text
    assert "expected 67%" in text
    assert "projected" in text
    assert any(word in text for word in ("On track", "At risk", "Off track"))


def test_an_agent_is_held_against_her_own_target(read: Read) -> None:
    assert "of €12k" in card(read("ann", "/"), "Sales value")
    assert "of €21k" in card(read("mia", "/"), "Sales value")
    assert "of €12k" in card(read("eve", "/?where=agent=Ann"), "Sales value")


def test_filters_that_cut_across_targets_take_them_away(read: Read) -> None:
    assert "expected" not in card(read("eve", "/?where=product=Basic"), "Sales value")


def test_a_card_says_n_and_the_interval(read: Read) -> None:
    text = card(read("eve", "/?period=2024-10"), "Win rate")
    assert re.search(r"\d+ of \d+ · interval \d+–\d+%", text)


def test_a_figure_on_too_few_rows_says_so_and_nothing_of_its_change(read: Read) -> None:
    text = card(read("ann", "/?period=2024-10"), "Win rate")
    assert "Too few to say" in text
    assert "points" not in text


def test_what_cannot_be_measured_stands_last_and_says_what_is_missing(read: Read) -> None:
    page = read("eve", "/")
    assert "Missing: Probability (Opportunities) or Probability (Stages)." in card(
        page, "Weighted pipeline"
    )
    assert page.index(">Weighted pipeline</a>") > page.index(">Average won deal</a>")


def test_growth_over_a_year_that_is_not_there_is_not_available(read: Read) -> None:
    text = card(read("eve", "/?period=2023-12"), "Sales growth on last year")
    assert "n/a" in text
    assert "The data does not reach these dates." in text


def test_a_card_leads_to_its_kpi_with_the_same_choices(read: Read) -> None:
    page = read("eve", "/?period=2024-10&where=agent=Ann&compare=year")
    href = re.search(r'<h3><a href="([^"]+)">Win rate', page)
    assert href is not None
    address = unescape(href[1])
    assert address.startswith("/kpis/win_rate/?")
    for word in ("period=2024-10", "where=agent%3DAnn", "compare=year"):
        assert word in address


def test_an_empty_project_invites_to_load(visit: Visit) -> None:
    for emptied in ("DELETE FROM opportunity", "DELETE FROM stage_history", "DELETE FROM kp_load",
                    "UPDATE kp_version SET n = n + 1"):  # fmt: skip
        project().engine.query(emptied)
    page = visit("eve").get("/").content.decode()
    assert "Nothing is loaded yet" in page
    assert "sample data" in page
    assert "can load them" in visit("ann").get("/").content.decode()


def test_a_project_whose_rows_are_all_deleted_is_not_called_empty(read: Read, house: Path) -> None:
    project().engine.query("UPDATE opportunity SET deleted_at = TIMESTAMP '2024-01-01'")
    project().engine.query("UPDATE kp_version SET n = n + 1")
    page = read("eve", "/")
    assert re.search(r"([\d,]+) opportunities are loaded and none counts: \1 are deleted", page)


def test_the_page_speaks_french(house: Path, read: Read) -> None:
    Person.objects.filter(email="eve@example.com").update(language="fr")
    page = read("eve", "/")
    assert "Données au mercredi 20 novembre 2024" in page
    text = card(page, "Chiffre d'affaires signé")
    assert "qu'au 1–20 oct." in text
    assert "de 40 k€" in text
    assert "Mois en cours, à ce jour" in page


def test_figures_are_asked_for_again_when_the_data_changed(read: Read) -> None:
    number = project().engine.query("SELECT max(n) FROM kp_version")[0][0]
    page = read("eve", "/?period=2024-10")
    assert f'data-live="/api/version" data-version="{number}"' in page
    assert 'hx-trigger="new-figures from:body"' in page
