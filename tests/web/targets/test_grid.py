"""The grid through the web: set, filled by its tools, out and in as a file, refused when wrong."""

import csv
import io
import json
import re
from decimal import Decimal

import pytest

from kpilot.ask import ask
from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.web.targets.models import Entry
from kpilot.web.targets.spreading import month_shares, spread
from kpilot.web.warehouse import project

HERE = "/targets/"


def fields(page):
    """The names and values of the grid's cells, as the form would send them."""
    html = page.content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    cells = dict(re.findall(r'<input class="g[^"]*" name="([^"]+)" value="([^"]*)"', html))
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    return cells | {"seen": seen[1].replace("&quot;", '"') if seen else "{}"}


def form(client, year="2024", **more):
    page = client.get(HERE, {"kpi": "sales_value", "year": year})
    assert page.status_code == 200
    return {"kpi": "sales_value", "year": year, "action": "save", **fields(page), **more}


def aim(period, by=()):
    query = Query(kpis=("quota_attainment",), reader=EVERYTHING, by=by,
                  period=parse_period(period, Fiscal()))  # fmt: skip
    return {tuple(row.dim_ids.values()): (row.den, row.value, row.num)
            for row in ask(query, project()).rows}  # fmt: skip


def test_what_is_set_in_the_grid_is_what_attainment_is_held_against(visit) -> None:
    eve = visit("eve")
    sent = form(eve) | {"c:agent:2024-10:bob": "8,000", "c:org:2024-10:": "30k"}
    assert eve.post(HERE, sent).status_code == 302
    found = aim("2024-10", ("agent",))
    assert found["bob",][0] == 8000
    assert found["bob",][1] == pytest.approx(float(found["bob",][2]) / 8000)
    page = eve.get(HERE, {"kpi": "sales_value", "year": "2024"}).content.decode()
    assert "Bob</b>, October 2024: – → 8,000" in page
    assert "Organisation" not in page
    assert "Sales value in €, 2024" in page
    assert "Lumen" in page
    assert "12,000" in page
    assert "from a file" in page


def test_a_month_that_is_over_changes_only_with_a_reason_which_is_kept(visit) -> None:
    eve, cell = visit("eve"), "c:agent:2024-01:bob"
    first = form(eve) | {cell: "8000", "word": ""}
    assert eve.post(HERE, first).status_code == 302  # nobody was told another one before
    again = form(eve) | {cell: "9000", "word": "  "}
    answer = eve.post(HERE, again)
    page = answer.content.decode()
    assert (answer.status_code, 'value="9000"' in page) == (400, True)
    assert "Write the reason" in page
    assert eve.post(HERE, again | {"word": "Bob was ill"}).status_code == 302
    page = eve.get(HERE, {"kpi": "sales_value", "year": "2024"}).content.decode()
    assert "Bob</b>, January 2024: 8,000 → 9,000" in page
    assert ": Bob was ill</li>" in page
    entry = Entry.objects.get(new=9000)
    assert (entry.old, entry.word, entry.who_name) == (8000, "Bob was ill", "Eve")


def test_the_difference_of_parts_and_whole_is_shown_and_changes_nothing(visit) -> None:
    eve = visit("eve")
    sent = form(eve) | {"c:team:2024-11:north-a": "25000"}
    eve.post(HERE, sent)
    page = eve.get(HERE, {"kpi": "sales_value", "year": "2024"}).content.decode()
    row = re.search(r'data-adds="team:north-a">.*?</tr>', page, re.S)[0]
    november = re.search(r'data-sum="2024-11"><span>([^<]*)</span><b class="([^"]*)">([^<]*)', row)
    assert november.groups() == ("21,000", "apart short", "\u22124,000")
    assert aim("2024-11", ("team",))["north-a",][0] == 25000


@pytest.mark.parametrize(
    ("typed", "said"),
    [("twelve", "is not a number"), ("-5", "not below zero"), ("0", "reached by doing nothing"),
     ("+5 %", "is a change"), ("9" * 20, "is not a number")],
)  # fmt: skip
def test_a_cell_that_is_no_target_is_said_and_nothing_is_kept(visit, typed, said) -> None:
    eve = visit("eve")
    sent = form(eve) | {"c:agent:2024-09:ann": typed, "c:agent:2024-09:bob": "7000"}
    page = eve.post(HERE, sent)
    html = page.content.decode()
    assert page.status_code == 400
    assert said in html or "can be read in two ways" in html
    assert f'value="{typed}"' in html  # as she wrote it
    assert 'value="7000"' in html
    assert ("bob",) not in aim("2024-09", ("agent",))


def test_the_second_of_two_people_is_told_cell_by_cell_and_loses_nothing(visit) -> None:
    eve, mia = visit("eve"), visit("mia")
    hers, theirs = form(eve), form(mia)
    mia.post(HERE, theirs | {"c:agent:2024-11:ann": "12500"})
    page = eve.post(HERE, hers | {"c:agent:2024-11:ann": "13000", "c:agent:2024-11:bob": "9100"})
    html = page.content.decode()
    assert page.status_code == 409
    assert "Ann, November 2024: Mia set 12,500 meanwhile; you wrote 13,000." in html
    found = aim("2024-11", ("agent",))
    assert (found["ann",][0], found["bob",][0]) == (12500, 9100)
    again = fields(page)
    assert again["c:agent:2024-11:ann"] == "13000"
    assert eve.post(HERE, hers | again).status_code == 302
    assert aim("2024-11", ("agent",))["ann",][0] == 13000


def test_a_year_spread_by_its_season_adds_up_to_the_cent(visit) -> None:
    eve = visit("eve")
    sent = form(eve, "2025", action="spread", rows="agent:ann", spread_total="100000.07",
                spread_by="season")  # fmt: skip
    refused = eve.post(HERE, sent)
    assert refused.status_code == 400
    assert "has no complete year on record" in refused.content.decode()
    for by in ("even", "days"):
        page = eve.post(HERE, sent | {"spread_by": by})
        cells = [Decimal(text.replace(",", "")) for name, text in fields(page).items()
                 if name.startswith("c:agent:") and name.endswith(":ann")]  # fmt: skip
        assert (len(cells), sum(cells)) == (12, Decimal("100000.07"))
        assert "Not kept yet" in page.content.decode()
    assert aim("2025-01", ("agent",)) == {}


def test_parts_of_a_total_are_exact_whatever_the_weights() -> None:
    season = month_shares([[1, 2, 3], [3, 2, 1], [5, None, 1]])
    assert season == [pytest.approx(1 / 3)] * 3  # the year with a gap is left out
    for total in ("100", "0.10", "99999.99", "1234567"):
        for weights in ([1, 1, 1], [0.1, 0.2, 0.7], [0, 0, 0], [1e-9, 1, 3]):
            parts = spread(Decimal(total), weights)
            assert sum(parts) == Decimal(total)
    assert spread(Decimal(100), [1, 1, 1]) == [34, 33, 33]
    assert month_shares([]) is None


def test_last_year_is_copied_with_so_much_more(visit) -> None:
    eve = visit("eve")
    sent = form(eve, "2025", action="copy", rows="agents", copy_of="targets", copy_change="10 %")
    cells = fields(eve.post(HERE, sent))
    assert cells["c:agent:2025-11:ann"] == "13,200"
    assert cells["c:agent:2025-10:ann"] == "9,900"
    assert cells["c:agent:2025-09:ann"] == ""


def test_a_csv_goes_out_and_the_same_numbers_come_back(visit) -> None:
    eve = visit("eve")
    eve.post(HERE, form(eve) | {"c:agent:2024-10:bob": "8,000.25"})
    out = eve.get("/targets/targets.csv", {"kpi": "sales_value", "year": "2024"})
    rows = list(csv.DictReader(io.StringIO(out.content.decode("utf-8-sig"))))
    bob = next(row for row in rows if row["scope_id"] == "bob")
    assert (bob["2024-10"], bob["2024-11"], bob["name"]) == ("8000.25", "9000", "Bob")

    def bring(text, who="eve"):
        client = visit(who)
        sent = form(client, action="csv") | {
            "file": io.BytesIO(text.encode()) if isinstance(text, str) else text
        }
        sent["file"].name = "targets.csv"
        return client.post(HERE, sent)

    same = bring(out.content.decode("utf-8"))
    assert "Not kept yet" not in same.content.decode()
    french = bring("scope_type;scope_id;2024-09\nagent;bob;7 500,50\nagent;nobody;3\n")
    assert fields(french)["c:agent:2024-09:bob"] == "7,500.5"
    assert "Line 3: there is no “agent:nobody” in this grid." in french.content.decode()
    wrong = bring("scope_type,scope_id,2024-9\nagent,bob,1\n")
    assert wrong.status_code == 400
    assert "“2024-9” is no column of 2024." in wrong.content.decode()
    mine = bring("scope_type,scope_id,2024-09\nagent,zoe,7\nagent,ann,x\n", "mia").content.decode()
    assert "there is no “agent:zoe” in this grid" in mine
    assert "Line 3, 2024-09: “x” is not a number." in mine


def test_everyone_sees_the_targets_that_concern_them_and_no_others(visit) -> None:
    for name, sees, hides in (
        ("ann", ("12,000", "40,000"), ("Bob", "Zoe", "77,777", "added up")),
        ("mia", ("12,000", "9,000", "40,000", "21,000"), ("Zoe", "77,777")),
        ("vic", ("12,000", "77,777"), ()),
    ):
        page = visit(name).get(HERE, {"kpi": "sales_value", "year": "2024"}).content.decode()
        body = page[page.index("<tbody>") : page.index("</tbody>")]
        assert all(text in body for text in sees), name
        assert not any(text in body for text in hides), name
        assert ('class="g"' in body) == (name == "mia")
    sent = {"kpi": "sales_value", "year": "2024", "seen": "{}", "c:agent:2024-11:zoe": "5"}
    for name in ("mia", "ann", "vic"):
        visit(name).post(HERE, sent)
    assert aim("2024-11", ("agent",))["zoe",][0] == 77777
    assert json.loads(form(visit("mia"))["seen"]).keys() == {
        "c:agent:2024-11:ann", "c:agent:2024-10:ann", "c:agent:2024-11:bob",
    }  # fmt: skip
