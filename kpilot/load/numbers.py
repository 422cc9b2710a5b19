"""SQL that reads a number as people write it: `60 000,00 €`, `(1,234.50)`, `12 %`, `1.234,56-`.

A cell is read by its own signs when these leave one reading only; a lone separator before three
digits is read by the column's style; what contradicts itself is refused, never guessed.
"""

from kpilot.load.plan import Style

# ISO codes and signs that may stand before or after an amount.
CODES = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "BRL", "MXN", "SEK",
         "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "ZAR", "MAD", "TND",
         "DZD", "XOF", "XAF", "XPF", "AED", "SAR", "ILS", "HKD", "SGD", "KRW", "THB", "ARS", "CLP",
         "COP", "PEN")
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₺": "TRY",
         "zł": "PLN", "R$": "BRL", "A$": "AUD", "C$": "CAD", "US$": "USD", "Fr.": "CHF"}
SPACES = " \t\u00a0\u2007\u2009\u202f"
_GAP = f"[{SPACES}'’]"
_MONEY = "(?:(?i:" + "|".join(CODES) + r"|euros?|kr)|R\$|[ACU]S?\$|zł|Fr\.|[€$£¥₹₽₺])"


def quoted(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def replaced(value: str, pattern: str, by: str) -> str:
    """SQL of `value` with the first match of a regular expression replaced."""
    return f"regexp_replace({value}, {quoted(pattern)}, {quoted(by)})"


def bare(cell: str, *, percent: bool) -> str:
    """SQL: the cell without currency, brackets, plus (and percent) signs; a minus in front."""
    gaps = f"[{SPACES}]*"
    text = f"trim({cell}, {quoted(SPACES)})"
    text = replaced(text, r"^\((.*)\)$", r"-\1")
    text = replaced(text, rf"^([-+−–]?){gaps}{_MONEY}{gaps}", r"\1")
    text = replaced(text, rf"{gaps}(?:{_MONEY}{'|%' if percent else ''})$", "")
    text = replaced(text, rf"^((?:[^-−–].*)?[0-9]){gaps}[-−–]$", r"-\1")
    return f"ltrim({replaced(text, f'^[-−–]{gaps}', '-')}, '+')"


def plain(cell: str, style: Style, *, percent: bool = False) -> str:
    """SQL: the number of `cell` as digits with a decimal point, or NULL when there is no number."""
    by_style = {".": "replace(t, ',', '')",
                ",": "replace(replace(t, '.', ''), ',', '.')"}.get(style.decimal, "NULL")
    whole = r"-?\d{1,3}"
    rules = (
        (r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,2})?", "t"),
        (rf"{whole}(?:{_GAP}\d{{3}})+(?:[.,]\d*)?",
         f"replace(regexp_replace(t, {quoted(_GAP)}, '', 'g'), ',', '.')"),
        (rf"{whole}(?:\.\d{{3}})+,\d*|{whole}(?:\.\d{{3}}){{2,}}",
         "replace(replace(t, '.', ''), ',', '.')"),
        (rf"{whole}(?:,\d{{3}})+\.\d*|{whole}(?:,\d{{3}}){{2,}}"
         r"|-?\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d*)?",  # 12,34,567.89 as in India
         "replace(t, ',', '')"),
        (r"-?\d*,\d+(?:[eE][+-]?\d{1,2})?|-?\d+,|-?\.\d+", "replace(t, ',', '.')"),
    )
    lone = r"-?[1-9]\d{0,2}[.,]\d{3}"  # a lone separator before three digits
    cases = "".join(f" WHEN regexp_full_match(t, {quoted(pattern)}) THEN {made}"
                    for pattern, made in ((lone, by_style), *rules))
    return f"list_transform([{bare(cell, percent=percent)}], lambda t: CASE{cases} END)[1]"


def number(cell: str, sql_type: str, style: Style, *, percent: bool = False) -> str:
    """SQL: the number of `cell` as `sql_type` (DECIMAL or DOUBLE), or NULL.

    Cells that are plain already take a bare cast; only the others go through the rules. With
    `percent` a percent sign is left out, not refused.
    """
    slow = f"TRY_CAST({plain(cell, style, percent=percent)} AS {sql_type})"
    if style.decimal == ".":
        fast = f"TRY_CAST({cell} AS {sql_type})"
        if sql_type == "DOUBLE":
            fast = f"CASE WHEN isfinite({fast}) THEN {fast} END"
    elif style.decimal == ",":
        fast = (f"CASE WHEN NOT contains({cell}, '.')"
                f" THEN TRY_CAST(replace({cell}, ',', '.') AS {sql_type}) END")
        if sql_type == "DOUBLE":
            fast = f"CASE WHEN {cell} < 'A' AND NOT ends_with({cell}, 'f') THEN {fast} END"
    else:
        fast = f"CASE WHEN NOT contains({cell}, '.') THEN TRY_CAST({cell} AS {sql_type}) END"
    return f"coalesce({fast}, {slow})"


def ratio(cell: str, style: Style) -> str:
    """SQL: a share as a fraction; cells with %, or all of them when the style says so, by 100."""
    value = number(cell, "DOUBLE", style, percent=True)
    if style.percent:
        return f"({value}) / 100"
    return f"(CASE WHEN contains({cell}, '%') THEN ({value}) / 100 ELSE {value} END)"


def integer(cell: str, style: Style) -> str:
    """SQL: a whole number; 12.0 is one and 12.5 is refused."""
    value = number(cell, "DECIMAL(18, 4)", style)
    return (f"coalesce(CASE WHEN regexp_full_match({cell}, '-?[0-9]{{1,18}}')"
            f" THEN TRY_CAST({cell} AS BIGINT) END,"
            f" list_transform([{value}], lambda n: CASE WHEN n = trunc(n)"
            f" THEN n::BIGINT END)[1])")
