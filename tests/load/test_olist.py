"""The real marketing funnel of Olist, loaded without a mapping file, beside plain Python."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpilot.load import load
from kpilot.project import Project, create_project, open_project

SHARED = Path(__file__).parents[3] / "shared" / "data"
FUNNEL = SHARED / "olist_funnel"

pytestmark = pytest.mark.skipif(not FUNNEL.is_dir(),
                                reason="../shared/data/olist_funnel is not here")


def cells(name: str) -> list[dict[str, str]]:
    with (FUNNEL / f"olist_{name}_dataset.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def funnel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = create_project(tmp_path_factory.mktemp("olist") / "project", tz="UTC")
    project = open_project(folder)
    report = load([FUNNEL], project, who="ann")
    assert report.problem_count == 0
    yield project
    project.close()


def test_every_lead_has_its_day_of_first_contact_and_its_origin(funnel: Project) -> None:
    rows = cells("marketing_qualified_leads")
    assert len(rows) == 8000
    found = funnel.engine.query(
        "SELECT l.id, CAST(l.first_contact_on AS VARCHAR), coalesce(c.name, '') FROM lead AS l"
        " LEFT JOIN channel AS c ON c.id = l.channel_id")
    assert sorted(found) == sorted(
        (row["mql_id"], row["first_contact_date"], row["origin"]) for row in rows)


def test_an_unknown_origin_is_a_channel_and_an_empty_one_is_none(funnel: Project) -> None:
    told = Counter(row["origin"] for row in cells("marketing_qualified_leads"))
    assert told["unknown"] == 1099
    assert told[""] > 0
    assert funnel.engine.query("""
        SELECT count(*) FILTER (WHERE c.name = 'unknown'), count(*) FILTER (WHERE c.id IS NULL)
        FROM lead AS l LEFT JOIN channel AS c ON c.id = l.channel_id
        """) == [(told["unknown"], told[""])]


def test_every_closed_deal_is_a_win_of_its_lead_by_its_sales_representative(
        funnel: Project) -> None:
    rows = cells("closed_deals")
    assert len(rows) == 842
    found = funnel.engine.query(
        "SELECT o.lead_id, o.status, strftime(o.closed_at, '%Y-%m-%d %H:%M:%S'), o.owner_id"
        " FROM opportunity AS o JOIN lead AS l ON l.id = o.lead_id")
    assert sorted(found) == sorted(
        (row["mql_id"], "won", row["won_date"], row["sr_id"]) for row in rows)


def test_the_one_win_before_first_contact_is_kept(funnel: Project) -> None:
    assert funnel.engine.query("""
        SELECT count(*) FROM opportunity AS o JOIN lead AS l ON l.id = o.lead_id
        WHERE CAST(o.closed_at AS DATE) < l.first_contact_on""") == [(1,)]


def test_loading_the_funnel_again_changes_nothing(funnel: Project) -> None:
    report = load([FUNNEL], funnel, who="ann")
    assert all(table.counts.unchanged == table.counts.read for table in report.tables)


@pytest.mark.skipif(not (SHARED / "cdnow").is_dir(), reason="../shared/data/cdnow is not here")
def test_every_purchase_of_cdnow_is_an_order_of_its_customer(
        tmp_path_factory: pytest.TempPathFactory) -> None:
    with (SHARED / "cdnow" / "cdnow_sample.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    folder = create_project(tmp_path_factory.mktemp("cdnow") / "project", tz="UTC")
    project = open_project(folder)
    load([SHARED / "cdnow"], project, who="ann")
    found = project.engine.query(
        "SELECT account_id, CAST(ordered_on AS VARCHAR), CAST(net_amount AS DOUBLE) FROM \"order\"")
    assert sorted(found) == sorted(
        (row["master_id"], row["date"], float(row["amount"])) for row in rows)
    project.close()
