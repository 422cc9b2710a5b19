"""Header rows as CRMs export them: the right table, and every column on the right field."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from kpilot.load.mapping import map_columns
from kpilot.load.profile import ColumnProfile
from kpilot.load.recognise import recognise

SETS: list[dict[str, Any]] = [
    told for name in ("header_sets.toml", "header_sets_more.toml")
    for told in tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))["set"]]


def ident(told: dict[str, Any]) -> str:
    return f"{told['crm']}-{told['language']}-{told['table']}"


def empty(headers: list[str]) -> list[ColumnProfile]:
    return [ColumnProfile(index=i, header=header, rows=0, non_empty=0, distinct=0)
            for i, header in enumerate(headers)]


@pytest.mark.parametrize("told", SETS, ids=ident)
def test_the_table_is_recognised_by_name_and_headers(told: dict[str, Any]) -> None:
    assert recognise([told["file"]], list(told["headers"])).table == told["table"]


@pytest.mark.parametrize("told", SETS, ids=ident)
def test_every_column_goes_to_its_field(told: dict[str, Any]) -> None:
    mapped = map_columns(told["table"], empty(list(told["headers"])))
    got = {header: choice.field or ""
           for header, choice in zip(told["headers"], mapped.choices, strict=True)}
    assert got == told["headers"]


def test_there_are_at_least_eighty_sets_of_six_crms() -> None:
    assert len(SETS) >= 80
    assert {"salesforce", "hubspot", "pipedrive", "odoo", "zoho", "clickup"} <= {
        s["crm"] for s in SETS}


def test_most_opportunity_files_are_recognised_whatever_they_are_called() -> None:
    told = [s for s in SETS if s["table"] == "opportunity"]
    right = [s for s in told if recognise(["export"], list(s["headers"])).table == "opportunity"]
    assert len(right) == len(told)
