"""Goals in a real browser: made with each type of target, ticked, moved by keyboard and mouse."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.looking import check

pytestmark = pytest.mark.browser
GOAL = re.compile(r"/goals/\d+/$")
OpenPage = Callable[..., Any]


def fill(page: Any, number: int, **typed: str) -> None:
    row = page.locator(f"#row-{number}")
    row.wait_for()
    for name, value in typed.items():
        field = row.locator(f"[name=t{number}-{name}]")
        if name == "kind":
            field.select_option(value)
        else:
            field.fill(value)


def make(page: Any) -> None:
    """A goal with the five types of target, each added with the button."""
    page.goto("/goals/new/")
    page.fill("#id_name", "A good quarter")
    page.select_option("#id_scope", "team:north")
    rows: tuple[dict[str, str], ...] = (
        {"kind": "number", "name": "Visits", "target": "10"},
        {"kind": "currency", "name": "Renewals", "target": "7.2k", "currency": "EUR"},
        {"kind": "boolean", "name": "Contract signed"},
        {"kind": "tasks", "name": "Plan", "tasks": "One\nTwo\nThree"},
        {"kind": "kpi", "kpi": "Sales value", "target": "900000"},
    )
    for number, row in enumerate(rows):
        if number:
            page.get_by_role("button", name="Add a target").click()
        fill(page, number, **row)
    # The fields of other types are not there to be filled in.
    assert not page.locator("#row-2 [name=t2-target]").is_visible()
    page.locator("#row-4 .smart-place .smart").wait_for()
    check(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(GOAL)


def test_a_goal_from_its_form_to_its_notice(open_page: OpenPage) -> None:
    page = open_page("mia", "/goals/")
    page.get_by_text("No goals yet").wait_for()
    make(page)
    check(page)
    visits = page.locator("[id^=target-]", has_text="Visits")
    visits.get_by_text("Enter a value").click()
    visits.get_by_label("Value", exact=True).fill("10")
    visits.get_by_role("button", name="Save").click()
    visits.get_by_text("Achieved").wait_for()

    plan = page.locator("[id^=target-]", has_text="Plan")
    for task in ("One", "Two", "Three"):
        box = plan.get_by_role("checkbox", name=task)
        box.focus()
        page.keyboard.press("Enter")
        plan.locator(f"[aria-checked=true][aria-label={task}]").wait_for()
    assert "3 / 3" in plan.inner_text()
    plan.get_by_role("button", name="Move “Three” up").click()
    plan.locator(".checklist li:nth-child(2)", has_text="Three").wait_for()
    page.get_by_role("switch").check(force=True)
    page.locator("[id^=target-]", has_text="Contract signed").get_by_text("Achieved").wait_for()

    page.get_by_role("link", name="3 new notices").click()
    page.get_by_role("heading", name="Notices").wait_for()
    told = page.locator(".notices li").all_inner_texts()
    assert any("“Plan” is reached. The goal “A good quarter” stands at 4" in text for text in told)
    check(page)
    page.get_by_role("button", name="Mark all as read").click()
    page.wait_for_load_state()
    assert not page.locator(".notices .unread").count()


def test_the_tree_by_keyboard_and_by_mouse(open_page: OpenPage) -> None:
    page = open_page("eve", "/goals/")
    for name in ("The year", "The spring"):
        page.goto("/goals/new/")
        page.get_by_text("Such as 300,000, 7.2M, 25%").first.wait_for()
        page.fill("#id_name", name)
        fill(page, 0, name="Visits", target="10")
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(GOAL)
    page.goto("/goals/tree/")
    check(page)
    spring = page.locator(".node", has=page.get_by_role("link", name="The spring"))
    spring.get_by_text("Change").focus()
    page.keyboard.press("Enter")
    spring.get_by_label("Move under").focus()
    page.keyboard.type("The year")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("“The spring” is now part of “The year”.").wait_for()
    assert page.locator("li li .node-head", has_text="The spring").count() == 1

    spring.get_by_text("Change").click()
    spring.get_by_label("New goal below").fill("March")
    spring.get_by_role("button", name="Add").click()
    page.locator("li li li .node-head", has_text="March").wait_for()
    fits = page.locator(".tree-scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
    assert fits, "three levels stand beside the rail"

    march = page.locator(".node", has=page.get_by_role("link", name="March"))
    march.drag_to(page.locator(".node", has=page.get_by_role("link", name="The year")))
    page.get_by_text("“March” is now part of “The year”.").wait_for()
    assert page.locator("li li .node-head", has_text="March").count() == 1
    assert page.locator("li li li .node").count() == 0


def test_in_french_on_a_phone_in_the_dark(open_page: OpenPage) -> None:
    page = open_page("eve", "/goals/", language="fr", width=390, colours="dark")
    page.goto("/goals/new/")
    page.get_by_label("Nom de l'objectif").fill("Un bon trimestre")
    fill(page, 0, kind="kpi", kpi="Taux de réussite", start="40", target="+5 %")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.locator(".field .error").first.wait_for()
    check(page)
    page.locator("#row-0 input[type=radio][value=relative]").first.check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url(GOAL)
    assert "40,0 % → 42,0 %" in page.locator(".goal-targets").inner_text().replace(
        "\u00a0", " "
    ).replace("\u202f", " ")
    check(page)
    for path in ("/goals/", "/goals/tree/", "/goals/tree/?as=list", "/goals/notices/"):
        page.goto(path)
        check(page)
    page.goto("/goals/")
    page.get_by_role("link", name="Un bon trimestre").click()
    page.get_by_role("button", name="Supprimer").click()
    page.get_by_role("button", name="Annuler").click()
    page.get_by_text("« Un bon trimestre » est de retour.").wait_for()
