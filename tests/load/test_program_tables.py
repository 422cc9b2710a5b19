"""Tables as programs keep them: numbers for states, pairs for names, two things told by a type."""

from collections.abc import Iterator
from typing import Any

import pytest

from kpilot.load import load
from kpilot.project import Project, open_project
from tests.fresh import fresh_project
from tests.load.conftest import utc

FILES = {
    "opportunities": """
opportunityid,name,statecode,estimatedvalue,createdon,actualclosedate,_ownerid_value
d1,Bikes,1,100,2024-01-01T10:00:00Z,2024-02-01,u1
d2,Cars,2,200,2024-01-01T10:00:00Z,2024-02-03,u1
d3,Vans,0,300,2024-01-01T10:00:00Z,,u2
""",
    "crm.lead": """
id,name,type,stage_id,user_id,expected_revenue,create_date,date_closed,date_conversion,email_from
11,A,opportunity,"[4, 'Won']","[2, ""Ann O'Neil""]",100,2024-01-01,2024-02-01,2024-01-03,a@x.org
12,B,lead,"[1, 'New']","[2, ""Ann O'Neil""]",0,2024-01-01,,,b@x.org
13,C,opportunity,"[3, 'Proposition']","[3, 'Bob']",300,2024-01-01,,,c@x.org
""",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("programs")
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    fresh_project(folder / "project")
    project = open_project(folder / "project")
    load([folder], project, who="ann", now=utc(2024, 7, 1))
    yield project
    project.close()


@pytest.mark.parametrize(("sql", "rows"), [
    ("SELECT id, status FROM opportunity WHERE id LIKE 'd%' ORDER BY id",
     [("d1", "won"), ("d2", "lost"), ("d3", "open")]),
    ("SELECT id, stage_id, owner_id, lead_id FROM opportunity WHERE id NOT LIKE 'd%' ORDER BY id",
     [("11", "Won", "Ann O'Neil", "11"), ("13", "Proposition", "Bob", None)]),
    ("SELECT id, status_id, converted_on::TEXT, converted_opportunity_id FROM lead ORDER BY id",
     [("11", None, "2024-01-03", "11"), ("12", "New", None, None)]),
])
def test_each_row_is_what_its_program_says(
        loaded: Project, sql: str, rows: list[tuple[Any, ...]]) -> None:
    assert loaded.engine.query(sql) == rows
