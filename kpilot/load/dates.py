"""SQL that reads a day or a moment as people and programs write it.

ISO goes through a bare cast. Everything else is first brought to ISO text by regular expressions
and then cast, so that 31/02/2024 is refused by the calendar itself. The engine's casts alone are
not to be trusted with text: they drop "PM", an offset, or any word after the time.
"""

from kpilot.load.numbers import SPACES, quoted, replaced
from kpilot.load.plan import Style

_MONTHS = {
    "01": "jan january janv janvier", "02": "feb february fev fevr fevrier",
    "03": "mar march mars", "04": "apr april avr avril", "05": "may mai",
    "06": "jun june juin", "07": "jul july juil juillet", "08": "aug august aout aou",
    "09": "sep sept september septembre", "10": "oct october octobre",
    "11": "nov november novembre", "12": "dec december decembre"}
MONTHS = {word: number for number, words in _MONTHS.items() for word in words.split()}
_DAYS = "mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim"
_SEP = r"[-/. ]"
_WEEKDAY = (
    rf"^(?:{_DAYS})[a-z]*[.,]?\s+(\d{{1,2}}(?:er|st|nd|rd|th)?{_SEP}+[a-z]|[a-z]{{3}})", r"\1")
_END = r"([^0-9].*|)$"
_ISO = (r"[1-9]\d{3}-\d{1,2}-\d{1,2}"
        r"(?: \d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?[ap]m)?(?:[+-](?:0\d|1[0-4]):[0-5]\d)?)?")
NUMERIC = ("serial", "unix", "unix ms")


def iso(cell: str, style: Style) -> str:
    """SQL: `cell` as `YYYY-M-D[ H:MM[:SS[.f]][+HH:MM]]`, or NULL when it is not written as a date.

    That the day exists is left to the cast that follows.
    """
    text = f"lower(strip_accents(trim({cell}, {quoted(SPACES)})))"
    months = ", ".join(f"{quoted(word)}: {quoted(number)}" for word, number in MONTHS.items())
    text = replaced(text, "(?:utc|gmt)", "z")
    word = "[a-z]{3,9}"
    named = (f"list_transform([{replaced(text, *_WEEKDAY)}], lambda d:"
             f" regexp_replace(d, '{word}\\.?',"
             f" 'm' || coalesce(MAP {{{months}}}[regexp_extract(d, '{word}')], '?')))[1]")
    text = f"CASE WHEN regexp_matches({text}, '[a-z]{{3}}') THEN {named} ELSE {text} END"
    orders = _ORDERS.get(style.dates, _CLEAR)
    for pattern, by in (*_NAMED, *orders, *_YEAR_FIRST, *_CENTURY, *_TIME):
        text = replaced(text, pattern, by)
    half = ("strftime(coalesce(try_strptime(i, '%Y-%m-%d %I:%M:%S %p'),"
            " try_strptime(i, '%Y-%m-%d %I:%M %p')), '%Y-%m-%d %H:%M:%S')")
    return (f"list_transform([{text}], lambda i: CASE WHEN NOT regexp_full_match(i, {quoted(_ISO)})"
            f" THEN NULL WHEN ends_with(i, 'm') THEN {half} ELSE i END)[1]")


# ~ marks a year that may have two digits.
_NAMED = (
    (r"^(\d{1,2})\. (\d{1,2})\. (\d{2})", r"\1.\2.\3"),  # 5. 3. 2024 as in German and Czech
    (rf"^(\d{{1,2}})(?:st|nd|rd|th|er)?[-/., ]*m(\d\d)[-/., ]*(\d{{4}}|\d\d){_END}",
     r"~\3-\2-\1\4"),
    (rf"^m(\d\d)[-/. ]*(\d{{1,2}})(?:st|nd|rd|th)?[-/., ]+(\d{{4}}|\d\d){_END}", r"~\3-\1-\2\4"),
    (rf"^(\d{{4}})[-/. ]*m(\d\d)[-/. ]*(\d{{1,2}}){_END}", r"\1-\2-\3\4"),
)
_ORDERS = {
    "day first": ((rf"^(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}}|\d\d){_END}", r"~\3-\2-\1\4"),),
    "month first": ((rf"^(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}}|\d\d){_END}", r"~\3-\1-\2\4"),),
}
_CLEAR = (  # no order is known: only days that can be no month
    (rf"^(1[3-9]|2\d|3[01]){_SEP}(\d{{1,2}}){_SEP}(\d{{4}}){_END}", r"\3-\2-\1\4"),
    (rf"^(\d{{1,2}}){_SEP}(1[3-9]|2\d|3[01]){_SEP}(\d{{4}}){_END}", r"\3-\1-\2\4"),
)
_YEAR_FIRST = (
    (rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_END}", r"\1-\2-\3\4"),
    (rf"^((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01]){_END}", r"\1-\2-\3\4"),
    (r"^((?:19|20)\d\d)-?(\d\d)-?(\d\d)t(\d\d)(\d\d)(\d\d)z?$", r"\1-\2-\3 \4:\5:\6"),
)
_CENTURY = ((r"^~(\d{4}-)", r"\1"), (r"^~([0-6]\d-)", r"20\1"), (r"^~([7-9]\d-)", r"19\1"))
_TIME = (
    (r"^(\d{4}-\d{1,2}-\d{1,2})(?: |,|t|at|a|-)+(\d{1,2}) ?[h:.] ?(\d\d)", r"\1 \2:\3"),
    (r"(:\d\d)[,](\d+)", r"\1.\2"),
    (r"(:\d\d(?:\.\d+)?) ?z$", r"\1+00:00"),
    (r"(:\d\d(?:\.\d+)?) ?z?([+-]\d\d)(?::?(\d\d))?$", r"\1\2:0\3"),
    (r"([+-]\d\d):0(\d\d)$", r"\1:\2"),
    (r"([+-]\d\d):0$", r"\1:00"),
    (r" ?([ap])\.?m\.?$", r" \1m"),
)


def _is_year(cell: str) -> str:
    """SQL: does the cell begin with a year? (The casts take "infinity" and 05-01-24 too.)"""
    return (f"{cell} >= '1' AND {cell} < ':' AND substr({cell}, 5, 1) IN ('-', '/')"
            f" AND substr({cell}, 2, 1) >= '0' AND substr({cell}, 3, 1) >= '0'")  # 8/10/2024


def _is_time(cell: str) -> str:
    """SQL: is it `YYYY-MM-DD?HH:MM:SS` with or without a fraction, and nothing after it?"""
    return (f"substr({cell}, 17, 1) = ':' AND {_is_year(cell)} AND (strlen({cell}) = 19 OR"
            f" (strlen({cell}) > 20 AND NOT regexp_matches(substr({cell}, 20), '[^0-9.]')))")


def day(cell: str, style: Style) -> str:
    """SQL: the DATE of `cell` as written (a time beside it is dropped), or NULL."""
    slow = f"CAST(TRY_CAST({iso(cell, style)} AS TIMESTAMP) AS DATE)"
    if style.dates in NUMERIC:
        return f"coalesce(CAST({_counted(cell, style)} AS DATE), {slow})"
    if style.dates in ("day first", "month first"):
        form = "%d/%m/%Y" if style.dates == "day first" else "%m/%d/%Y"
        fast = (f"CASE WHEN strlen({cell}) = 10 AND substr({cell}, 3, 1) = '/'"
                f" AND substr({cell}, 7, 1) IN ('1', '2')"
                f" THEN CAST(try_strptime({cell}, '{form}') AS DATE) END")
    else:
        fast = (f"CASE WHEN strlen({cell}) <= 10 THEN CASE WHEN {_is_year(cell)}"
                f" THEN TRY_CAST({cell} AS DATE) END"
                f" WHEN {_is_time(cell)} THEN CAST(TRY_CAST({cell} AS TIMESTAMP) AS DATE) END")
    return f"coalesce({fast}, {slow})"


def time_of_day(cell: str) -> str:
    """SQL: the time of day of `cell` ("9:00", "09:00:00", "9h30") as "HH:MM", or NULL."""
    text = f"lower(trim({cell}))"
    read = r"([01]?\d|2[0-4])(?:[:h]([0-5]\d)?(?::[0-5]\d(?:\.0+)?)?)?"
    hour, minute = (f"regexp_extract({text}, '{read}', {group})" for group in (1, 2))
    return (f"CASE WHEN regexp_full_match({text}, '{read}')"
            f" THEN lpad({hour}, 2, '0') || ':' || lpad({minute}, 2, '0') END")


def instant(cell: str, style: Style, zone: str, *, date_only: bool) -> tuple[str, str]:
    """SQL of the moment in UTC and of the day, when only a day is given; the other one is NULL.

    A time without an offset is taken in `zone`; with `date_only` midnight is no time.
    """
    if style.dates in NUMERIC:
        return _counted_instant(cell, style, zone, date_only=date_only)
    text = iso(cell, style)
    wall = f"TRY_CAST({text} AS TIMESTAMP)"
    slow_at = (f"list_transform([{text}], lambda w: CASE WHEN NOT contains(w, ':') THEN NULL"
               f" WHEN regexp_matches(w, '[+-][0-9]{{2}}:[0-9]{{2}}$')"
               f" THEN TRY_CAST(w AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
               f" ELSE {_utc('TRY_CAST(w AS TIMESTAMP)', zone)} END)[1]")
    slow_on = (f"list_transform([{text}], lambda w: CASE WHEN NOT contains(w, ':')"
               f" THEN TRY_CAST(w AS DATE) END)[1]")
    local = f"TRY_CAST({cell} AS TIMESTAMP)"
    at = (f"CASE WHEN {_is_time(cell)} THEN {_utc(local, zone)}"
          f" WHEN strlen({cell}) <= 10 AND {_is_year(cell)} THEN NULL"
          f" WHEN strlen({cell}) = 20 AND ends_with({cell}, 'Z')"
          f" AND {_is_time(f'left({cell}, 19)')} THEN {local} ELSE {slow_at} END")
    on = (f"CASE WHEN strlen({cell}) <= 10 AND {_is_year(cell)} THEN TRY_CAST({cell} AS DATE)"
          f" WHEN {_is_time(cell)} THEN NULL ELSE {slow_on} END")
    if not date_only:
        return at, on
    clock = (f"CASE WHEN {_is_time(cell)} THEN {local} ELSE {wall} END")
    midnight = f"coalesce({clock} = date_trunc('day', {clock}), false)"
    return (f"CASE WHEN NOT {midnight} THEN {at} END",
            f"CASE WHEN {midnight} THEN CAST({clock} AS DATE) ELSE {on} END")


def _utc(local: str, zone: str) -> str:
    if zone == "UTC":
        return local
    # As timezone('UTC', …), which looks the calendar up a second time for every row.
    return f"make_timestamp(epoch_us(timezone({quoted(zone)}, {local})))"


def _counted(cell: str, style: Style) -> str:
    """SQL: the TIMESTAMP of a count of days (from a spreadsheet), seconds or milliseconds."""
    n = f"TRY_CAST({cell} AS DOUBLE)"
    if style.dates == "serial":
        return (f"CASE WHEN {n} BETWEEN 1 AND 2958465 THEN TIMESTAMP '1899-12-30'"
                f" + to_seconds(round({n} * 86400)) END")
    scale = 1_000_000 if style.dates == "unix" else 1_000
    return (f"CASE WHEN {n} * {scale} BETWEEN 0 AND 4102444800000000"
            f" THEN make_timestamp(CAST({n} * {scale} AS BIGINT)) END")


def _counted_instant(cell: str, style: Style, zone: str, *, date_only: bool) -> tuple[str, str]:
    at, on = instant(cell, Style(decimal=style.decimal), zone, date_only=date_only)
    stamp = _counted(cell, style)
    if style.dates == "serial":
        whole = f"TRY_CAST({cell} AS DOUBLE) = floor(TRY_CAST({cell} AS DOUBLE))"
        return (f"coalesce(CASE WHEN NOT {whole} THEN {_utc(stamp, zone)} END, {at})",
                f"coalesce(CASE WHEN {whole} THEN CAST({stamp} AS DATE) END, {on})")
    if not date_only:
        return f"coalesce({stamp}, {at})", on
    midnight = f"{stamp} = date_trunc('day', {stamp})"
    return (f"coalesce(CASE WHEN NOT {midnight} THEN {stamp} END, {at})",
            f"coalesce(CASE WHEN {midnight} THEN CAST({stamp} AS DATE) END, {on})")
