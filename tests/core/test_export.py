"""What leaves kpilot does not run on somebody else's machine."""

from datetime import date
from decimal import Decimal

import pytest

from kpilot.core.export import csv_lines, harmless


@pytest.mark.parametrize("cell", ["=cmd()", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1",
                                  "\r=1", "=1+1"])
def test_a_formula_leaves_as_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Acme", "-12.50", "+33 6 12", "-1 234,50", "a=b", ""])
def test_names_and_numbers_leave_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_a_csv_is_written_line_by_line() -> None:
    rows = [("=cmd()", Decimal("-1.50"), date(2024, 1, 5), None), ("a,b", 2, True, 'say "hi"')]
    assert list(csv_lines(["name", "amount", "on", "note"], rows)) == [
        "name,amount,on,note\r\n", "'=cmd(),-1.50,2024-01-05,\r\n",
        '"a,b",2,true,"say ""hi"""\r\n']
