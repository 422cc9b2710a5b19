"""What a figure says about itself: why it is missing, its flags, what was left out."""

from kpilot.core.text import Text

REASONS = {
    "no_rows": Text("no rows"),
    "zero_denominator": Text("nothing to divide by"),
    "quantile_not_reached": Text("fewer than half have got there"),
    "not_measurable": Text("not measurable"),
    "amount_coverage": Text("too many rows without an amount"),
    "no_history": Text("no history yet"),
    "no_target": Text("no target"),
    "outside_coverage": Text("outside the dates of the data"),
    "left_truncated": Text("the data starts later"),
}
FLAGS = {
    "low_n": Text("too few to conclude"),
    "gt_one": Text("above 100%"),
    "left_truncated": Text("the data starts inside this period"),
    "interval_left_out": Text("interval left out"),
    "created_at_proxy": Text("counted from the first exchange, as the creation date is not known"),
    "zero_lost_is_null": Text("zeros on lost opportunities are read as no amount"),
    "assumed_currency": Text("currency assumed"),
    "assumed_zone": Text("time zone assumed"),
    "close_date_mismatch": Text("some close dates differ from the history"),
    "no_history": Text("without stage history"),
}
EXCLUDED = {
    "null_amount": Text("without an amount"),
    "missing_rate": Text("without an exchange rate"),
    "no_created_at": Text("without a creation date"),
    "no_closed_at": Text("without a closing date"),
    "no_probability": Text("without a probability"),
    "negative_duration": Text("that end before they start"),
    "immature": Text("too young to tell"),
    "no_transition_time": Text("that moved on at an unknown time"),
    "skipped": Text("that skipped the stage"),
    "void": Text("void by their close reason"),
}


def reason_text(word: str) -> Text:
    """Why there is no figure, or no comparison."""
    return REASONS.get(word) or _itself(word)


def flag_text(word: str) -> Text:
    """What to know about a figure."""
    head, _, field = word.partition(":")
    if head == "missing":
        return Text("{field} is missing", field=field.replace("|", " / "))
    return FLAGS.get(head) or _itself(word)


def excluded_text(word: str) -> Text:
    """Which rows were left out, to stand after their number: "12 without an amount"."""
    return EXCLUDED.get(word) or _itself(word)


def _itself(word: str) -> Text:
    return Text("{word}", word=word.replace("_", " "))
