"""Tables as programs keep them: numbers for states, pairs for names, two things told by a type."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.load.loaded import Loaded

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
    "deals": """
id,title,value,stage_id,pipeline_id,status,add_time,won_time,lost_time,user_id,deleted
91,Trains,100,71,70,open,2024-01-01 10:00:00,,,11,0
92,Planes,200,72,70,won,2024-01-02 10:00:00,2024-02-01 10:00:00,,11,0
93,Trams,300,72,70,lost,2024-01-03 10:00:00,,2024-02-10 10:00:00,12,0
94,Ships,400,72,70,deleted,2024-01-03 10:00:00,,,12,1
""",
    "stages": """
id,order_nr,name,active_flag,deal_probability,pipeline_id,rotten_flag,rotten_days,pipeline_name
71,0,Qualified,1,10,70,1,20,Sales
72,1,Proposal Made,1,60,70,0,,Sales
""",
    "pipelines": "id,name,url_title,order_nr,active,deal_probability\n70,Sales,default,0,1,1\n",
    "users": "id,name,email,active_flag\n11,Ann,ann@x.org,1\n12,Bob,bob@x.org,1\n",
    "activities": """
id,subject,type,due_date,due_time,duration,done,marked_as_done_time,add_time,user_id,deal_id
1,Call,call,2024-01-10,09:30,00:30,1,2024-01-10 10:00:00,2024-01-05 10:00:00,11,91
2,Talk,meeting,2024-01-12,14:00,01:00,0,,2024-01-05 10:00:00,11,92
""",
    "deal_changelog": """
field_key,old_value,new_value,actor_user_id,time,item_id
stage_id,71,72,11,2024-01-08 10:00:00,92
value,150,200,11,2024-01-09 10:00:00,92
""",
    "Calls": """
Subject,Call Owner,Call Start Time,Call Type
Ring,Ann,2024-01-20 09:00:00,Outbound
""",
    "tasks": """
Task ID,Task Name,Status,Date Created,Date Closed,Assignee,List Name,Amount (currency)
86a1,Acme,proposal,1704103200000,,[Cid],Deals,"€1,000.00"
86a2,Bolt,closed won,1704103200000,1706781600000,"[Cid, Ann]",Deals,"€2,000.00"
""",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    made = Loaded(tmp_path_factory.mktemp("programs"), FILES)
    yield made
    made.project.close()


@pytest.mark.parametrize(("sql", "rows"), [
    ("SELECT id, status, deleted_at IS NULL FROM opportunity WHERE id LIKE 'd%' OR id LIKE '9%'"
     " ORDER BY id", [("91", "open", True), ("92", "won", True), ("93", "lost", True),
                      ("94", None, False), ("d1", "won", True), ("d2", "lost", True),
                      ("d3", "open", True)]),
    ("SELECT id, stage_id, owner_id, lead_id FROM opportunity WHERE id LIKE '1%' ORDER BY id",
     [("11", "Won", "Ann O'Neil", "11"), ("13", "Proposition", "12", None)]),
    ("SELECT id, name, status, amount::INT, owner_id FROM opportunity WHERE id LIKE '86%'"
     " ORDER BY id", [("86a1", "Acme", "open", 1000, "Cid"), ("86a2", "Bolt", "won", 2000, "Cid")]),
    ("SELECT id, kind, rot_days FROM stage WHERE pipeline_id = '70' ORDER BY id",
     [("71", "open", 20), ("72", "open", None)]),
    ("SELECT opportunity_id, stage_id, h.\"at\"::DATE::TEXT FROM stage_history AS h",
     [("92", "72", "2024-01-08")]),
    ("SELECT id, kind, a.\"at\"::TEXT FROM activity AS a WHERE id < '3' ORDER BY id",
     [("1", "call", None), ("2", "meeting", "2024-01-12 13:00:00")]),
    ("SELECT kind, direction, agent_id FROM activity WHERE name = 'Ring'", [("call", "out", "11")]),
    ("SELECT id, status_id, converted_on::TEXT, converted_opportunity_id FROM lead ORDER BY id",
     [("11", None, "2024-01-03", "11"), ("12", "New", None, None)]),
])
def test_each_row_is_what_its_program_says(
        loaded: Loaded, sql: str, rows: list[tuple[Any, ...]]) -> None:
    assert loaded.ask(sql) == rows


def test_what_is_won_by_its_status_is_sold_whatever_its_stage(loaded: Loaded) -> None:
    assert loaded.value("sales_count", "2024-02") == 4  # d1, 11, 92, 86a2
