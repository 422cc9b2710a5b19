"""Kinds are found by their pair of files; whatever is stored, a card draws or says why not."""

from pathlib import Path

import pytest

import kpilot.web.widgets as folder
from kpilot.web.warehouse import project
from kpilot.web.widgets import found
from kpilot.web.widgets.fields import choices_of
from kpilot.web.widgets.text import is_safe, read
from tests.web.looking import plain
from tests.web.made import widgets

ROOT = Path(__file__).parents[3]
KINDS = {"number", "line", "bar", "stacked", "pie", "funnel", "cohort", "heat_map", "scatter",
         "waterfall", "progress", "table", "tasks", "goal", "text"}  # fmt: skip
PAIR = """
from kpilot.web.widgets.card import Drawing

LABEL, HOW_TO_READ, SIZE, FIELDS = "Hello", "Read it.", (3, 2), ()


def draw(asked, state, project, person):
    return Drawing(template="widgets/hello.html", finding=f"Hello {person.name}")
"""


def test_every_kind_says_what_it_is_and_how_it_is_read():
    kinds = found.kinds()
    assert set(kinds) == KINDS
    for kind in kinds.values():
        assert str(kind.label), kind.name
        assert str(kind.how_to_read), kind.name
        assert 1 <= kind.size[0] <= 12 >= kind.size[1] >= 1


def test_a_pair_of_files_is_a_kind_and_nothing_else_is_needed(draw, tmp_path, monkeypatch):
    (tmp_path / "hello.py").write_text(PAIR)
    (tmp_path / "hello.html").write_text("Hello")
    (tmp_path / "lonely.html").write_text("no code beside it")
    monkeypatch.setattr(found, "HERE", tmp_path)
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    assert set(found.kinds()) == {"hello"}
    drawn = draw("eve", "hello")
    assert (drawn.finding, drawn.how_to_read) == ("Hello Eve", "Read it.")


def test_every_kind_draws(draw, shown):
    widgets.add_goal()
    for widget, words, options in widgets.CARDS[:-1]:
        drawn = draw("eve", widget, words, options, period="2024-10")
        assert drawn.problem == "", (widget, drawn.problem)
        assert drawn.finding, widget
        assert drawn.table or widget == "text"
        assert drawn.summary or widget == "text", widget
        page = shown(drawn)
        assert drawn.finding.split("<")[0] in page.replace("&#x27;", "'"), widget
        if drawn.table:
            assert "View as table" in page
            assert all(len(row) == len(drawn.table.columns) for row in drawn.table.rows), widget


@pytest.mark.parametrize("widget", sorted(KINDS))
def test_nothing_that_is_stored_breaks_a_card(draw, shown, widget):
    kind = found.kinds()[widget]
    _, words, options = next(card for card in widgets.CARDS if card[0] == widget)
    takes = {one.name for one in kind.fields}
    cases = [
        ({}, {}, {}),
        ({**words, "kpi": ("deleted_kpi",)}, options, {}),
        ({**words, "by": ("no_such_dimension",)}, options, {}),
        ({**words, "by": ("queue",)}, options, {}),
        ({**words, "period": ("1999",)}, options, {}),
        (words, options, {"period": "1999"}),
        ({**words, "period": ("soonish",)}, options, {}),
        ({**words, "where": ("nonsense",)}, options, {}),
        ({**words, "where": ("product=Gone product",)}, options, {}),
        ({**words, "kpi": ("stage_conversion",)}, options, {}),
        ({**words, "kpi": ("nps",)}, options, {}),
        ({**words, "kpi": ("win_cif",)}, options, {}),
        ({**words, "grain": ("fortnight",)}, options, {}),
        (words, dict.fromkeys((*options, "goal", "show", "reading"), "no such thing"), {}),
        (words, options, {"where": "agent=Nobody at all"}),
        (words, options, {"attribution": "touched"}),
    ]
    for wrong, chosen, said in cases:
        drawn = draw("eve", widget, wrong, chosen, **said)
        assert drawn.problem or drawn.table or widget == "text", (wrong, chosen)
        assert "Traceback" not in shown(drawn)
    if "kpi" in takes:
        drawn = draw("eve", widget, {**words, "kpi": ("deleted_kpi",)}, options)
        assert "deleted_kpi" in drawn.problem
        kind_problems = kind.check(found.Asked(widget=widget, words={"kpi": ("x",)}), project())
        assert kind_problems


def test_an_unknown_kind_and_too_many_kpis_say_so(draw):
    assert "there_is_none" in draw("eve", "there_is_none").problem
    many = {"kpi": ("sales_value", "win_rate"), "by": ("product",)}
    assert "1 at most" in draw("eve", "pie", many).problem


def test_parts_are_refused_where_they_mean_nothing(draw):
    words = {"by": ("product",)}
    assert "does not add up" in draw("eve", "pie", {"kpi": ("win_rate",), **words}).problem
    assert "does not add up" in draw("eve", "stacked", {"kpi": ("win_rate",), **words}).problem
    few = draw("eve", "progress", {"kpi": ("win_rate",)}, period="2024-10")
    assert "no target" in few.problem


def test_too_few_is_said(draw, shown):
    drawn = draw("ann", "table", {"kpi": ("win_rate",), "by": ("product",)}, period="2024-10")
    assert "too few to say" in shown(drawn)
    bar = draw("ann", "bar", {"kpi": ("win_rate",), "by": ("product",)}, period="2024-10")
    assert "too few to say" in shown(bar)


def test_a_card_shows_what_it_asks_otherwise_and_its_links_filter_the_board(draw, shown):
    words = {"kpi": ("sales_value",), "by": ("product",), "period": ("2024-09",),
             "where": ("team=North A",)}  # fmt: skip
    drawn = draw("eve", "pie", words, period="2024-10", where="agent=Ann")
    assert [plain(word) for word in drawn.own] == ["1–30 Sept 2024", "Team: North A"]
    href = drawn.context["slices"][0].part.href
    assert "period=2024-10" in href
    assert "where=agent%3DAnn&where=product" in href
    assert "team" not in href
    records = next(link.href for link in drawn.links if "records" in link.href)
    assert "period=2024-09" in records
    assert "team" in records


def test_choices_are_those_the_widget_can_draw(draw):
    draw("eve", "text", {}, {"text": "x"})
    fields = {one.name: one for one in found.kinds()["cohort"].fields}
    assert {value for value, _ in choices_of(fields["kpi"], project())} == {
        "win_rate_cohort_to_date", "repurchase_rate_cohort_to_date",
    }  # fmt: skip
    by = next(one for one in found.kinds()["bar"].fields if one.name == "by")
    offered = {value for value, _ in choices_of(by, project(), "win_rate")}
    assert {"agent", "product"} <= offered


def test_text_is_text(draw, shown):
    page = shown(draw("eve", "text", {}, {"text": "<script>x</script> [a](javascript:alert(1))"}))
    assert "<script>" not in page
    assert "href" not in page.split("</header>")[1].split("<footer>")[0]
    kinds = [block.kind for block in read("# H\none\ntwo\n\n- a\n- b\nend")]
    assert kinds == ["heading", "text", "list", "text"]
    assert [is_safe(one) for one in ("/kpis/", "//evil", "/\\evil", "https://a.b", "data:x")] == [
        True, False, False, True, False,
    ]  # fmt: skip


def test_every_kind_stands_in_the_reference_with_its_fields():
    page = (ROOT / "docs" / "reference" / "widgets.md").read_text(encoding="utf-8")
    for kind in found.kinds().values():
        part = page.partition(f"## {kind.name}\n")[2].partition("\n## ")[0]
        assert str(kind.label) in part
        assert str(kind.how_to_read) in part
        assert [f"`{one.name}`" for one in kind.fields if f"`{one.name}`" not in part] == []


def test_the_widget_of_the_how_to_draws(draw, tmp_path, monkeypatch):
    text = (ROOT / "docs" / "how-to" / "add-a-widget.md").read_text(encoding="utf-8")
    (tmp_path / "newest.py").write_text(text.partition("```python\n")[2].partition("```")[0])
    (tmp_path / "newest.html").write_text("<p>{{ shown.figure }}</p>")
    monkeypatch.setattr(found, "HERE", tmp_path)
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    drawn = draw("eve", "newest", {"kpi": ("sales_value",)}, period="2024-10")
    assert drawn.finding == "Sales value: €24,900.00"


def test_no_widget_is_kept_in_a_list():
    here = Path(found.__file__).parent
    assert {path.stem for path in here.glob("*.html") if (here / f"{path.stem}.py").exists()} == (
        KINDS
    )
