"""An import from the files to the report, through the pages, with a real engine behind them."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from kpilot.load.history import loads
from kpilot.warehouse.sql import fill
from kpilot.web.warehouse import project

pytestmark = pytest.mark.django_db(transaction=True)
Incoming = Callable[[], list[str]]


def shown(text: str) -> str:
    """The words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def count(table: str) -> int:
    return int(project().engine.query(fill("SELECT count(*) FROM {table}", table=table))[0][0])


def test_what_a_file_means_is_shown_before_anything_is_written(eve: Any, deals: str) -> None:
    page = shown(eve.page(eve.upload(deals=deals)))
    assert "5 rows, 8 columns" in page
    assert "semicolon" in page
    assert "decimal comma" in page
    assert "day/month/year" in page
    assert "new 3" in page
    assert "refused 2" in page
    assert count("opportunity") == 0


def test_a_cell_that_cannot_be_read_says_why_and_what_to_write(eve: Any, deals: str) -> None:
    page = shown(eve.page(eve.upload(deals=deals)))
    assert "“sixty” is not a number" in page
    assert "February 2024 has 29 days" in page


def test_a_file_kpilot_does_not_know_asks_what_it_holds(eve: Any) -> None:
    page = shown(eve.page(eve.upload(odd="foo;bar\n1;2\n3;4\n")))
    assert "say above what it holds" in page


def test_the_good_rows_are_imported_and_the_money_adds_up(
    eve: Any, deals: str, incoming: Incoming
) -> None:
    report = shown(eve.load(eve.upload(deals=deals)))
    assert "3 rows are loaded" in report
    assert "€10,640.50" in report
    assert count("opportunity") == 3
    assert incoming() == [], "the files are gone"
    (load,) = loads(project())
    assert load.who == "Eve"
    assert load.counts.balanced


def test_the_same_file_again_changes_nothing_and_is_remembered(eve: Any, clean: str) -> None:
    eve.load(eve.upload(deals=clean))
    address = eve.upload(deals=clean)
    page = shown(eve.page(address))
    assert "remembered" in page
    assert "nothing will change" in page
    assert "Nothing new in these files" in shown(eve.load(address))
    assert count("opportunity") == 2


def test_a_column_called_otherwise_since_last_time_is_missed(eve: Any, clean: str) -> None:
    first, *others = clean.splitlines()
    with_more = "\n".join([f"{first},lost reason", *(f"{line},price" for line in others)])
    eve.load(eve.upload(deals=with_more))
    assert "Last time" not in shown(eve.page(eve.upload(deals=with_more)))
    renamed = with_more.replace("lost reason", "zz remark")
    page = shown(eve.page(eve.upload(deals=renamed)))
    assert "Last time “lost reason” filled “Close reason”; this file has no such column." in page
    assert "New in this file, and left out: zz remark." in page


def test_two_columns_on_one_field_are_refused_until_one_gives_way(eve: Any, clean: str) -> None:
    address = eve.upload(deals=clean)
    eve.page(address)
    eve.say(address, "columns", file="0", c0="id", c1="id", c2="stage_id", c3="amount",
            c4="close_date")
    page = shown(eve.page(address))
    assert "Two columns for “Identifier”: keep one." in page
    assert "One conflict is left" in page
    eve.say(address, "load")
    assert "conflict" in shown(eve.page(address))
    assert count("opportunity") == 0
    eve.say(address, "columns", file="0", c0="id", c1="", c2="stage_id", c3="amount",
            c4="close_date")
    assert "One conflict is left" not in shown(eve.page(address))


def test_a_column_that_is_left_out_is_not_imported(eve: Any, clean: str) -> None:
    address = eve.upload(deals=clean)
    eve.page(address)
    eve.say(address, "columns", file="0", c3="")
    eve.load(address)
    assert project().engine.query("SELECT count(amount) FROM opportunity") == [(0,)]


def test_names_that_look_alike_are_joined_when_somebody_says_so(eve: Any, deals: str) -> None:
    address = eve.upload(deals=deals)
    assert "1 name to decide on" in shown(eve.page(address))
    eve.say(address, "names", same="0")
    assert "All decided" in shown(eve.page(address))
    eve.load(address)
    assert count("product") == 1


def test_names_are_kept_apart_when_nobody_decides(eve: Any, deals: str) -> None:
    address = eve.upload(deals=deals)
    eve.page(address)
    eve.load(address)
    assert count("product") == 2


def test_stages_change_their_kind_and_their_place(eve: Any, deals: str) -> None:
    address = eve.upload(deals=deals)
    eve.page(address)
    page = shown(eve.page(f"{address}stages/"))
    assert page.index("Qualification") < page.index("Won") < page.index("Lost")
    eve.say(address, "kinds", kind2="won", up="2")
    eve.page(f"{address}stages/")
    eve.load(address)
    found = project().engine.query("SELECT name, kind FROM stage ORDER BY pos")
    assert found == [("Qualification", "open"), ("Lost", "won"), ("Won", "won")]


def test_a_file_can_be_left_out(eve: Any, deals: str, clean: str) -> None:
    address = eve.upload(deals=deals, clean=clean)
    eve.page(address)
    eve.say(address, "table", file="1", table="")
    assert "left out" in shown(eve.page(address))
    eve.load(address)
    assert project().engine.query("SELECT count(*) FROM opportunity WHERE id LIKE 'C%'") == [(0,)]


def test_a_file_is_read_again_as_somebody_says(eve: Any) -> None:
    text = "id|name, first|stage|amount|close date\nP-1|Été|Won|60|2024-03-01\n"
    text += "P-2|Hiver|Won|70|2024-02-31\nP-3|Août|Won|80|2024-03-03\n"
    address = eve.upload(deals=text.encode("mac-roman"))
    eve.page(address)
    eve.say(address, "format", file="0", delimiter="bar", encoding="Mac Roman")
    page = shown(eve.page(address))
    assert "Mac Roman" in page
    assert "Été" in page
    assert re.search(r"\b3 Refused", page), "the row keeps the number it has in the file"


def test_an_empty_file_says_so(eve: Any) -> None:
    page = shown(eve.page(eve.upload(deals="")))
    assert "Nothing was imported" in page
    assert "“deals.csv” is empty." in page


def test_a_file_that_is_no_table_says_so(eve: Any) -> None:
    page = shown(eve.page(eve.upload(deals=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")))
    assert "is a PDF file, not a table" in page


def test_rows_are_pasted_from_a_spreadsheet(eve: Any) -> None:
    rows = "id\tname\tstage\tamount\nP-1\tOne\tWon\t100\nTotal\t\t\t100\n"
    answer = eve.client.post("/data/import/", {"pasted": rows, "whole": "yes"})
    page = shown(eve.load(answer["Location"]))
    assert "1 row is loaded" in page
    assert "Lines of totals, left out: 1 (row 3)." in page


@pytest.mark.parametrize(("pasted", "said"), [
    ("  ", "Choose a file, or paste some rows."),
    ("1\t" * 1_500_000, "More than 2 MB were pasted: save them as a file and choose it."),
])
def test_nothing_chosen_or_too_much_pasted_is_said_on_the_form(
    eve: Any, pasted: str, said: str
) -> None:
    answer = eve.client.post("/data/import/", {"pasted": pasted, "whole": "yes"})
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_giving_up_leaves_nothing(eve: Any, clean: str, incoming: Incoming) -> None:
    address = eve.upload(deals=clean)
    eve.page(address)
    assert len(incoming()) == 1
    eve.say(address, "stop")
    assert incoming() == []
    assert eve.client.get(address).status_code == 404


def test_an_import_waits_under_data_until_somebody_comes_back(eve: Any, clean: str) -> None:
    address = eve.upload(deals=clean)
    eve.page(address)
    assert address in eve.page("/data/")


def test_the_sample_is_loaded_with_one_click_into_an_empty_project_only(eve: Any) -> None:
    answer = eve.client.post("/data/import/sample/")
    report = shown(eve.page(answer["Location"]))
    assert "rows are loaded" in report
    assert count("opportunity") == 6000
    eve.client.post("/data/import/sample/")
    assert len(loads(project())) == 1
