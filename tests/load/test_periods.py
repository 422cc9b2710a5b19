"""Periods as people write them, in cells and in headers, are the periods of kpilot."""

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
import xlsxwriter

from kpilot.load.periods import canonical, spanning
from tests.load.loaded import Loaded


@pytest.mark.parametrize(("written", "period"), [
    ("2024-03", "2024-03"), ("03/2024", "2024-03"), ("3.2024", "2024-03"), ("202403", "2024-03"),
    ("mars 2024", "2024-03"), ("Mar 2024", "2024-03"), ("mars-24", "2024-03"),
    ("Août 2024", "2024-08"), ("2024 M03", "2024-03"), ("Q1 2024", "2024-Q1"),
    ("2024Q1", "2024-Q1"), ("T1 2024", "2024-Q1"), ("1er trimestre 2024", "2024-Q1"),
    ("1T24", "2024-Q1"), ("Q1'24", "2024-Q1"), ("FY24 Q1", "FY2024-Q1"), ("FY2024", "FY2024"),
    ("2024", "2024"), ("Semaine 5 2024", "2024-W05"), ("H2 2024", "2024-07-01/2025-01-01"),
    ("S2 2024", "2024-07-01/2025-01-01"), ("01/01/2024 - 31/03/2024", "2024-Q1"),
    ("Jan 2024 to Mar 2024", "2024-Q1"), ("FY2024-M13", "FY2024-M13"), ("45352", "2024-03"),
    ("2024-01-01/2024-04-01", "2024-01-01/2024-04-01"), ("2024-06-05", "2024-06-05"),
    ("March", None), ("13/2024", None), ("Q5 2024", None), ("FY24/25", None), ("soon", None),
    ("", None), ("2024-W54", None), ("99", None),
])
def test_a_period_is_read_as_it_is_written(written: str, period: str | None) -> None:
    assert canonical([written]).get(written) == period


@pytest.mark.parametrize(("header", "written", "periods"), [
    ("Month", ["01/01/2024", "01/02/2024"], ["2024-01", "2024-02"]),
    ("Period", ["1/1/24", "2/1/24", "3/1/24"], ["2024-01", "2024-02", "2024-03"]),
    ("Period", ["2024-01-01 00:00:00", "2024-04-01 00:00:00"], ["2024-Q1", "2024-Q2"]),
    ("Period", ["2024-03-31", "2024-06-30"], ["2024-Q1", "2024-Q2"]),
    ("Period", ["2024-01-31", "2024-02-29"], ["2024-01", "2024-02"]),
    ("Period", ["2023-01-01", "2024-01-01"], ["2023", "2024"]),
    ("Period", ["2024-01-01", "2024-01-08"], ["2024-W01", "2024-W02"]),
    ("Period", ["2024-02-01", "2024-05-01"],
     ["2024-02-01/2024-05-01", "2024-05-01/2024-08-01"]),
    ("Trimestre", ["01/01/2024"], ["2024-Q1"]), ("Year", ["31/12/2024"], ["2024"]),
    ("Mois", ["15/01/2024"], ["2024-01"]), ("Fiscal quarter", ["Q1 2024"], ["FY2024-Q1"]),
    ("Exercice", ["2024"], ["FY2024"]), ("Sem.", ["S1 2024", "S12 2024"], ["2024-W01", "2024-W12"]),
])
def test_what_a_day_stands_for_is_told_by_its_column(
        header: str, written: list[str], periods: list[str]) -> None:
    assert [canonical(written, header).get(cell) for cell in written] == periods


def test_a_first_and_a_last_day_are_a_period() -> None:
    pairs = [("01/01/2024", "31/03/2024"), ("01/02/2024", "29/02/2024"),
             ("01/04/2024", "01/07/2024"), ("05/01/2024", "04/01/2024")]
    assert list(spanning(pairs).values()) == ["2024-Q1", "2024-02", "2024-Q2"]


FILES = {
    "opportunities": "id;owner;stage;amount;created;closed\n1;Zoe;Won;70;2024-01-05;2024-02-20\n",
    "objectifs 2024": """
Commercial;Équipe;Janvier;Février;Mars;T1;Total
Ann;Nord;1 000;2 000,50;;3000,50;3000,50
Bob;Sud;100;200;300;600;600
Total;;1100;2200,50;300;3600,50;3600,50
""",
    "reps": """
Sales rep,Jan 2024 Quota,Jan 2024 Actual,Feb 2024 Quota,Feb 2024 Actual
Cid,1,2,3,4
""",
    "quota years": """
Year;Salesperson;KPI;Q1;Q2
2023;Dan;Chiffre d’affaires;1;2
2024;Dan;WINS;4;5
""",
    "sales goals": "User;Start date;End date;Goal value\nEve;01/01/2024;31/03/2024;100\n",
    "targets by month": "Salesperson;Year;Month;Target\nFay;2024;12;7\nFay;2024;1;8\n",
    "cibles": "Vendeur;Mois;Cible\nGus;janv.-24;9\nGus;bientôt;10\n",
    "targets": "Salesperson;Jan;Feb;Mar\nHal;1;2;3\n",
    "mrr par client": """
Client;01/2024;02/2024;03/2024;04/2024;05/2024
Acme;100;100;;120;
Bolt;;50;50;;
Total;100;150;50;120;
""",
    "marketing costs": "Category;Channel;Jan 2024;Feb 2024\nads;Google;100;200\nsalary;;1;\n",
    "depenses": "Catégorie;Mois;Montant\nads;janvier 2024;11\nads;02/2024;12\n",
    "sales by rep": "Rep;Jan 2024;Feb 2024;Mar 2024\nIda;1;2;3\n",
}


def _workbook() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet, month = book.add_worksheet("Feuil1"), book.add_format({"num_format": "mmm-yy"})
    sheet.write_row(0, 0, ["Rep"])
    for n in (1, 2):
        sheet.write_datetime(0, n, dt.date(2024, n, 1), month)
    for n, row in enumerate([["Jo", 10, 20], ["Total", 10, 20]], 1):
        sheet.write_row(n, 0, row)
    book.close()
    return file.getvalue()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    found = Loaded(tmp_path_factory.mktemp("periods"), {**FILES, "Sales quotas.xlsx": _workbook()})
    yield found
    found.project.close()


@pytest.mark.parametrize(("who", "targets"), [
    ("Ann", [("2024-01", "1000"), ("2024-02", "2000.5")]),
    ("Bob", [("2024-01", "100"), ("2024-02", "200"), ("2024-03", "300")]),
    ("Cid", [("2024-01", "1"), ("2024-02", "3")]),
    ("Dan", [("2023-Q1", "1"), ("2023-Q2", "2"), ("2024-Q1", "4"), ("2024-Q2", "5")]),
    ("Eve", [("2024-Q1", "100")]),
    ("Fay", [("2024-01", "8"), ("2024-12", "7")]),
    ("Gus", [("2024-01", "9")]),
    ("Jo", [("2024-01", "10"), ("2024-02", "20")]),
    ("Total", []), ("Hal", []), ("Ida", []),
])
def test_targets_stand_in_their_periods(
        loaded: Loaded, who: str, targets: list[tuple[str, str]]) -> None:
    found = loaded.ask("SELECT scope_id, period, value FROM target ORDER BY period")
    assert [(period, value) for name, period, value in found if name == who] == [
        (period, Decimal(value)) for period, value in targets]


def test_what_says_no_period_is_told(loaded: Loaded) -> None:
    told = " ".join(note.template for note in loaded.report.notes)
    assert "is left out" in told
    why = {str(note.values.get("why")) for note in loaded.report.notes if "why" in note.values}
    assert any("which year" in reason for reason in why), why
    refused = next(t for t in loaded.report.tables if t.name == "cibles")
    assert refused.counts.refused == 1


def test_a_customer_without_a_figure_after_others_has_stopped(loaded: Loaded) -> None:
    assert loaded.ask("SELECT account_id, strftime(from_date, '%m'), mrr::INT"
                       " FROM subscription_mrr ORDER BY ALL") == [
        ("Acme", "01", 100), ("Acme", "02", 100), ("Acme", "03", 0), ("Acme", "04", 120),
        ("Bolt", "02", 50), ("Bolt", "03", 50), ("Bolt", "04", 0)]


def test_costs_of_a_month_last_from_its_first_day_to_its_last(loaded: Loaded) -> None:
    assert loaded.ask("SELECT category, amount::INT, start_date::TEXT, end_date::TEXT"
                       " FROM cost ORDER BY ALL") == [
        ("ads", 11, "2024-01-01", "2024-02-01"), ("ads", 12, "2024-02-01", "2024-03-01"),
        ("ads", 100, "2024-01-01", "2024-02-01"), ("ads", 200, "2024-02-01", "2024-03-01"),
        ("salary", 1, "2024-01-01", "2024-02-01")]
