"""A line of totals counts nothing; a row that only looks like one counts."""

from decimal import Decimal
from pathlib import Path

import pytest

from kpilot.core.errors import UserError
from kpilot.load.commit import commit
from kpilot.load.memory import NOTHING
from kpilot.load.plan import Answers, Plan
from kpilot.load.propose import propose
from kpilot.load.reading import read
from tests.load.conftest import Desk

HEADER = "Id; Nom; Compte; Propriétaire; Étape; Montant; Créé le; Date de clôture"
DEALS = """
001; Été; Acme; Ann; Gagné; 1 234,50; 05/01/2024; 20/02/2024
002; Noël; Initech; Bob; Perdu; 2 000,00; 06/01/2024; 21/02/2024
003; Pâques; Acme; Bob; Offre; 3 000,00; 07/01/2024; 30/06/2024
"""
STAFF = "Name; Employees; Website\nAcme; 100; a.com\nInitech; 200; i.com\n"


def plan_of(desk: Desk, text: str, name: str = "file") -> Plan:
    return propose([desk.raw(text, name)], NOTHING, Answers())


def totals(desk: Desk, text: str, name: str = "file") -> tuple[int, ...]:
    """The numbers of the rows that are set aside as totals."""
    [table] = plan_of(desk, text, name).tables
    assert table.table
    return table.raw.totals


def test_a_line_of_totals_is_told_from_a_row(desk: Desk) -> None:
    def deals(*ends: str) -> str:
        return "\n".join([HEADER, DEALS.strip(), *ends])

    assert totals(desk, deals("Total;;;;; 6 234,50;;")) == (5,)
    assert totals(desk, deals("TOTAL GÉNÉRAL :;;;;; 6 000,00 €;;")) == (5,)  # of rows filtered out
    assert totals(desk, deals("Grand Totals (3 records);;;;;;;", "Sum;;;;; 1;;")) == (5, 6)
    assert totals(desk, deals(";;;;;;;", "; Total;;;; 6 234,50;;")) == (6,)
    assert totals(desk, deals(";;;;; 6 234,50;;")) == (5,)
    assert totals(desk, deals(";;;;; 6 234,51;;")) == ()
    assert totals(desk, deals("6;;;;; 6 234,50;;")) == ()  # it has an identifier
    assert totals(desk, deals("Total; Total; TotalEnergies; Bob; Perdu; 6 234,50;;")) == ()
    assert totals(desk, deals("Total;;;;;; 05.01.2024;")) == ()
    assert totals(desk, STAFF + "Total; 300;", "accounts") == (4,)
    assert totals(desk, STAFF + "Total; 100000;", "accounts") == ()


def test_totals_of_groups_are_left_out_with_the_last_one(desk: Desk) -> None:
    first, *others = DEALS.strip().splitlines()
    text = "\n".join([HEADER, first, "Total Ann;;;;; 1 234,50;;", *others,
                      "Sous-total Bob;;;;; 5 000,00;;", "Total;;;;; 6 234,50;;"])
    plan = plan_of(desk, text)
    done = commit(plan, desk.project, who="ann")
    assert (done.counts.read, done.counts.new) == (3, 3)
    assert desk.ask("SELECT sum(amount), count(*) FROM opportunity") == [(Decimal("6234.5"), 3)]
    assert [str(note) for note in done.tables[0].notes] == [
        "Lines of totals, left out: 3 (row 3, 6, 7)."]


REPORT = """
Owner,Stage,Deal,Account,Amount,Close date,Created
Ann,Won,Bikes,Acme,"1,000.50",31-Mar-25,05-Jan-25
,Lost,Cars,Initech,200.25,30-Mar-25,06-Jan-25
,Won,Vans,Acme,300.00,29-Mar-25,07-Jan-25
Subtotal,Sum,,,"1,500.75",,
,Count,3,,,,
Page 1
Owner,Stage,Deal,Account,Amount,Close date,Created
Bob,Won,Boats,Globex,"2,000.00",28-Mar-25,08-Jan-25
,Demo completed,Trains,Acme,"4,000.00",27-Dec-25,09-Jan-25
,,,,"6,000.00",,
Closed lost,,,,,,
Zoe,Lost,Planes,Initech,50.00,26-Mar-25,10-Jan-25
Subtotal,Sum,,,50.00
Total,Sum,,,"7,550.75"

Confidential Information - Do Not Distribute
"""


def test_a_report_is_read_as_a_person_reads_it(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(REPORT.strip(), encoding="utf-8")
    plan = propose(read([tmp_path / "deals.csv"], desk.project.incoming), NOTHING, Answers())
    done = commit(plan, desk.project, who="ann")
    assert [str(note) for note in done.tables[0].notes if "left out" in str(note)] == [
        "Titles, footers and repeated headers, left out: 4 (row 7, 8, 12, 17).",
        "Lines of totals, left out: 5 (row 5, 6, 11, 14, 15)."]
    assert (done.counts.read, done.counts.new) == (6, 6)
    assert desk.ask("""
        SELECT g.name, count(*), sum(amount), count(*) FILTER (s.kind = 'won') FROM opportunity AS o
        JOIN agent AS g ON g.id = o.owner_id JOIN stage AS s ON s.id = o.stage_id GROUP BY 1
        ORDER BY 1""") == [("Ann", 3, Decimal("1500.75"), 2), ("Bob", 2, Decimal("6000"), 1),
                           ("Zoe", 1, Decimal("50"), 0)]


LEADS = """
Name;E-mail;Phone;Source;Created
Amy;a@x.com;01;Web;2024-01-05
Bob;b@x.com;02;Web;2024-01-06
Cyd;d@x.com;03;Web;2024-01-07
Dan;e@x.com;04;Web;2024-01-08
Zoe;;;;
;c@x.com;;;
"""


def test_a_person_of_whom_only_a_name_is_known_is_a_row(desk: Desk) -> None:
    assert totals(desk, LEADS, "leads") == ()
    assert totals(desk, LEADS + "Old leads;;;;\nName;E-mail;Phone;Source;Created\n", "leads") == (
        8, 9)


def test_files_of_which_none_is_known_are_no_load(desk: Desk) -> None:
    with pytest.raises(UserError, match="All files are left out: nothing was loaded"):
        commit(plan_of(desk, "Colour; Taste\nred; sweet"), desk.project, who="ann")
    assert desk.ask("SELECT count(*) FROM kp_load") == [(0,)]
