"""Encodings by delimiters by ways of writing: what an export says of itself is not needed."""

import itertools
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from kpilot.core.raw import RawTable
from kpilot.load.profile import ColumnProfile, profile
from kpilot.load.reading import read
from kpilot.load.values import typed

ENCODINGS = {"utf-8": ("utf-8", b""), "bom": ("utf-8-sig", b""),
             "utf-16-le": ("utf-16-le", b"\xff\xfe"), "utf-16-be": ("utf-16-be", b"\xfe\xff"),
             "utf-16 without mark": ("utf-16-le", b""), "windows": ("cp1252", b"")}
NUMBERS = {",": ("1 234,50", "999,95", "-12,00"), ".": ("1,234.50", "999.95", "-12.00")}
DATES = {"iso": "%Y-%m-%d", "day first": "%d/%m/%Y", "month first": "%m/%d/%Y"}
DAYS = (date(2024, 1, 31), date(2024, 2, 3), date(2024, 12, 25))
AMOUNTS = [Decimal("1234.50"), Decimal("999.95"), Decimal("-12.00")]


def one(tmp_path: Path, data: bytes) -> tuple[RawTable, list[ColumnProfile]]:
    file = tmp_path / "export.csv"
    file.write_bytes(data)
    [table] = read([file], tmp_path / "incoming")
    return table, profile(table)


# A fifth of the 144 combinations, in which every pair of choices occurs.
CASES = list(itertools.product(ENCODINGS, ",;\t|", NUMBERS, DATES))[::5]


@pytest.mark.parametrize(("encoding", "delimiter", "decimal", "order"), CASES)
def test_any_way_of_writing_gives_the_same_values(
        tmp_path: Path, encoding: str, delimiter: str, decimal: str, order: str) -> None:
    code, mark = ENCODINGS[encoding]
    rows = [("Réf", "Montant", "Signé le")]
    rows += [(f"affaire n° {n} à Nîmes", amount, day.strftime(DATES[order]))
             for n, (amount, day) in enumerate(zip(NUMBERS[decimal], DAYS, strict=True))]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows) + "\r\n"
    table, columns = one(tmp_path, mark + text.encode(code))

    assert table.columns == ("Réf", "Montant", "Signé le")
    assert table.format.delimiter == delimiter
    assert columns[1].style.decimal == decimal
    assert columns[2].style.dates == order
    amount = typed("c1", "money", columns[1].style)
    signed = typed("c2", "date", columns[2].style)
    found = duckdb.sql(f"FROM {table.cells} SELECT c0, {amount}, {signed} ORDER BY ALL").fetchall()
    assert found == [(f"affaire n° {n} à Nîmes", amount, day)
                     for n, (amount, day) in enumerate(zip(AMOUNTS, DAYS, strict=True))]
