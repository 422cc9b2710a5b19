"""Rows that give the customers example E15 only says the figures of."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Rows = dict[str, list[dict[str, Any]]]


def months_before(day: date, months: int) -> date:
    """The first day of the month that many months before the month of `day`."""
    count = 12 * day.year + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def customers(config: dict[str, Any], end: date) -> Rows:
    """Accounts, their channels and their monthly revenue, such that at `end` (a month's first day)

    config["new_customers"] began in the last month, `new_customers_paid` of them through a paid
    channel and for `new_mrr` together; all pay `arpa_month` on average; and of the customers at the
    start of each of the last twelve months, the share `monthly_churn` was lost within it.
    """
    new, paid = config["new_customers"], config["new_customers_paid"]
    stayers, losses = _stayers_and_losses(config)
    old = Fraction(str(config["arpa_month"])) * (new + stayers) - Fraction(str(config["new_mrr"]))
    began = (months_before(end, 1) + timedelta(4)).isoformat()
    long_ago = months_before(end, 30).isoformat()
    rows = [_row(f"n{i}", began, mrr) for i, mrr in enumerate(_shared(config["new_mrr"], new))]
    rows += [_row(f"s{i}", long_ago, mrr) for i, mrr in enumerate(_shared(old, stayers))]
    for i, months in enumerate(losses):
        gone = months_before(end, 13 - months) + timedelta(9)
        rows += [_row(f"l{i}", long_ago, 50), _row(f"l{i}", gone.isoformat(), 0)]
    return {
        "channel": [{"id": "p", "name": "Paid search"}, {"id": "r", "name": "Referral"}],
        "account": [
            {"id": f"n{i}", "first_channel_id": "p" if i < paid else "r"} for i in range(new)
        ],
        "subscription_mrr": rows,
    }


def _row(account: str, day: str, mrr: float) -> dict[str, Any]:
    return {"account_id": account, "from_date": day, "mrr": mrr}


def _shared(total: Any, parts: int) -> Iterator[float]:
    """`total` in equal parts of whole cents, what is left over going to the first."""
    cents = int(Fraction(str(total)) * 100)
    for place in range(parts):
        yield (cents // parts + (cents % parts if place == 0 else 0)) / 100


def _stayers_and_losses(config: dict[str, Any]) -> tuple[int, list[int]]:
    """How many stay all year, and for each one lost how many months it began as a customer."""
    churn = Fraction(str(config["monthly_churn"]))
    arpa, new_mrr = Fraction(str(config["arpa_month"])), Fraction(str(config["new_mrr"]))
    for times in range(1, 1000):
        lost, months = churn.numerator * times, churn.denominator * times
        stayers = (months - lost) // 12
        left = months - 12 * stayers
        enough = stayers > 0 and arpa * (config["new_customers"] + stayers) > new_mrr
        if enough and lost <= left <= 12 * lost:
            each = [left // lost + (1 if place < left % lost else 0) for place in range(lost)]
            return stayers, each
    raise ValueError(f"no customers have a churn of {churn}")
