"""What the cells of a column say about how they are written, counted in one pass of SQL."""

from dataclasses import dataclass

from kpilot.load.dates import iso
from kpilot.load.numbers import CODES, bare, number, quoted
from kpilot.load.plan import Style
from kpilot.load.values import EMPTY_DATES, NO, YES, given

_SLASHED = r"^(\d{1,2})[-/. ] ?(\d{1,2})[-/. ] ?(?:\d{4}|\d\d)(?:\D|$)"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Counts over the sampled cells of column `i`, a value that stands n times counting n times.

    cells      all of them; `given` without the empty markers
    different  different values; `once` and `twice` those seen once and twice
    dot_mark   numbers whose decimal mark must be a point, `comma_mark` a comma
    lone_dot   numbers with one point before three digits (1.234), `lone_comma` likewise
    """

    i: int
    cells: int
    given: int
    different: int
    once: int
    twice: int
    longest: int
    number: int
    integer: int
    largest: float | None
    smallest: float | None
    percent: int
    money: int
    signs: list[str] | None
    dot_mark: int
    comma_mark: int
    lone_dot: int
    lone_comma: int
    plain_thousands: int
    date: int
    datetime: int
    midnight: int
    zoned: int
    year_first: int
    year_slash: int
    day_over_12: int
    month_over_12: int
    unclear: int
    unpadded: int
    slashed: int
    half_days: int
    truth: int
    false: int
    email: int
    url: int
    key: int

    def counted(self) -> str:
        """"serial", "unix" or "unix ms" when whole numbers lie where such dates do, else ""."""
        if self.smallest is None or self.largest is None or self.integer < 0.9 * self.number:
            return ""
        for name, low, high in (("serial", 20_000, 80_000), ("unix", 8e8, 2.5e9),
                                ("unix ms", 8e11, 2.5e12)):
            if low <= self.smallest and self.largest <= high:
                return name
        return ""


def seen_sql(relation: str) -> str:
    """SQL of the `Seen` of every column of `relation` (columns i, c, n)."""
    signs = "|".join([*CODES, r"[ACU]S?\$", r"R\$", "zł", r"Fr\.", "[€$£¥₹₽₺]"])
    plain = "regexp_full_match(c, '-?[0-9]+')"
    nothing = ", ".join(quoted(day) for day in EMPTY_DATES)
    read = (f"FROM {relation} SELECT i, c, n,"
            f" CASE WHEN c NOT IN ({nothing}) THEN {given('c')} END AS g,"
            f" CASE WHEN c NOT SIMILAR TO '.*[0-9].*' THEN NULL"
            f" ELSE {number('c', 'DOUBLE', Style(), percent=True)} END AS v,"
            f" {plain} AS whole,"
            f" CASE WHEN regexp_matches(c, '[0-9]') THEN {bare('c', percent=True)} END AS t,"
            f" CASE WHEN strlen(c) BETWEEN 6 AND 45 AND regexp_matches(c, '[0-9]')"
            f" AND NOT regexp_full_match(c, '[-+]?[0-9 ]*[.,]?[0-9]*')"
            f" OR regexp_full_match(c, '(19|20)[0-9]{{6}}')"
            # 6/16/2024 8:00 AM is no time of the sixteenth month
            f" THEN coalesce({iso('c', Style(dates='day first'))},"
            f" {iso('c', Style(dates='month first'))}) END AS d")
    turned = r"regexp_replace(d, '^([0-9]{4})-([0-9]+)-([0-9]+)', '\1-\3-\2')"
    dated = (f"FROM ({read}) SELECT *, contains(d, ':') AS timed,"
             f" coalesce(TRY_CAST(d AS TIMESTAMP), TRY_CAST({turned} AS TIMESTAMP)) IS NOT NULL"
             f" AS is_date, g IS NOT NULL OR lower(c) = 'false' AS said,"
             f" TRY_CAST(regexp_extract(c, {quoted(_SLASHED)}, 1) AS INTEGER) AS a,"
             f" TRY_CAST(regexp_extract(c, {quoted(_SLASHED)}, 2) AS INTEGER) AS b")
    truths = ", ".join(quoted(word) for word in (*YES, *NO))

    def n(when: str) -> str:
        return f"CAST(coalesce(sum(n) FILTER (WHERE {when}), 0) AS BIGINT)"

    dot = (r"'-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|-?[0-9]{1,3}(?:,[0-9]{3}){2,}"
           r"|-?(?:[0-9]*|[0-9 \x{a0}\x{202f}’'']+)\.[0-9]+'")
    comma = (r"'-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*|-?[0-9]{1,3}(?:\.[0-9]{3}){2,}"
             r"|-?(?:[0-9]*|[0-9 \x{a0}\x{202f}’'']+),[0-9]+'")
    lone_dot = r"regexp_full_match(t, '-?[1-9][0-9]{0,2}\.[0-9]{3}')"
    lone_comma = "regexp_full_match(t, '-?[1-9][0-9]{0,2},[0-9]{3}')"
    fields = {
        "cells": "CAST(sum(n) AS BIGINT)", "given": n("said"),
        "different": "count(*) FILTER (WHERE said)",
        "once": "count(*) FILTER (WHERE said AND n = 1)",
        "twice": "count(*) FILTER (WHERE said AND n = 2)",
        "longest": "coalesce(max(length(c)) FILTER (WHERE said), 0)",
        "number": n("v IS NOT NULL"), "integer": n("whole"), "largest": "max(v)",
        "smallest": "min(v)", "percent": n("v IS NOT NULL AND contains(c, '%')"),
        "money": n(f"v IS NOT NULL AND regexp_matches(c, '(?i){signs}')"),
        "signs": f"list(DISTINCT regexp_extract(c, '(?i)({signs})', 1)) FILTER (WHERE v IS NOT NULL"
                 f" AND regexp_matches(c, '(?i){signs}'))",
        "dot_mark": n(f"v IS NOT NULL AND NOT {lone_dot} AND regexp_full_match(t, {dot})"),
        "comma_mark": n(f"v IS NOT NULL AND NOT {lone_comma} AND regexp_full_match(t, {comma})"),
        "lone_dot": n(lone_dot), "lone_comma": n(lone_comma),
        "plain_thousands": n("whole AND abs(v) >= 1000"),
        "date": n("is_date AND NOT timed"), "datetime": n("is_date AND timed"),
        "midnight": n("is_date AND regexp_matches(d, ' 0?0:00(:00([.]0+)?)?([+-].*)?$')"),
        "zoned": n("is_date AND regexp_matches(d, ':[0-9.]+[+-][0-9:]+$')"),
        "year_first": n("is_date AND regexp_matches(c, '^[0-9]{4}')"),
        "year_slash": n("is_date AND regexp_matches(c, '^[0-9]{4}[/.]')"),
        "day_over_12": n("is_date AND a > 12"), "month_over_12": n("is_date AND b > 12"),
        "unclear": n("is_date AND a <= 12 AND b <= 12"),
        "unpadded": n("is_date AND regexp_matches(c, '^([1-9][/]|[0-9]+[/][1-9][/])')"),
        "slashed": n("is_date AND contains(c, '/')"),
        "half_days": n("is_date AND regexp_matches(lower(c), '[0-9] ?[ap][.]?m[.]?$')"),
        "truth": n(f"lower(c) IN ({truths})"),
        "false": n("lower(c) = 'false'"),
        "email": n(r"regexp_full_match(c, '[^@\s]+@[^@\s]+\.[^@\s]+')"),
        "url": n("regexp_matches(c, '^(https?://|www[.])')"),
        "key": n("regexp_full_match(c, '[A-Za-z]{0,5}[-_#]?[0-9]+|[0-9a-fA-F-]{24,36}"
                 "|[A-Za-z0-9]{15,18}') AND regexp_matches(c, '[0-9]')"),
    }
    listed = ", ".join(f"{sql} AS {name}" for name, sql in fields.items())
    return f"FROM ({dated}) SELECT i, {listed} GROUP BY i ORDER BY i"


def decimals(seen: Seen) -> str | None:
    """"." or "," when numbers of the column say so, "" when they disagree, None when none does."""
    if seen.dot_mark and seen.comma_mark:
        return ""
    if seen.comma_mark:
        return ","
    if seen.dot_mark:
        return "."
    return None


def orders(seen: Seen) -> str:
    """The style of the dates, "mixed" when cells disagree, "unclear" when none tells."""
    if seen.day_over_12 and seen.month_over_12:
        return "mixed"
    if seen.day_over_12:
        return "day first"
    if seen.month_over_12:
        return "month first"
    if seen.unclear:
        return "unclear"
    return "year first" if seen.year_slash else "iso"
