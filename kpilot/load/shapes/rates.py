"""Exchange rates as banks, sites and companies write them, brought to from, to, date and rate.

A column for each currency, "EUR/USD", "1 USD = 0.92 EUR", "Units per EUR", or a currency alone: the
last says neither the other currency nor which way a rate goes. Then what currencies are worth
tells: 160 is yen for a euro, and no euros for a yen. Where two readings are likely, the file is
left out.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import phrase, plain
from kpilot.load.numbers import CODES, number
from kpilot.load.periods import month
from kpilot.load.plan import Style
from kpilot.load.shapes.cells import Column, kept, lookup, remade, says
from kpilot.load.shapes.desk import ALL, Desk, cell, column, kind_of, meant
from kpilot.load.shapes.lacking import lacks
from kpilot.warehouse.sql import Sql, fill, listed, one, text

# About how many make a euro: enough to tell which way a rate goes, not to count with.
WORTH: Mapping[str, float] = {
    "EUR": 1, "USD": 1.1, "GBP": 0.87, "CHF": 1.0, "CAD": 1.48, "AUD": 1.65, "NZD": 1.78,
    "JPY": 150, "CNY": 7.7, "INR": 90, "BRL": 5.6, "MXN": 20, "SEK": 11, "NOK": 11.2, "DKK": 7.46,
    "PLN": 4.4, "CZK": 25, "HUF": 380, "RON": 4.95, "BGN": 1.9558, "ZAR": 19.5, "MAD": 10.8,
    "TND": 3.35, "DZD": 146, "XOF": 655.957, "XAF": 655.957, "XPF": 119.33, "AED": 4.0,
    "SAR": 4.1, "ILS": 4.0, "HKD": 8.5, "SGD": 1.46, "KRW": 1430, "THB": 38, "ISK": 148,
    "IDR": 17000, "MYR": 5.0, "PHP": 61, "HRK": 7.53}
BASES = ("EUR", "USD", "GBP", "CHF", "CAD")
KNOWN = frozenset({*CODES, *WORTH, "TWD", "VND", "EGP", "NGN", "KES", "PKR", "PEN", "UYU", "RSD",
                   "CYP", "EEK", "LTL", "LVL", "MTL", "ROL", "SIT", "SKK", "TRL"})
DATES = ("date", "jour", "day", "time period", "titre", "date taux", "rate date",
         "month", "mois", "periode", "period")
PAIRS = ("pair", "currency pair", "paire", "paire de devises", "paire devises", "symbol",
         "instrument", "ticker", "devises", "currencies", "symbole", "parite")
MONEY = ("currency", "devise", "iso code", "code", "code devise", "currency code", "monnaie",
         "currency iso code", "from currency", "from", "de", "currency id", "code iso")
NAMES = (  # of columns that have no code; the first that is found
    ("CAD", r"dollars? canadiens?|canadian dollar"),
    ("AUD", r"dollars? australiens?|australian dollar"),
    ("USD", r"dollars? (des etats|us|americain)|(us|american) dollar"),
    ("GBP", r"livres? sterling|pounds? sterling|british pound"), ("JPY", r"\byens?\b"),
    ("CHF", r"francs? suisses?|swiss franc"), ("CNY", r"\byuan|renminbi"),
    ("SEK", r"couronnes? suedoises?|swedish kron"), ("DKK", r"couronnes? danoises?|danish kron"),
    ("NOK", r"couronnes? norvegiennes?|norwegian kron"), ("PLN", r"\bzlotys?\b"))
NAMED = ("fx", "rate", "rates", "taux", "devise", "devises", "exchange", "currency", "currencies",
         "eurofxref", "cours", "forex", "change")
FAR, CLEAR = 0.45, 0.12  # how far from what currencies are worth; how much farther the next reading
_PAIR = re.compile(r"\s*([A-Z]{3})\s?[/_\-→>:]?\s?([A-Z]{3})(?:=X)?\s*")
_SAID = re.compile(r"\s*([\d.,]*)\s*([A-Z]{3})\s*(?:=|vaut|to|→)\s*([\d.,]+)\s*([A-Z]{3})\s*")
_BRACKETS = re.compile(r"[(\[]([A-Z]{3})[)\]]")
_FOR_ONE = re.compile(  # "Units per EUR", "1 EUR =", "pour 1 EUR": so many for one of these
    r"(?:.*\b(?:per|for|par|pour)(?: 1| un| une)? ([A-Z]{3})|1 ([A-Z]{3}) ?=?.*)", re.IGNORECASE)
_ONE_IS = re.compile(r"([A-Z]{3}) (?:per|par|for|pour)\b.*", re.IGNORECASE)  # "EUR per unit"
_LONE = r"^\s*\d{1,4}[.,]\d{3}\s*$"  # 1,085 is one and a bit: no rate has thousands alone
_CONVERTS = Text(
    "it does not say which way its rates go: name the columns From, To, Date and Rate")


@dataclass(frozen=True, kw_only=True)
class _Rate:
    """Where one kind of rate stands: SQL of both currencies and of the figure."""

    origin: Sql
    goal: Sql
    value: Sql


def settle(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with every file of rates brought to one row for each pair and day."""
    return [_settled(desk, raw) if raw.rows and not raw.left_out and not raw.table else raw
            for raw in tables]


def _settled(desk: Desk, raw: RawTable) -> RawTable:
    named = bool({*NAMED} & {word for name in (raw.name, raw.file, raw.sheet)
                             for word in phrase(name).split()})
    held = _by_currency(raw)
    day = column(raw, *DATES)
    if day is not None and held and (named or len(held) > 2) and len(held) >= len(
            [c for c in raw.columns if not re.fullmatch(r"Column \d+", c)]) - 1:
        return _wide(desk, raw, day, held)
    is_fx = kind_of(raw) == "fx_rate"
    day = meant(raw, "fx_rate", "date") if is_fx else day
    if named and day is None and column(raw, *MONEY) is not None and any(
            _FOR_ONE.fullmatch(header) or "rate" in says("fx_rate", header)
            for header in raw.columns):
        return replace(raw, left_out=lacks("fx_rate", {"from_currency", "to_currency", "rate"}))
    if not (named or is_fx) or day is None:
        return raw
    if is_fx and (plain_one := _plain(desk, raw)):
        return plain_one
    found = next(_read(desk, raw), None)
    if found:
        return _made(desk, raw, day, [found])
    return _lacking(desk, raw, day) if is_fx else raw


def _plain(desk: Desk, raw: RawTable) -> RawTable | None:
    """The table as it is, when it has all four columns, with no rate that reads as thousands."""
    rate, *others = (meant(raw, "fx_rate", field)
                     for field in ("rate", "from_currency", "to_currency", "date"))
    if rate is None or None in others:
        return None
    if not any(re.fullmatch(_LONE, said) for said in desk.values(raw, rate)):
        return raw
    columns = kept(raw)
    columns[rate] = replace(columns[rate], sql=_figure(rate))
    return remade(desk, raw, columns, table="fx_rate")


def _by_currency(raw: RawTable) -> dict[int, tuple[str, str]]:
    """Column → (from, to) of each column of one currency; "" where the header does not say it."""
    found = {}
    for n, header in enumerate(raw.columns):
        pair = _PAIR.fullmatch(header.strip().upper())
        code = (_BRACKETS.search(header) or re.fullmatch(r"\s*([A-Z]{3})\s*", header))
        if pair and {pair[1], pair[2]} <= KNOWN:
            found[n] = (pair[1], pair[2])
        elif code and code[1] in KNOWN:
            found[n] = ("", code[1])
        elif named := next((of for of, words in NAMES if re.search(words, plain(header))), ""):
            found[n] = ("", named)
    return found


def _read(desk: Desk, raw: RawTable) -> Iterator[_Rate]:
    """What the columns say of both currencies of a rate, if they say it."""
    rate = meant(raw, "fx_rate", "rate")
    origin, goal = meant(raw, "fx_rate", "from_currency"), meant(raw, "fx_rate", "to_currency")
    if rate is not None and origin is not None and goal is not None:
        yield _Rate(origin=cell(origin), goal=cell(goal), value=_figure(rate))
    for n in range(len(raw.columns)):
        first = desk.values(raw, n, 20)
        if first and all(map(_SAID.fullmatch, first)):
            yield _Rate(value=lookup(desk, raw, n, _said_rate),
                        origin=lookup(desk, raw, n, lambda said: _part(_SAID, said, 2)),
                        goal=lookup(desk, raw, n, lambda said: _part(_SAID, said, 4)))
    pair = column(raw, *PAIRS)
    if pair is not None and rate is not None:
        yield _Rate(origin=lookup(desk, raw, pair, lambda said: _part(_PAIR, said.upper(), 1)),
                    goal=lookup(desk, raw, pair, lambda said: _part(_PAIR, said.upper(), 2)),
                    value=_figure(rate))
    money = column(raw, *MONEY)
    for n, header in enumerate(raw.columns):
        words = " ".join(re.findall(r"\w+|=", header))
        for_one, one_is = _FOR_ONE.fullmatch(words), _ONE_IS.fullmatch(words)
        base = ((for_one[1] or for_one[2]) if for_one else "").upper()
        if money is not None and base in KNOWN:
            yield _Rate(origin=text(base), goal=cell(money), value=_figure(n))
        elif money is not None and one_is and one_is[1].upper() in KNOWN:
            yield _Rate(origin=cell(money), goal=text(one_is[1].upper()), value=_figure(n))


def _part(pattern: re.Pattern[str], said: str, part: int) -> str | None:
    found = pattern.fullmatch(said)
    return found[part] if found else None


def _said_rate(said: str) -> str | None:
    found = _SAID.fullmatch(said)
    if not found:
        return None
    try:
        return f"{float(found[3].replace(',', '.')) / float(found[1].replace(',', '.') or 1):.10f}"
    except (ValueError, ZeroDivisionError):
        return None


def _figure(n: int) -> Sql:
    """SQL: the rate as text with a decimal point; what is no number stays as it is."""
    value = fill("CASE WHEN regexp_matches({c}, {lone}) THEN"
                 " TRY_CAST(replace({c}, ',', '.') AS DOUBLE) ELSE {number} END", c=cell(n),
                 lone=text(_LONE), number=Sql(number(cell(n), "DOUBLE", Style())))
    return fill("coalesce(printf('%.10f', {value}), {c})", value=value, c=cell(n))


def _made(desk: Desk, raw: RawTable, day: int, rates: Sequence[_Rate],
          notes: Sequence[Text] = ()) -> RawTable:
    """The table of these rates, those of a currency into itself left aside."""
    only = rates[0]
    headers = ("Date", "From", "To", "Rate")
    cells = (cell(day), only.origin, only.goal, only.value)
    return remade(desk, raw, [Column(header=h, sql=c) for h, c in zip(headers, cells, strict=True)],
                  table="fx_rate", notes=notes, where=fill(
                      "{origin} IS DISTINCT FROM {goal}", origin=only.origin, goal=only.goal))


def _wide(desk: Desk, raw: RawTable, day: int, held: Mapping[int, tuple[str, str]]) -> RawTable:
    alone = {n: code for n, (origin, code) in held.items() if not origin}
    reading = _reading({code: _middle(desk, raw, n) for n, code in alone.items()}) if alone \
        else ("", False)
    if reading is None:
        return replace(raw, left_out=_CONVERTS)
    base, inverse = reading
    when = fill("coalesce({month}, {day})", day=cell(day), month=lookup(
        desk, raw, day, lambda said: first.isoformat() if (first := month(said)) else None))
    parts = []
    for n, (origin, code) in sorted(held.items()):
        pair = (origin, code) if origin else (code, base) if inverse else (base, code)
        if pair[0] == pair[1]:
            continue
        parts.append(fill(
            '(SELECT "row" * {size} + {n} AS "row", {day} AS c0, {origin} AS c1, {goal} AS c2,'
            " {value} AS c3 FROM {raw} WHERE regexp_matches({day}, '\\d')"
            " AND regexp_matches({cell}, '^[\\s\\d.,]*\\d[\\s\\d.,]*$'))", size=Sql("1000"),
            n=Sql(str(n)), day=when, origin=text(pair[0]), goal=text(pair[1]),
            value=_figure(n), cell=cell(n), raw=Sql(raw.cells)))
    if not parts:
        return raw
    # A rate has a number of its own: that of its row, of its line in the file that comes out.
    made = desk.write(
        raw, fill('SELECT row_number() OVER (ORDER BY "row") + 1 AS "row", c0, c1, c2, c3 FROM'
                  " ({parts})", parts=listed(parts, between=" UNION ALL ")),
        ("Date", "From", "To", "Rate"), table="fx_rate", notes=_told(base, inverse))
    return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)


def _lacking(desk: Desk, raw: RawTable, day: int) -> RawTable:
    """A list of one currency and its rate each: the other is that which is always at one."""
    rate, money = meant(raw, "fx_rate", "rate"), meant(raw, "fx_rate", "from_currency")
    if rate is None or money is None:
        return replace(raw, left_out=_CONVERTS)
    codes = [code for code in desk.values(raw, money, 100) if re.fullmatch(r"[A-Z]{3}", code)]
    middles = {code: _middle(desk, raw, rate, fill("{c} = {code}", c=cell(money), code=text(code)))
               for code in codes}
    ones = [code for code, middle in middles.items() if middle == 1]
    reading = _reading({code: middle for code, middle in middles.items() if code not in ones},
                       ones[:1])
    if reading is None:
        return replace(raw, left_out=_CONVERTS)
    base, inverse = reading
    found = _Rate(origin=cell(money), goal=text(base), value=_figure(rate)) if inverse else _Rate(
        origin=text(base), goal=cell(money), value=_figure(rate))
    return _made(desk, raw, day, [found], _told(base, inverse))


def _told(base: str, inverse: bool) -> list[Text]:
    if not base:
        return []
    return [Text("Each rate is read as {base} for one of the currency.", base=base) if inverse else
            Text("Each rate is read as so many of the currency for one {base}.", base=base)]


def _middle(desk: Desk, raw: RawTable, n: int, where: Sql = ALL) -> float | None:
    middle: float | None = one(
        desk.cursor, "SELECT median(TRY_CAST(v AS DOUBLE)) FROM"
        " (SELECT {v} AS v FROM {raw} WHERE {where})", v=_figure(n), raw=Sql(raw.cells),
        where=where)[0]
    return middle


def _reading(middles: Mapping[str, float | None],
             bases: Sequence[str] = ()) -> tuple[str, bool] | None:
    """(the other currency, whether a rate counts that one) when the figures leave one reading."""
    known = {code: middle for code, middle in middles.items() if middle and code in WORTH}
    if not known:
        return None
    found = []
    # A table of dollars or francs has the euro in it: one without it is the euro's own.
    likely = ["EUR"] if "EUR" not in middles else [b for b in BASES if b not in middles]
    for base in [base for base in bases or likely if base in WORTH]:
        for inverse in (False, True):
            off = median(abs(math.log(middle) - (math.log(WORTH[base] / WORTH[code]) if inverse
                                                 else math.log(WORTH[code] / WORTH[base])))
                         for code, middle in known.items())
            found.append((off, base, inverse))
    found.sort()
    if not found or found[0][0] > FAR or (len(found) > 1 and found[1][0] - found[0][0] < CLEAR):
        return None
    return found[0][1], found[0][2]
