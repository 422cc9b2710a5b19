"""The page “What would it take?” on real rows: its ways close, and its rights hold."""

import re

import pytest

from kpilot.analysis.what_it_takes import result, with_option
from kpilot.ask import catalog, facts
from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.rights import EVERYTHING
from kpilot.web.targets.past import Asked
from kpilot.web.targets.takes import takes
from kpilot.web.warehouse import project

HERE = "/targets/what-it-takes/"


def found(target, period, scope=("org", ""), kpi="sales_value"):
    opened = project()
    cut = facts.cutoff(opened, None, facts.utc_now())
    asked = Asked(project=opened, reader=EVERYTHING, scope=scope, cut=cut)
    return takes(catalog(opened)[kpi], target, parse_period(period, Fiscal()), asked)


def test_each_way_put_back_into_the_funnel_gives_what_is_left(house) -> None:
    one = found(150_000, "2024-Q4")
    assert one.done > 0
    assert one.left == pytest.approx(150_000 - one.done)
    assert one.funnel is not None
    solved = [lever.option for lever in one.levers if lever.option.after is not None]
    assert {option.kind for option in solved} >= {"entries", "value"}
    for option in solved:
        assert result(with_option(one.funnel, option)) == pytest.approx(one.left)
    wins = found(200, "2024-Q4", kpi="sales_count")
    assert wins.funnel is not None
    assert wins.funnel.value is None
    assert found(1, "2024-Q4").reason == "reached"
    assert found(10_000_000, "2024-Q3").reason == "over"


def test_the_page_shows_the_ways_to_those_who_see_the_figures_whole(visit) -> None:
    asked = {"kpi": "sales_value", "scope": "org:", "period": "2024-Q4", "target": "150k"}
    page = visit("eve").get(HERE, asked).content.decode().replace("\u00a0", " ")
    assert "A larger average sale" in page
    assert re.search(r"Never reached in \d+ months|Reached in \d+ of \d+ months", page)
    for name, scope in (("mia", "org:"), ("ann", "agent:zoe"), ("ann", "team:north-a")):
        shown = visit(name).get(HERE, asked | {"scope": scope}).content.decode()
        assert "You see only a part of these figures" in shown
        assert "A larger average sale" not in shown
        assert "Zoe" not in shown
    own = visit("ann").get(HERE, {"period": "2024-11"}).content.decode()
    assert "€12" in own  # her target on record


def test_a_target_that_comes_by_itself_asks_for_nothing_more(visit) -> None:
    one = found(150_000, "2024-Q4")
    low = one.done + 0.5 * result(one.funnel)
    asked = {"kpi": "sales_value", "scope": "org:", "period": "2024-Q4", "target": f"{low:.0f}"}
    page = visit("eve").get(HERE, asked).content.decode()
    assert "Nothing more is needed" in page
    assert "A larger average sale" not in page
    assert "Average sale" in page


@pytest.mark.parametrize("typed", ["0", "-3", "lots", "+5 %"])
def test_a_target_that_is_none_is_said(visit, typed) -> None:
    page = visit("eve").get(HERE, {"target": typed, "scope": "org:"})
    assert page.status_code == 400
    assert f'value="{typed}"' in page.content.decode()


def test_too_few_rows_say_nothing(house) -> None:
    with project().engine.transaction() as cursor:
        cursor.execute("DELETE FROM opportunity WHERE owner_id = 'bob' AND hash(id) % 8 > 0")
        cursor.execute("UPDATE kp_version SET n = n + 1")
    one = found(50_000, "2024-Q4", ("agent", "bob"))
    assert {lever.option.reason for lever in one.levers} == {"too_few"}
