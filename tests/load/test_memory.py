"""What a load teaches the next one."""

from datetime import date

from kpilot.core.text import Text
from kpilot.load.commit import commit
from kpilot.load.kept_text import keep, restore
from kpilot.load.labels import table_label
from kpilot.load.memory import remember
from kpilot.load.plan import AliasPlan, Answers
from kpilot.load.propose import propose
from kpilot.load.report import LoadReport
from kpilot.load.undo import undo
from tests.load.conftest import Desk


def alias(heard: str, *, accepted: bool) -> AliasPlan:
    return AliasPlan(table="product", heard=heard, known="GTX Pro", rows=1, known_rows=1,
                     confidence=0.9, accepted=accepted)


def bring(desk: Desk, *ends: str) -> LoadReport:
    """Load opportunities as proposed with what is remembered; `ends` are their last two cells."""
    rows = (f"{desk.files}-{n}; A {n}; Ann; Won; 2024-01-0{n}; {end}"
            for n, end in enumerate(ends, 1))
    text = "\n".join(["Id; Name; Owner; Stage; Created; Amount; Close date", *rows])
    plan = propose([desk.raw(text, "deals")], remember(desk.project), Answers())
    return commit(plan, desk.project, who="ann")


def test_an_empty_warehouse_remembers_nothing(desk: Desk) -> None:
    memory = remember(desk.project)
    assert (memory.names("agent"), memory.stages(), memory.rows("opportunity")) == ({}, (), 0)
    assert memory.remembered("any") is None


def test_names_stages_and_the_mapping_of_headers_are_remembered(desk: Desk) -> None:
    table = desk.table("opportunity", "Nr; Who; Step; Extra\n 1; Ann; Offer; x",
                       "id owner_id stage_id .")
    desk.load(table)
    memory = remember(desk.project)
    assert memory.names("agent") == {"Ann": "Ann"}
    assert [(s.name, s.kind, s.pos, s.pipeline) for s in memory.stages()] == [
        ("Offer", "open", 2, "")]
    assert memory.rows("opportunity") == 1
    answers = memory.remembered(table.signature)
    assert answers is not None
    assert dict(answers.tables["opportunity"].columns) == {
        "Nr": "id", "Who": "owner_id", "Step": "stage_id", "Extra": None}


def test_names_taken_for_one_and_names_kept_apart_are_remembered(desk: Desk) -> None:
    desk.aliases = [alias("GTXPro", accepted=True), alias("GTX Prom", accepted=False)]
    desk.load(desk.table("product", "name\n GTX Pro", "name"),
              desk.table("opportunity", "id; product\n 1; GTXPro\n 2; GTX Prom", "id product_id"))
    assert remember(desk.project).aliases("product") == {"GTXPro": "GTX Pro", "GTX Prom": None}
    assert desk.ask("SELECT product_id FROM opportunity ORDER BY id") == [
        ("GTX Pro",), ("GTX Prom",)]
    desk.aliases = []
    desk.load(desk.table("opportunity", "id; product\n 3; GTXPro", "id product_id"))
    assert desk.ask("SELECT product_id FROM opportunity WHERE id = '3'") == [("GTX Pro",)]


def test_undoing_a_load_forgets_what_it_taught(desk: Desk) -> None:
    table = desk.table("product", "name\n GTX Pro", "name")
    desk.load(table)
    undo(desk.project, 1, who="mia")
    assert remember(desk.project).remembered(table.signature) is None


def test_a_kept_note_is_read_in_french_later() -> None:
    note = restore(keep(Text("{n} of {what}", n=1200, what=table_label("account"))))
    assert note.render(lambda template: template, "fr") == "1\u202f200 of Comptes"


def test_a_column_with_both_decimal_marks_does_not_keep_the_next_file_out(desk: Desk) -> None:
    bring(desk, "1.234,50; 2024-02-01", "1,234.50; 2024-02-01", "1.234; 2024-02-01")
    assert bring(desk, "1.234,50; 2024-02-01", "1.234; 2024-02-01").counts.refused == 0
    assert desk.ask("SELECT sum(amount)::VARCHAR FROM opportunity WHERE load_id = 2") == [
        ("2468.5000",)]


def test_clear_cells_are_read_as_they_are_whatever_an_earlier_file_was_taken_for(
    desk: Desk,
) -> None:
    bring(desk, "1; 05/06/2024", "2; 07/08/2024")
    bring(desk, "3; 05/06/2024", "4; 12/25/2024")
    bring(desk, "5; 05/06/2024", "6; 07/08/2024")
    days = desk.ask("SELECT closed_on FROM opportunity ORDER BY amount")
    assert [day for (day,) in days] == [
        date(2024, 6, 5), date(2024, 8, 7), date(2024, 5, 6), date(2024, 12, 25),
        date(2024, 6, 5), date(2024, 8, 7)]
