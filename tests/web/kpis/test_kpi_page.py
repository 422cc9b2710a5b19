"""One KPI's page: its figure with all that belongs to it, taken apart, explained, row by row."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from kpilot.ask import catalog
from kpilot.ask.measurable import missing
from kpilot.core.dimensions import DIMENSIONS
from kpilot.web.kpis.drill import column_label
from kpilot.web.kpis.filters import RESPONSES, known_dimensions
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

Read = Callable[..., str]
Visit = Callable[[str], Client]
OCTOBER = "period=2024-10"


def plain(html: str) -> str:
    """The text of a page, tags left out."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_the_figure_is_the_one_the_api_gives(read: Read, visit: Visit) -> None:
    row = visit("eve").get(f"/api/ask?kpi=win_rate&{OCTOBER}").json()["rows"][0]
    text = plain(read("eve", f"/kpis/win_rate/?{OCTOBER}"))
    assert f"{row['value'] * 100:.1f} %" in text
    assert f"{row['num']} of {row['den']}" in text


def test_the_strip_says_interval_year_before_and_chance(read: Read) -> None:
    text = plain(read("eve", f"/kpis/win_rate/?{OCTOBER}"))
    assert "95% interval" in text
    assert "A year before" in text
    assert "More than chance? No" in text


def test_the_unfinished_month_is_open_in_the_trend(read: Read) -> None:
    page = unescape(read("eve", "/kpis/sales_value/"))
    assert '"open": true' in page
    assert "November 2024, unfinished" in page
    assert '"open": false' in unescape(read("eve", f"/kpis/sales_value/?{OCTOBER}"))


def test_a_figure_leads_to_setting_its_target_for_those_who_may(read: Read) -> None:
    for name in ("eve", "mia"):
        assert 'href="/targets/?kpi=sales_value"' in read(name, "/kpis/sales_value/")
        assert "/targets/?kpi=sales_growth_mom" not in read(name, "/kpis/sales_growth_mom/")
    assert "/targets/?kpi=" not in read("ann", "/kpis/sales_value/")


def test_the_table_of_a_trend_has_intervals_where_there_are_any(read: Read) -> None:
    for kpi, has_any in (("win_rate", True), ("sales_value", False)):
        heads = read("eve", f"/kpis/{kpi}/?{OCTOBER}").split("<thead>")[1].split("</thead>")[0]
        assert ("95% interval" in heads) is has_any


def test_the_steps_of_the_trend_can_be_chosen(read: Read) -> None:
    page = plain(read("eve", f"/kpis/win_rate/?{OCTOBER}&grain=quarter"))
    assert "Win rate by quarter." in page


def test_people_stand_in_the_order_of_their_names(read: Read) -> None:
    text = plain(read("eve", "/kpis/win_rate/?period=all&by=agent"))
    taken = text[text.index("Taken apart") : text.index("Explain this number")]
    assert taken.index("Ann") < taken.index("Bob") < taken.index("Zoe")
    assert "nobody is ranked" in taken


def test_one_group_is_not_taken_apart_by_itself(read: Read) -> None:
    assert "Sales value by team" in plain(read("eve", f"/kpis/sales_value/?{OCTOBER}"))
    assert "Sales value by salesperson" in plain(read("mia", f"/kpis/sales_value/?{OCTOBER}"))
    assert "Sales value by product" in plain(read("ann", f"/kpis/sales_value/?{OCTOBER}"))


def test_each_curve_of_response_times_is_offered_its_own(house: Path) -> None:
    offered = {name: set(known_dimensions(catalog(project())[name], project())) & set(RESPONSES)
               for name in ("new_leads", "speed_to_lead_curve", "speed_to_lead_curve_meeting")}
    assert offered == {"new_leads": {"response_bin"}, "speed_to_lead_curve": {"response_bin"},
                       "speed_to_lead_curve_meeting": {"meeting_response_bin"}}


def test_a_row_keeps_its_owner_and_date_on_a_phone(read: Read) -> None:
    page = read("eve", f"/kpis/sales_value/records/?{OCTOBER}")
    assert re.search(r'<small class="only-s">\w+ · Sold: \d+ Oct 2024</small>', page)


def test_rows_say_the_day_they_are_counted_by(house: Path) -> None:
    """The day a figure is dated by stands in its rows, and is called something."""
    for kpi in catalog(project()).values():
        if kpi.date and not kpi.is_windowed and not kpi.is_formula:
            assert column_label(kpi.date) != kpi.date, kpi.name


def test_a_part_leads_to_the_page_filtered_by_it(read: Read) -> None:
    page = unescape(read("eve", f"/kpis/sales_value/?{OCTOBER}&by=product"))
    assert '"/kpis/sales_value/?period=2024-10&by=product&where=product%3DBasic"' in page


def test_too_few_are_hatched_and_a_longer_period_is_offered(read: Read) -> None:
    page = read("eve", f"/kpis/win_rate/?{OCTOBER}&by=agent")
    assert "too few to say" in page
    assert "Take the last 12 months" in page


@pytest.mark.parametrize("kpi", ["win_rate", "sales_value", "open_pipeline", "sales_cycle_days"])
def test_every_dimension_gives_parts_or_says_why_not(read: Read, kpi: str) -> None:
    for dimension in DIMENSIONS:
        assert "Taken apart" in plain(read("eve", f"/kpis/{kpi}/?by={dimension}"))


def test_the_formula_shows_its_operands_and_they_lead_to_their_rows(
    read: Read, visit: Visit
) -> None:
    row = visit("eve").get(f"/api/ask?kpi=win_rate&{OCTOBER}").json()["rows"][0]
    page = read("eve", f"/kpis/win_rate/?{OCTOBER}")
    link = re.search(rf'href="([^"]+only=numerator[^"]*)">{row["num"]}</a> won', page)
    assert link is not None
    text = plain(read("eve", unescape(link[1])))
    assert f"of {row['num']}" in text or f"–{row['num']} of" in text


def test_the_lines_of_the_explanation_add_up(read: Read) -> None:
    page = read("eve", f"/kpis/win_rate/?{OCTOBER}")
    table = page[page.index("Rows read and left out") :].split("</table>")[0]
    numbers = [int(n.replace(",", "").replace("−", "-")) for n in
               re.findall(r">(−?[\d,]+)<", table)]  # fmt: skip
    assert sum(numbers[:-1]) == numbers[-1]


def test_the_explanation_names_attribution_moment_version_load_and_sql(read: Read) -> None:
    text = plain(read("eve", f"/kpis/win_rate/?{OCTOBER}"))
    for word in ("owner today", "21 Nov, 00:00, Europe/Paris", "version 1", "no. 1", "Wilson",
                 "SELECT"):  # fmt: skip
        assert word in text


def test_the_steps_of_the_trend_do_not_change_what_is_explained(read: Read) -> None:
    def said(page: str) -> str:
        return plain(page[page.index('id="explained"') :].split("<details")[0])

    page = read("eve", "/kpis/sales_value/?period=all")
    assert said(read("eve", "/kpis/sales_value/?period=all&grain=quarter&by=team")) == said(page)


def test_stages_are_shown_in_order_with_lost_and_open_apart(read: Read) -> None:
    text = plain(read("eve", "/kpis/stage_conversion/?period=2024-Q1"))
    assert text.index("Qualification") < text.index("Proposal")
    for word in ("went on", "still there", "lost", "Median stay"):
        assert word in text


def test_a_kpi_without_its_field_says_which(read: Read) -> None:
    text = plain(read("eve", "/kpis/weighted_pipeline/"))
    assert "Missing: Probability (Opportunities) or Probability (Stages)." in text
    assert "in your CRM's export" in text


def test_the_page_and_the_card_say_the_same_share_of_a_target(read: Read) -> None:
    page = plain(read("ann", "/kpis/sales_value/?period=2024-11"))
    board = plain(read("ann", "/dashboards/ready/sales-review/?period=2024-11&whole=1"))
    assert re.findall(r"(\d+%) reached", page) == re.findall(r"(\d+%) of €", board)[:1] == ["30%"]


def test_what_has_an_order_of_its_own_keeps_it(read: Read) -> None:
    page = plain(read("eve", "/kpis/pipeline_movements/?period=2024"))
    parts = page.split("Taken apart")[1].split("Explain this number")[0]
    found = re.findall(r"\b(Open at the start|New|Lost|Won)\b", parts)
    assert found == ["Open at the start", "New", "Lost", "Won"]


def test_a_level_of_the_past_names_what_has_changed_since(read: Read) -> None:
    text = plain(read("eve", "/kpis/open_pipeline/?period=2024-10"))
    assert "Latest stage" in text
    folded = re.search(r"(Ann|Bob|Zoe) · Latest stage: (Proposal|Qualification|Closed \w+)"
                       r" · Created: \d+", text)
    assert folded, "on a phone the stage stands below the name, so that the amount has room"
    assert re.search(r"A year before.{0,200}October 2023", text, re.DOTALL), "no range to break"


def test_rows_are_sorted_and_paged(read: Read) -> None:
    text = plain(read("eve", "/kpis/new_opportunities/records/?period=2024-Q3&sort=name"))
    assert "1–50 of 207" in text
    last = plain(read("eve", "/kpis/new_opportunities/records/?period=2024-Q3&sort=name&page=5"))
    assert "201–207 of 207" in last
    down = read("eve", "/kpis/new_opportunities/records/?period=2024-Q3&sort=-amount")
    amounts = [float(a.replace(",", "")) for a in re.findall(r"€([\d,]+\.\d\d)", down)]
    assert amounts == sorted(amounts, reverse=True)


@pytest.mark.parametrize(
    ("words", "said"),
    [("sort=beauty", "Rows cannot be sorted by “beauty”."),
     ("only=luck", "“luck” is not a reason for leaving rows out here."),
     ("page=soon", "1–50 of")],
)  # fmt: skip
def test_a_wrong_sort_or_reason_is_said(read: Read, words: str, said: str) -> None:
    page = plain(read("eve", f"/kpis/new_opportunities/records/?period=2024-Q3&{words}"))
    assert said in page


def test_a_csv_holds_every_row_and_prints_its_filters(visit: Visit) -> None:
    path = "/kpis/new_opportunities/records.csv?period=2023-09&where=agent=Ann"
    answer = visit("eve").get(path)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    body, notes = lines[1 : lines.index([])], dict(lines[lines.index([]) + 1 :])
    assert len(body) == 24
    assert notes["Salesperson"] == "= Ann" or notes["Salesperson"] == "'= Ann"
    assert notes["Period"].startswith("2023-09-01")


def test_a_cell_that_a_spreadsheet_would_run_leaves_as_text(visit: Visit) -> None:
    path = "/kpis/new_opportunities/records.{}?period=2023-09&where=agent=Ann"
    text = visit("eve").get(path.format("csv")).content.decode()
    assert "'=cmd(Ann)" in text
    book = zipfile.ZipFile(io.BytesIO(visit("eve").get(path.format("xlsx")).content))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert b"=cmd(Ann)" in book.read("xl/sharedStrings.xml")


def test_excel_gets_numbers_and_dates_not_texts(visit: Visit) -> None:
    from python_calamine import CalamineWorkbook

    content = visit("eve").get(f"/kpis/win_rate/records.xlsx?{OCTOBER}").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    heads, first, *_rest = book.get_sheet_by_index(0).to_python()
    cells = dict(zip(heads, first, strict=True))
    assert isinstance(cells["Amount"], float)
    assert cells["Closed"].year == 2024
    about = dict(row[:2] for row in book.get_sheet_by_index(1).to_python())
    assert about["KPI"] == "Win rate"


def test_the_figures_of_a_trend_and_of_parts_are_files_too(visit: Visit) -> None:
    path = "/kpis/win_rate/figures.csv?period=2024-Q3&grain=month&by=team"
    lines = list(csv.DictReader(io.StringIO(visit("eve").get(path).content.decode("utf-8-sig"))))
    rows = [line for line in lines if line["period"] and line["value"]]
    assert {row["period"] for row in rows} == {"2024-07", "2024-08", "2024-09"}
    assert float(rows[0]["value"]) == float(rows[0]["num"]) / float(rows[0]["den"])


def test_what_is_not_there_is_a_404(read: Read) -> None:
    read("eve", "/kpis/happiness/", 404)
    read("eve", "/kpis/win_rate/records.exe", 404)


def test_the_list_holds_every_kpi_that_can_be_measured(read: Read) -> None:
    text, known = plain(read("eve", f"/kpis/?{OCTOBER}")), catalog(project())
    listed = [kpi for kpi in known.values() if not kpi.variant_of]
    lacking = [kpi for kpi in listed if missing(kpi, known, project())]
    assert len(lacking) > 10
    for kpi in listed:
        assert (kpi.names["en"] in text) or kpi in lacking


def test_the_page_speaks_french(house: Path, read: Read) -> None:
    Person.objects.filter(email="eve@example.com").update(language="fr")
    text = plain(read("eve", f"/kpis/win_rate/?{OCTOBER}&by=agent"))
    for words in ("Taux de réussite", "Intervalle à 95 %", "Plus que le hasard ?", "En détail",
                  "Expliquer ce chiffre", "gagnées", "propriétaire actuel",
                  "Tout afficher", "Taux de réussite par mois. L'axe commence à"):  # fmt: skip
        assert words in text
