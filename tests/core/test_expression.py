"""What a person may write as a measure, and what is refused (trap 5)."""

import pytest

from kpilot.core.errors import UserError
from kpilot.core.expression import parse

COLUMNS = {"is_won", "amount", "stage_days"}


@pytest.mark.parametrize(
    "text",
    ["is_won AND NOT amount > 100", "COALESCE(amount, 0) * 2", "amount BETWEEN 1 AND 5",
     "CASE WHEN is_won THEN amount ELSE 0 END", "stage_days < :stage_window_days",
     "LOWER('A') = 'a'", "amount IN (1, 2) OR amount IS NULL"],
)  # fmt: skip
def test_plain_expressions_are_read(text):
    parse(text, COLUMNS, "own.toml")


@pytest.mark.parametrize(
    "text",
    ["read_csv('/etc/passwd')", "getenv('HOME')", "(SELECT 1)", "amount; DROP TABLE opportunity",
     "opportunity.amount", "pg_sleep(9)", "SUM(amount)", "amount IN (SELECT id FROM agent)",
     "current_setting('memory_limit')", "COPY x TO 'y'", "", "amount +", "ROW_NUMBER() OVER ()"],
)  # fmt: skip
def test_everything_else_is_refused(text):
    with pytest.raises(UserError):
        parse(text, COLUMNS, "own.toml")


def test_an_unknown_field_is_answered_with_the_nearest():
    with pytest.raises(UserError, match="Did you mean “amount”"):
        parse("amont > 1", COLUMNS, "own.toml")
