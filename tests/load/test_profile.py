"""A column says how it is written; where it can't, the other columns of the file do."""

import time
from pathlib import Path

import pytest

from kpilot.load.plan import Style
from kpilot.load.profile import ColumnProfile, profile
from kpilot.load.reading import read


def columns(tmp_path: Path, text: str) -> dict[str, ColumnProfile]:
    file = tmp_path / "export.csv"
    file.write_text(text, encoding="utf-8")
    [table] = read([file], tmp_path / "incoming")
    return {column.header: column for column in profile(table)}


def style(tmp_path: Path, *cells: str) -> Style:
    text = "a|b\n" + "".join(f"{cell}|x\n" for cell in cells)
    return columns(tmp_path, text)["a"].style


@pytest.mark.parametrize(("cells", "decimal", "assumed"), [
    (["12.50", "1,234.50"], ".", False), (["12,50", "1.234,50"], ",", False),
    (["1.234,56", "1,234.56"], "", True), (["12", "13"], ".", False),
    (["1.234", "12500"], ".", True), (["1.234", "950"], ",", True), (["1,234", "950"], ".", True),
    (["1.234.567", "1.234"], ",", False), (["1 234,5", "12"], ",", False)])
def test_the_decimal_mark_is_what_the_cells_allow(
        tmp_path: Path, cells: list[str], decimal: str, assumed: bool) -> None:
    found = style(tmp_path, *cells)
    assert (found.decimal, found.assumed) == (decimal, assumed)


@pytest.mark.parametrize(("cells", "dates", "assumed"), [
    (["2024-01-05"], "iso", False), (["2024/01/05"], "year first", False),
    (["05/01/2024", "31/01/2024"], "day first", False),
    (["05/01/2024", "01/31/2024"], "month first", False),
    (["05/01/2024", "06/02/2024"], "day first", True),
    (["5/1/2024 2:30 PM", "6/2/2024 9:00 AM"], "month first", True),
    (["06/05/2024 8:00 AM", "06/16/2024 12:00 AM"], "month first", False),
    (["12 mars 2024", "3 avr. 2024"], "iso", False),
    (["45000", "45010"], "serial", False), (["1700000000000"], "unix ms", False)])
def test_the_order_of_a_date_is_what_the_cells_allow(
        tmp_path: Path, cells: list[str], dates: str, assumed: bool) -> None:
    found = style(tmp_path, *cells)
    assert (found.dates, found.assumed) == (dates, assumed)


def test_an_unclear_date_follows_the_clear_one_beside_it(tmp_path: Path) -> None:
    found = columns(tmp_path, "a,b\n01/02/2024,12/25/2024\n03/04/2024,01/02/2024\n")
    assert found["a"].style == Style(dates="month first", assumed=True)
    assert found["b"].style == Style(dates="month first")


def test_an_unclear_number_follows_the_clear_one_beside_it(tmp_path: Path) -> None:
    found = columns(tmp_path, "a;b\n1.234;12,50\n2.345;99,95\n")
    assert found["a"].style == Style(decimal=",", assumed=True)


def test_what_is_in_a_column_is_told_in_shares(tmp_path: Path) -> None:
    found = columns(tmp_path, "mail,amount,when,ok,site,note\n"
                    "a@b.fr,12 €,2024-01-05 10:00,oui,https://x.fr,hello\n"
                    "c@d.fr,$13,2024-01-06 11:00,non,https://y.fr,-\n")
    assert found["mail"].share("email") == 1
    assert found["amount"].share("money") == 1
    assert found["amount"].currencies == ("EUR", "USD")
    assert found["amount"].largest == 13
    assert found["when"].share("datetime") == 1
    assert found["ok"].share("boolean") == 1
    assert found["site"].share("url") == 1
    assert (found["note"].non_empty, found["note"].distinct, found["note"].samples) == (
        1, 1, ("hello",))


def test_percent_signs_are_a_style(tmp_path: Path) -> None:
    assert style(tmp_path, "60%", "12,5 %") == Style(decimal=",", percent=True)


def test_midnights_and_offsets_are_seen(tmp_path: Path) -> None:
    found = columns(tmp_path, "a,b\n2024-01-05 00:00:00,2024-01-05T10:00:00Z\n"
                              "2024-01-06T00:00:00,2024-01-06T11:00:00+02:00\n")
    assert (found["a"].date_only, found["a"].zoned) == (True, False)
    assert (found["b"].date_only, found["b"].zoned) == (False, True)


def test_false_is_nothing_except_among_truths(tmp_path: Path) -> None:
    found = columns(tmp_path, "name,won\nfalse,false\nAcme,true\n")
    assert (found["name"].non_empty, found["name"].samples) == (1, ("Acme",))
    assert (found["won"].non_empty, found["won"].samples) == (2, ("false", "true"))


def test_a_column_filled_only_far_down_is_seen(tmp_path: Path) -> None:
    text = "a,b\n" + "x,\n" * 5_000 + "x,31/01/2024\n"
    found = columns(tmp_path, text)
    assert found["b"].non_empty == 1
    assert found["b"].style.dates == "day first"


@pytest.mark.slow
def test_a_million_rows_are_profiled_at_the_cost_of_a_few_thousand(tmp_path: Path) -> None:
    row = "OPP-1,Acme,2024-01-05,12.50,Won,EUR\n"
    file = tmp_path / "big.csv"
    file.write_text("id,account,closed,amount,stage,currency\n" + row * 1_000_000)
    [table] = read([file], tmp_path / "incoming")
    start = time.process_time()
    assert profile(table)[0].non_empty == 1_000_000
    assert time.process_time() - start < 2
