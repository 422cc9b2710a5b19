"""The tools of the grid: they write into cells, and nothing is kept until it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from kpilot.ask import facts
from kpilot.core.calendar import Period
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.text import Text
from kpilot.web.amounts import number
from kpilot.web.goals.timing import working_days
from kpilot.web.kpis.words import language
from kpilot.web.targets import reading
from kpilot.web.targets.grid import Sheet, sheet
from kpilot.web.targets.layout import Year, year_before
from kpilot.web.targets.past import Asked
from kpilot.web.targets.rights import Scope
from kpilot.web.targets.spreading import CENT, month_shares, spread

YEARS_BACK = 3


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What a tool was asked: for which rows, with which words of the form."""

    rows: str
    given: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.given.get(name, "").strip()


def fill(action: str, asked: Filling, sheet_: Sheet, ask_as: Asked) -> None:
    """Write what the tool makes into the cells of the rows; UserError when it cannot."""
    scopes = _rows(asked.rows, sheet_)
    match action:
        case "apply":
            value = reading.cell(asked.text("apply_value"), sheet_.kpi.unit, language())
            for scope in scopes:
                _write(sheet_, scope, [value] * len(sheet_.year.columns))
        case "spread":
            total = reading.cell(asked.text("spread_total"), sheet_.kpi.unit, language())
            if total is None:
                raise UserError("Write the total of the year to be spread.", code="no_total")
            if not sheet_.is_flow:
                raise UserError("What does not add up has no total to be spread.", code="no_sum")
            weights = _weights(asked.text("spread_by"), sheet_, ask_as)
            for scope in scopes:
                _write(sheet_, scope, [*spread(total, weights)])
        case "copy":
            _copy(asked, sheet_, ask_as, scopes)
        case _:
            raise UserError("“{action}” is no tool of the grid.", action=action, code="no_tool")


def _rows(word: str, sheet_: Sheet) -> Sequence[Scope]:
    """The rows named: "agents" for every person, "teams", or one as "team:north"."""
    mine = [place.scope for place in sheet_.places if sheet_.may.sets(place.scope)]
    kind, _colon, one = word.partition(":")
    if word in ("agents", "teams"):
        found = [scope for scope in mine if scope[0] == word[:-1]]
    else:
        found = [scope for scope in mine if scope == (kind, one)]
    if not found:
        raise UserError("Choose for whom: a row whose targets you may set.", code="no_row")
    return found


def _write(sheet_: Sheet, scope: Scope, values: Sequence[Decimal | None]) -> None:
    for key, value in zip(sheet_.year.keys, values, strict=False):
        sheet_.fill((scope, key), value)


def _weights(by: str, sheet_: Sheet, ask_as: Asked) -> list[float]:
    columns = sheet_.year.columns
    if by == "even":
        return [1.0] * len(columns)
    if by == "days":
        days = working_days(ask_as.project, sheet_.year.period.start, sheet_.year.period.end)
        return [float(sum(1 for day in days if column.period.start <= day < column.period.end))
                for column in columns]  # fmt: skip
    shares = season(sheet_.kpi, sheet_.year, ask_as)
    if shares is None or len(shares) != len(columns):
        raise UserError(
            "“{kpi}” has no complete year on record to take the season from.",
            kpi=sheet_.kpi.names[language()], code="no_year",
            hint=Text("Spread it evenly or by working days."),
        )  # fmt: skip
    return shares


def season(kpi: Kpi, year: Year, ask_as: Asked) -> list[float] | None:
    """The share of each month in the last complete years (three at most), as the reader sees them;
    None without a complete year."""
    known: list[list[float | None]] = []
    before = year
    covered = facts.coverage(ask_as.project, kpi, ask_as.cut) if kpi.date else None
    for _back in range(YEARS_BACK * 2):
        before = year_before(before, ask_as.project)
        is_over = before.period.end <= ask_as.cut.whole
        if not covered or covered.first > before.period.start + timedelta(7):
            break
        if is_over and len(known) < YEARS_BACK:
            known.append([_month(kpi, column.period, ask_as) for column in before.columns])
    return month_shares(known)


def _month(kpi: Kpi, period: Period, ask_as: Asked) -> float | None:
    row = ask_as.value(kpi.name, period)
    return None if row is None or row.partial or row.value is None else float(row.value)


def _copy(asked: Filling, sheet_: Sheet, ask_as: Asked, scopes: Sequence[Scope]) -> None:
    """Last year's targets, or results, and so much more or less."""
    change = number(asked.text("copy_change").rstrip("%").strip() or "0", language())
    if change is None:
        raise UserError("Write the change as 5%, or -3%.", code="bad_change")
    factor = 1 + change / 100
    if factor < 0:
        raise UserError("Nothing is left below -100%.", code="bad_change")
    last = year_before(sheet_.year, ask_as.project)
    found = 0
    before = sheet(sheet_.kpi, last, sheet_.places, sheet_.may, ask_as.project)
    for scope in scopes:
        for column, own in zip(last.columns, sheet_.year.columns, strict=False):
            if asked.text("copy_of") == "results":
                value = _result(sheet_.kpi, scope, column.period, ask_as)
            else:
                value = before.standing((scope, column.key))
            if value is not None:
                found += 1
                sheet_.fill((scope, own.key), _rounded(value * factor, sheet_.kpi))
    if not found:
        raise UserError("There is nothing on record for {year} to copy.", year=last.name,
                        code="nothing_to_copy")  # fmt: skip


def _result(kpi: Kpi, scope: Scope, period: Period, ask_as: Asked) -> Decimal | None:
    own = Asked(project=ask_as.project, reader=ask_as.reader, scope=scope, cut=ask_as.cut)
    row = own.value(kpi.name, period)
    is_known = row is not None and row.value is not None and not row.partial
    return Decimal(str(row.value)) if is_known and row is not None else None


def _rounded(value: Decimal, kpi: Kpi) -> Decimal:
    step = {"ratio": Decimal("0.001"), "count": Decimal(1)}.get(kpi.unit, CENT)
    return value.quantize(step, rounding=ROUND_HALF_UP)

