"""Figures as people read them, in English and French; `frontend/src/format.ts` has the same rules.

A figure is made in two parts, the number and what follows it (unit, scale), so that a card can set
the second smaller. Rounding is half up on the decimal writing of the value, never on its binary.
Cards show three significant figures, tables show cents; percent KPIs move in points.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

NARROW = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
Value = int | float | Decimal
Unit = Literal["count", "ratio", "currency", "days", "seconds", "months", "multiple"]
Parts = tuple[str, str]

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "PLN": "zł"}
MINOR_UNITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "XAF": 0, "XOF": 0, "TND": 3, "KWD": 3}
_WIDE = Context(prec=60)
SCALES: dict[str, tuple[tuple[int, str], ...]] = {
    "en": ((9, "B"), (6, "M"), (3, "k")),
    "fr": ((9, "Md"), (6, "M"), (3, "k")),
}


def number(value: int, language: str) -> str:
    """A whole number with thousands separators: 1,234 or 1 234 (narrow no-break space)."""
    return decimal(value, language, 0)


def decimal(value: Value, language: str, digits: int, *, strip: bool = False) -> str:
    """The value to `digits` decimals; `strip` drops zeros at the end of the decimals."""
    rounded = _round(_exact(value), digits)
    whole, _, rest = f"{abs(rounded):.{max(digits, 0)}f}".partition(".")
    rest = rest.rstrip("0") if strip else rest
    whole = f"{int(whole):,}"
    if language == "fr":
        whole = whole.replace(",", NARROW)
    text = f"{whole}{',' if language == 'fr' else '.'}{rest}" if rest else whole
    return f"{MINUS}{text}" if rounded < 0 else text


def percent(fraction: Value, language: str, digits: int = 1) -> str:
    """A fraction as a percentage: 0.443 is 44.3% or 44,3 %."""
    return "".join(_percent(fraction, language, digits))


def points(difference: Value, language: str) -> str:
    """How a percentage moved, with its sign: 0.035 is +3.5 points."""
    shown = _round(_exact(difference).scaleb(2), 1)
    one = abs(shown) < 2 if language == "fr" else abs(shown) == 1
    return f"{_signed(decimal(shown, language, 1))}{NO_BREAK}{'point' if one else 'points'}"


def money(amount: Value, currency: str, language: str) -> str:
    """An amount to the cent, for tables: €42,150.00 or 42 150,00 €."""
    text = decimal(amount, language, MINOR_UNITS.get(currency, 2))
    return "".join(_with_currency(text, "", currency, language))


def money_short(amount: Value, currency: str, language: str) -> str:
    """An amount to three significant figures, for cards: €2.4M or 2,4 M€."""
    return "".join(_money_short(amount, currency, language))


def figure(
    value: Value | None, unit: Unit, language: str, *, currency: str = "", short: bool = False
) -> str:
    """A KPI's value in its unit; `short` as cards show it, otherwise as tables do."""
    return "".join(parts(value, unit, language, currency=currency, short=short))


def parts(
    value: Value | None, unit: Unit, language: str, *, currency: str = "", short: bool = True
) -> Parts:
    """The number of a KPI's value, and the unit behind it with the space that parts them."""
    if value is None:
        return missing(language), ""
    match unit:
        case "ratio":
            return _percent(value, language, 1)
        case "currency" if short:
            return _money_short(value, currency, language)
        case "currency":
            text = decimal(value, language, MINOR_UNITS.get(currency, 2))
            return _with_currency(text, "", currency, language)
        case "days":
            return _days(value, language)
        case "seconds":
            return _seconds(value, language)
        case "months":
            return _months(value, language)
        case "multiple":
            space = NO_BREAK if language == "fr" else ""
            digits = 2 if abs(_exact(value)) < 10 else 1
            return decimal(value, language, digits, strip=True), f"{space}×"
        case _:
            return _count(value, language, short)


def missing(language: str) -> str:
    """What stands where no value is known; no value is not zero."""
    return "n.d." if language == "fr" else "n/a"


def change(value: Value, before: Value, unit: Unit, language: str) -> str | None:
    """How far `value` is from `before`, with its sign; None when it cannot be said.

    Percentages move in points, durations and multiples in their own unit, all else by percent,
    and from nothing by nothing.
    """
    difference = _exact(value) - _exact(before)
    if unit == "ratio":
        return points(difference, language)
    if unit in ("days", "seconds", "months", "multiple"):
        return _signed(figure(difference, unit, language))
    if not before:
        return None
    return _signed(percent(difference / abs(_exact(before)), language))


def interval(
    low: Value, high: Value, unit: Unit, language: str, *, currency: str = "", digits: int = 0
) -> str:
    """Both ends of an interval with the unit once: 36–53% or 36–53 %, €1.42–1.97M.

    `digits` are the decimals of percentages; ends below zero are parted by a word.
    """
    if unit == "ratio":
        ends = [_percent(end, language, digits) for end in (low, high)]
    elif unit == "currency":
        power = _power(_exact(high))
        ends = [_scaled_money(end, power, currency, language) for end in (low, high)]
    else:
        ends = [parts(end, unit, language, currency=currency) for end in (low, high)]
    (first, first_unit), (last, last_unit) = ends
    if low < 0:
        joint = " à " if language == "fr" else " to "
        return f"{first}{first_unit}{joint}{last}{last_unit}"
    if unit == "currency" and language != "fr":
        last = last.removeprefix(_prefix(currency))
    if unit == "seconds" and first_unit != last_unit:
        return f"{first}{first_unit}{DASH}{last}{last_unit}"
    return f"{first}{DASH}{last}{last_unit}"


def _exact(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _round(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_WIDE)


def _signed(text: str) -> str:
    return f"+{text}" if text[:1] != MINUS and any(sign in text for sign in "123456789") else text


def _percent(fraction: Value, language: str, digits: int) -> Parts:
    text = decimal(_exact(fraction).scaleb(2), language, digits)
    return text, f"{NO_BREAK}%" if language == "fr" else "%"


def _three(value: Decimal) -> tuple[Decimal, int]:
    """The value to three significant figures, and how many decimals that leaves."""
    if not value:
        return value, 0
    rounded = _round(value, 2 - value.adjusted())
    return rounded, max(0, 2 - rounded.adjusted())


def _power(value: Decimal) -> int:
    rounded, _ = _three(value)
    return next((power for power, _ in SCALES["en"] if abs(rounded) >= Decimal(10) ** power), 0)


def _money_short(amount: Value, currency: str, language: str) -> Parts:
    return _scaled_money(amount, _power(_exact(amount)), currency, language)


def _scaled_money(amount: Value, power: int, currency: str, language: str) -> Parts:
    scaled, digits = _three(_exact(amount).scaleb(-power))
    letters = dict(SCALES[language]).get(power, "")
    # The small end of a wide interval has no finer decimals than the large one could have.
    text = decimal(scaled, language, min(digits, 2) if power else digits, strip=True)
    return _with_currency(text, letters, currency, language)


def _with_currency(text: str, scale: str, currency: str, language: str) -> Parts:
    if language == "fr":
        symbol = SYMBOLS.get(currency, currency)
        space = NO_BREAK if scale and len(symbol) > 1 else ""
        return text, f"{NO_BREAK}{scale}{space}{symbol}" if scale or symbol else ""
    minus, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{minus}{_prefix(currency)}{digits}", scale


def _prefix(currency: str) -> str:
    symbol = SYMBOLS.get(currency, currency)
    return f"{symbol}{NO_BREAK}" if len(symbol) > 1 else symbol


def _count(value: Value, language: str, short: bool) -> Parts:
    exact = _exact(value)
    power = _power(exact)
    if short and abs(exact) >= 10_000 and power:
        scaled, digits = _three(exact.scaleb(-power))
        space = NO_BREAK if language == "fr" else ""
        letters = f"{space}{dict(SCALES[language])[power]}"
        return decimal(scaled, language, digits, strip=True), letters
    return decimal(exact, language, 1, strip=True), ""


def _days(value: Value, language: str) -> Parts:
    exact = _exact(value)
    shown = _round(exact, 0 if abs(exact) >= 100 else 1)
    text = decimal(shown, language, 1, strip=True)
    if language == "fr":
        return text, f"{NO_BREAK}{'jour' if abs(shown) < 2 else 'jours'}"
    return text, f"{NO_BREAK}{'day' if abs(shown) == 1 else 'days'}"


def _months(value: Value, language: str) -> Parts:
    exact = _exact(value)
    shown = _round(exact, 0 if abs(exact) >= 100 else 1)
    plural = "month" if abs(shown) == 1 else "months"
    text = decimal(shown, language, 1, strip=True)
    return text, f"{NO_BREAK}{'mois' if language == 'fr' else plural}"


def _seconds(value: Value, language: str) -> Parts:
    exact = _exact(value)
    size, sign = abs(exact), MINUS if exact < 0 else ""
    if size < 90:
        return decimal(exact, language, 0), f"{NO_BREAK}s"
    minutes = int(_round(size / 60, 0))
    if minutes < 90:
        return f"{sign}{minutes}", f"{NO_BREAK}min"
    if minutes < 48 * 60:
        return f"{sign}{minutes // 60}{NO_BREAK}h{NO_BREAK}{minutes % 60:02d}", ""
    return _days(exact / 86400, language)
