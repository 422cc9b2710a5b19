"""JSON for programs: the words of the command line in, the same object out."""

from collections.abc import Callable

from django.test import Client

from kpilot.ask import ask, catalog
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

Visit = Callable[[str], Client]


def test_the_answer_is_the_object_that_ask_gives(visit: Visit) -> None:
    opened = project()
    words = {"kpi": ["win_rate", "sales_value"], "period": ["2024-Q3"], "by": ["team"],
             "grain": ["month"], "compare": ["previous"]}  # fmt: skip
    query = Query.from_params(
        words, reader=EVERYTHING, catalog=catalog(opened), settings=opened.settings
    )
    answer = visit("eve").get("/api/ask", words)
    assert answer.json() == ask(query, opened).to_json()


def test_without_a_period_the_last_complete_and_the_running_month_are_given(visit: Visit) -> None:
    rows = visit("eve").get("/api/ask?kpi=new_opportunities").json()["rows"]
    assert [(row["period"], row["partial"]) for row in rows] == [
        ("2024-10", False), ("2024-11", True)
    ]  # fmt: skip


def test_a_wrong_word_is_a_400_that_says_what_to_write_instead(visit: Visit) -> None:
    answer = visit("eve").get("/api/ask?kpi=win_rte")
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "unknown_kpi"
    assert "win_rte" in error["message"]
    assert "win_rate" in error["hint"]


def test_an_error_speaks_the_readers_language(visit: Visit) -> None:
    client = visit("eve")
    Person.objects.filter(email="eve@example.com").update(language="fr")
    error = client.get("/api/ask?kpi=win_rate&period=yesterday").json()["error"]
    assert error["code"] == "bad_period"
    assert "période" in error["message"]


def test_nobody_gets_json_without_signing_in(visit: Visit) -> None:
    for path in ("/api/ask?kpi=win_rate", "/api/kpis", "/api/version"):
        answer = visit("").get(path)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "signed_out"


def test_the_catalogue_is_listed_in_both_languages(visit: Visit) -> None:
    listed = {kpi["kpi"]: kpi for kpi in visit("ann").get("/api/kpis").json()["kpis"]}
    assert listed["win_rate"]["names"] == {"en": "Win rate", "fr": "Taux de réussite"}
    assert set(listed) == set(catalog(project()))


def test_the_version_is_304_until_the_data_changes(visit: Visit) -> None:
    client = visit("ann")
    first = client.get("/api/version")
    mark = first.headers["ETag"]
    again = client.get("/api/version", headers={"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    project().engine.query("UPDATE kp_version SET n = n + 1")
    after = client.get("/api/version", headers={"If-None-Match": mark})
    assert after.status_code == 200
    assert after.json()["data_version"] == first.json()["data_version"] + 1


def test_only_questions_are_taken(visit: Visit) -> None:
    assert visit("eve").post("/api/ask", {"kpi": "win_rate"}).status_code in (403, 405)
