"""How full fields are where they apply, counted by hand on the maker of machines."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpilot.ask import business, catalog, facts
from kpilot.ask.measured_fields import Filled, filled_needs
from kpilot.core.rights import EVERYTHING, Reader
from kpilot.project import Project, open_project

# The data end with 30 June 2025: the ninety days begin on 2 April. Twenty leads came on the first
# twenty days of each month, so 19 in April and 20 in May and June; number 0 came on 1 April.
LEADS, CONVERTED, LINKED = 59, 29, 21
# Opportunities decided 120 days after they began: those begun from 3 December to 2 March were
# decided in the ninety days; those begun since 2 April are open, and have that date alone.
OPEN = 59


@pytest.fixture(scope="module")
def works(warehouse_template: Path) -> Iterator[Project]:
    project = open_project(warehouse_template)
    yield project
    project.close()


def needs(project: Project, name: str, reader: Reader = EVERYTHING) -> dict[str, Filled]:
    known = catalog(project)
    cut = facts.cutoff(project, None, facts.utc_now())
    return {one.need: one for one in filled_needs(known[name], known, project, reader, cut)}


def counts(one: Filled) -> tuple[int, int]:
    return one.coverage.valid, one.coverage.applicable


def test_a_link_is_asked_for_on_converted_leads_alone(works: Project) -> None:
    found = needs(works, "lead_to_opp")
    assert counts(found["lead.created_at"]) == (LEADS, LEADS)
    link = next(one for need, one in found.items() if "converted_at" in need)
    assert counts(link) == (LINKED, CONVERTED)


def test_a_field_is_asked_for_on_the_rows_it_applies_to(works: Project) -> None:
    decided = works.engine.query(
        "SELECT count(*) FROM opportunity WHERE closed_at >= '2025-04-02' "
        "AND closed_at < '2025-07-01' AND status <> 'open'"
    )[0][0]
    assert counts(needs(works, "win_rate")["opportunity.closed_at"]) == (decided, decided)
    due = needs(works, "pipeline_coverage")
    when = next(one for need, one in due.items() if need.startswith("opportunity.expected"))
    # Of each month's twenty every fourth has no expected date: 0, 4, 8, 12, 16; 1 April is out.
    assert counts(when) == (OPEN - 14, OPEN)


def test_a_field_nobody_has_is_not_mapped(works: Project) -> None:
    found = needs(works, "quota_attainment")["target.value"]
    assert not found.coverage.is_mapped


def test_only_rows_of_the_reader_count(works: Project) -> None:
    """Ann has numbers 0, 4, 8, 12 and 16 of each month: five a month, four of them in April."""
    ann = Reader(agent_ids=frozenset({"ann"}))
    assert counts(needs(works, "new_leads", ann)["lead.created_at"]) == (14, 14)
    nobody = Reader(agent_ids=frozenset())
    assert counts(needs(works, "new_leads", nobody)["lead.created_at"]) == (0, 0)
    cut = facts.cutoff(works, None, facts.utc_now())
    assert business.sellers(works, EVERYTHING, cut) == 4
    assert business.sellers(works, ann, cut) == 1
    assert business.models(works, ann, cut).marked == 15


def test_without_a_sign_on_leads_a_mapped_link_is_taken_as_given(
    house: Path, visit: Callable[..., object]
) -> None:
    from kpilot.web.warehouse import project

    with project().engine.transaction() as cursor:
        cursor.execute("UPDATE lead_status SET is_converted = NULL")
        cursor.execute("UPDATE kp_version SET n = n + 1")
    link = next(one for need, one in needs(project(), "lead_to_opp").items() if "conv" in need)
    assert link.is_assumed
    assert counts(link) == (1, 1)
