"""What every page has around it: headers, languages, colours, freshness, errors."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "kpilot" / "web").rglob("templates/**/*.html"))
Visit = Callable[[str], Client]


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_no_template_holds_a_style_a_script_or_a_handler_inline() -> None:
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:|hx-on")
    found = [path.name for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_content_security_policy_allows_nothing_inline(visit: Visit) -> None:
    policy = visit("ann").get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_page_is_in_the_language_of_the_person_not_of_her_browser(visit: Visit) -> None:
    Person.objects.filter(email="ann@example.com").update(language="fr")
    answer = visit("ann").get("/", headers={"Accept-Language": "en"})
    assert 'lang="fr"' in answer.content.decode()
    assert "Se déconnecter" in answer.content.decode()
    assert answer.headers["Content-Language"] == "fr"


def test_before_the_door_the_page_is_in_the_language_of_the_browser(visit: Visit) -> None:
    answer = visit("").get("/sign-in/", headers={"Accept-Language": "fr-CA,fr;q=0.9"})
    assert "Mot de passe" in answer.content.decode()


def test_the_language_is_switched_by_one_click_and_kept(visit: Visit) -> None:
    stranger = visit("")
    stranger.post("/taste/", {"language": "fr", "next": "/sign-in/"})
    assert "Mot de passe" in text(stranger, "/sign-in/")
    ann = visit("ann")
    ann.post("/taste/", {"language": "fr", "theme": "dark"})
    assert 'lang="fr" data-theme="dark"' in text(ann, "/me/")


def test_a_switch_leads_back_into_the_project_only(visit: Visit) -> None:
    answer = visit("").post("/taste/", {"language": "fr", "next": "//evil.example/"})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/", "/kpis/", "/kpis/win_rate/figures.csv", "/team/"])
def test_what_a_person_was_shown_stays_in_no_cache(path: str, visit: Visit) -> None:
    assert visit("ann").get(path).headers["Cache-Control"] == "private, no-store"


def test_the_colours_stand_in_the_page_before_anything_is_drawn(visit: Visit) -> None:
    assert "data-theme" not in text(visit("ann"), "/")
    Person.objects.filter(email="ann@example.com").update(theme="dark")
    assert 'data-theme="dark"' in text(visit("ann"), "/")


def test_every_page_says_how_old_the_figures_are(visit: Visit) -> None:
    assert "Nothing loaded yet" in text(visit("ann"), "/")
    project().engine.query(
        "INSERT INTO kp_load (id, finished_at, horizon) "
        "VALUES (1, '2018-01-02 07:40:00', '2017-12-31 23:00:00')"
    )
    page = text(visit("ann"), "/").replace("\u00a0", " ")
    assert "Data to 31 Dec 2017" in page
    assert "last load 2 Jan 2018, 08:40" in page


def test_an_agent_nobody_has_linked_is_told_why_she_sees_nothing(visit: Visit) -> None:
    Person.objects.filter(email="ann@example.com").update(agent_id="")
    assert "nobody has said which salesperson of the data you are" in text(visit("ann"), "/")


def test_the_palette_finds_a_kpi_by_its_other_names(visit: Visit) -> None:
    listed = text(visit("ann"), "/palette/")
    assert 'href="/kpis/win_rate/"' in listed
    assert "closing rate" in listed
    assert 'href="/people/"' not in listed
    assert 'href="/people/"' in text(visit("eve"), "/palette/")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "There is nothing here"), ("fr", "Il n'y a rien ici")]
)
def test_an_unknown_address_is_answered_in_the_language_of_the_reader(
    language: str, said: str, visit: Visit
) -> None:
    Person.objects.filter(email="ann@example.com").update(language=language)
    answer = visit("ann").get("/nowhere/")
    assert answer.status_code == 404
    assert said in answer.content.decode()
    assert 'href="/kpis/"' in answer.content.decode(), "the way to the other pages stays"
    assert 'href="/kpis/"' not in Client().get("/nowhere/").content.decode()


def test_a_page_closed_to_a_role_says_so(visit: Visit) -> None:
    answer = visit("ann").get("/people/")
    assert answer.status_code == 403
    assert "This page is not open to your role" in answer.content.decode()
    assert 'href="/kpis/"' in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_with_a_page(house: Path) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "a", "password": "b"})
    assert answer.status_code == 403
    assert "This form was open for too long" in answer.content.decode()


def test_our_own_fault_has_a_page_that_needs_nothing(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visit("ann")
    client.raise_request_exception = False
    monkeypatch.setattr("kpilot.web.shell.views.groups", lambda *_: 1 / 0)
    answer = client.get("/palette/")
    assert answer.status_code == 500
    assert "kpilot has failed" in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_style_guide_shows_every_component(language: str, visit: Visit) -> None:
    Person.objects.filter(email="eve@example.com").update(language=language)
    page = text(visit("eve"), "/styleguide/")
    assert page.count('class="kpi') >= 4
    assert 'data-chart="trend"' in page
    assert ("44.3" if language == "en" else "44,3") in page
