"""Surveys (§2.10): satisfied answers, and promoters less detractors."""

from tests.oracle.book import Rows, Rule, over, record, share, visible
from tests.oracle.figures import Answer
from tests.oracle.lives import World

PLACES = ("country", "segment", "account")


def answers(kind: str):
    def rows(world: World) -> Rows:
        return [
            record(world, at, row["score"], account=row.get("account_id"))
            for row in world.all("survey_response")
            if row.get("kind") == kind and (at := visible(world, row, "at"))
        ]

    return rows


def promoters(_: World, rows: Rows) -> Answer:
    scores = [row.of for row in rows]
    return over(sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores), len(scores))


RULES = {
    "csat": Rule(answers("csat"), share(lambda score: score >= 4), PLACES),
    "nps": Rule(answers("nps"), promoters, PLACES),
}
