"""What a person says: read, refused with a hint, merged, written back."""

from pathlib import Path

import pytest

from kpilot.core.errors import UserError
from kpilot.load.answers import from_dict, merge, read_answers, signature, to_dict
from kpilot.load.plan import Answers, StageAnswer, Style, TableAnswers

FILE = """
source = "salesforce"

[tables.sales_teams]
table = "agent"
columns = { manager = "team", regional_office = "parent_team", notes = "", x = "-" }

[tables.sales_pipeline.styles]
close_date = { dates = "day first" }

[stages]
Engaging = "open"
"Paid back" = { kind = "lost", pos = 6 }

[aliases.product]
GTXPro = "GTX Pro"
GTXPlus = false
"""
SAID = Answers(
    source="salesforce",
    tables={
        "sales_teams": TableAnswers(table="agent", columns={
            "manager": "team", "regional_office": "parent_team", "notes": None, "x": None}),
        "sales_pipeline": TableAnswers(styles={"close_date": Style(dates="day first")}),
    },
    stages={"Engaging": StageAnswer(kind="open"), "Paid back": StageAnswer(kind="lost", pos=6)},
    aliases={"product": {"GTXPro": "GTX Pro", "GTXPlus": None}})


def mapping_file(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_file_is_read(tmp_path: Path) -> None:
    assert read_answers(mapping_file(tmp_path, FILE)) == SAID


def test_answers_survive_being_written_and_read_back() -> None:
    assert from_dict(to_dict(SAID)) == SAID


@pytest.mark.parametrize(("text", "message"), [
    ('[tabels.x]\ntable = "agent"',
     "mapping.toml: “tabels” is not known here. Did you mean “tables”?"),
    ('[tables.x]\ntable = "agnet"',
     "mapping.toml [tables.x] table: “agnet” is not known here. Did you mean “agent”?"),
    ('[tables.x]\ncolums = {}',
     "mapping.toml [tables.x]: “colums” is not known here. Did you mean “columns”?"),
    ('[stages]\nWon = "wun"',
     "mapping.toml [stages] Won: “wun” is not known here. Did you mean “won”?"),
    ('[aliases.prodict]\na = "b"',
     "mapping.toml [aliases.prodict]: “prodict” is not known here. Did you mean “product”?"),
    ('[tables.x.styles]\nd = { dates = "day frist" }',
     "mapping.toml [tables.x] styles d dates: “day frist” is not known here. "
     "Did you mean “day first”?"),
    ('[stages]\nWon = 3', "mapping.toml [stages] Won: say open, won or lost."),
    ('[tables.x]\ncolumns = { a = 3 }',
     "mapping.toml [tables.x] columns a: “3” is not what is expected here."),
    ('[aliases]\nproduct = 3', "mapping.toml [aliases.product]: “3” is not what is expected here."),
])
def test_what_is_not_known_is_refused_where_it_stands(tmp_path: Path, text: str,
                                                     message: str) -> None:
    with pytest.raises(UserError) as refused:
        read_answers(mapping_file(tmp_path, text))
    assert str(refused.value) == message


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"mapping\.toml is not TOML"):
        read_answers(mapping_file(tmp_path, "tables = ["))


def test_what_is_said_later_wins_column_by_column() -> None:
    remembered = Answers(tables={"x": TableAnswers(table="agent",
                                                   columns={"a": "name", "b": "email"})})
    said = Answers(tables={"x": TableAnswers(columns={"b": None})},
                   stages={"Won": StageAnswer(kind="won")})
    merged = merge(remembered, said)
    assert merged.tables["x"] == TableAnswers(table="agent", columns={"a": "name", "b": None})
    assert merged.stages == {"Won": StageAnswer(kind="won")}


def test_a_signature_is_that_of_the_headers_in_any_order_and_case() -> None:
    assert signature(["Deal Name", "Montant (€)"]) == signature(["MONTANT", "deal_name"])
    assert signature(["Deal Name"]) != signature(["Deal Name", "Amount"])
