"""Real files end to end: read, proposed, loaded, loaded again; figures as computed apart."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kpilot.load import load, undo
from tests.load.conftest import Desk, utc

SHARED = Path(__file__).parents[2] / "../shared/data"
MAVEN, SALESFORCE = SHARED / "maven_crm", SHARED / "crm_exports/salesforce_fivetran"
MAPPING = Path(__file__).with_name("maven.toml")
NOW = utc(2024, 7, 1, 12)


@pytest.mark.skipif(not MAVEN.exists(), reason="needs ../shared/data/maven_crm")
def test_the_maven_files_load_to_the_published_figures(desk: Desk) -> None:
    empty = desk.everything()
    report = load([MAVEN], desk.project, mapping=MAPPING, who="ann", now=NOW)
    assert (report.counts.read, report.counts.new) == (8927, 8927)
    assert desk.ask("""
        SELECT k.kind, count(*), sum(o.amount), count(o.closed_on) FROM opportunity AS o
        JOIN stage AS k ON k.id = o.stage_id GROUP BY 1 ORDER BY 1""") == [
        ("lost", 2473, Decimal(0), 2473), ("open", 2089, None, 0),
        ("won", 4238, Decimal(10005534), 4238)]
    assert desk.ask("""
        SELECT count(*) FILTER (WHERE account_id IS NULL),
            count(*) FILTER (WHERE started_on IS NULL) FROM opportunity""") == [(1425, 500)]
    assert desk.ask("""
        SELECT p.name, count(*) FROM opportunity AS o JOIN product AS p ON p.id = o.product_id
        GROUP BY 1 ORDER BY 2 DESC""")[2] == ("GTX Pro", 1480)
    assert desk.ask("SELECT heard, id FROM kp_alias") == [("GTXPro", "GTX Pro")]
    assert desk.ask("""
        SELECT parent_id, count(*) FROM team WHERE parent_id IS NOT NULL GROUP BY 1 ORDER BY 1
        """) == [("Central", 2), ("East", 2), ("West", 2)]
    assert report.horizon == utc(2017, 12, 31, 23)
    assert {"created_at_proxy", "assumed_currency", "zero_lost_is_null"} <= set(report.flags)
    covered = {(c.table, c.field): (c.first, c.last) for c in report.coverage}
    assert covered["opportunity", "closed_at"] == (date(2017, 3, 1), date(2017, 12, 31))

    again = load([MAVEN], desk.project, mapping=MAPPING, who="ann", now=NOW)
    assert (again.counts.unchanged, again.counts.read, again.implied) == (8927, 8927, ())
    assert list(desk.project.incoming.glob("*/*.parquet")) == []
    undo(desk.project, 2, who="ann")
    undo(desk.project, 1, who="ann")
    assert desk.everything() == empty


@pytest.mark.skipif(not SALESFORCE.exists(), reason="needs ../shared/data/crm_exports")
def test_ten_deleted_salesforce_opportunities_are_loaded_as_deleted(desk: Desk) -> None:
    report = load([SALESFORCE / "sf_opportunity_data.csv"], desk.project, who="ann")
    assert report.counts.new == 10
    assert desk.ask("SELECT count(deleted_at), count(closed_at) FROM opportunity") == [(10, 0)]
    assert any("no figure: 10." in str(note) for note in report.tables[0].notes)


@pytest.mark.skipif(not MAVEN.exists(), reason="needs ../shared/data/maven_crm")
def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    before = desk.everything(without=())
    report = load([MAVEN], desk.project, mapping=MAPPING, who="ann", dry_run=True)
    assert (report.id, report.dry_run, report.counts.new) == (0, True, 8927)
    assert desk.everything(without=()) == before
