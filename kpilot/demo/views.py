"""Columns as an export shows them: names instead of identifiers, and the dirt of real lists."""

from collections.abc import Mapping

import numpy as np

from kpilot.demo.chance import Array, Columns, stream
from kpilot.demo.days import days_until

MISSPELT_PRODUCTS = (("Tamiso Sensor Pro", "Tamiso SensorPro", 0.16),
                     ("Ruvento Cloud Entreprise", "Ruvento Cloud Enterprise", 0.2))
MISSPELT_AGENTS = (("Élodie Garnier", "Elodie Garnier", 0.25),
                   ("Koen Verhaegen", "Koen Verhagen", 0.2))
MISSPELT_BEFORE_DAYS = 400
EMPTY_MARKERS = ("-", "n/a", "")
IMPOSSIBLE_DATES = ("2025-02-31", "2024-13-05", "0000-00-00")


def views(rows: Mapping[str, Columns], seed: int) -> dict[str, Columns]:
    """The tables with further columns for the files: `owner`, `channel`, `stage`, `close_date` …"""
    names = {table: dict(zip(rows[table]["id"].tolist(), rows[table]["name"].tolist(),
                             strict=True))
             for table in ("agent", "channel", "campaign", "product", "pipeline", "stage",
                           "lead_status")}

    def by_name(table: str, column: str, of: str, field: str) -> Columns:
        shown[table] = {**shown[table], column: _names(shown[table][field], names[of])}
        return shown[table]

    shown = dict(rows)
    for table, column, of, field in (
        ("campaign", "channel", "channel", "channel_id"), ("stage", "pipeline", "pipeline",
                                                           "pipeline_id"),
        ("account", "owner", "agent", "owner_id"), ("account", "channel", "channel",
                                                    "first_channel_id"),
        ("lead", "owner", "agent", "owner_id"), ("lead", "status", "lead_status", "status_id"),
        ("lead", "channel", "channel", "channel_id"), ("lead", "campaign", "campaign",
                                                       "campaign_id"),
        ("opportunity", "pipeline", "pipeline", "pipeline_id"),
        ("opportunity", "stage", "stage", "stage_id"), ("opportunity", "owner", "agent",
                                                        "owner_id"),
        ("opportunity", "channel", "channel", "channel_id"),
        ("opportunity", "product", "product", "product_id"),
        ("stage_history", "stage", "stage", "stage_id"),
        ("lead_status_history", "status", "lead_status", "status_id"),
        ("order", "owner", "agent", "owner_id"),
    ):
        by_name(table, column, of, field)
    _opportunities(shown, seed)
    _others(shown, seed)
    return shown


def _names(values: Array, names: Mapping[str, str]) -> Array:
    """Each identifier's name; "" stays empty."""
    known, place = np.unique(values, return_inverse=True)
    return np.array([names.get(value, "") for value in known.tolist()])[place]


def _opportunities(shown: dict[str, Columns], seed: int) -> None:
    """One close date for open and closed, percent signs, misspelt names, marks for no amount."""
    rng = stream(seed, "dirt")
    table = dict(shown["opportunity"])
    closed, expected = table["closed_on"], table["expected_close_date"]
    table["close_date"] = np.where(np.isnat(closed), expected, closed)
    percent = np.rint(table["probability"] * 100).astype(np.int64).astype(np.str_)
    table["percent"] = np.char.add(percent, "%")
    last = closed[~np.isnat(closed)].max()
    old = ~np.isnat(closed) & (closed < last - np.timedelta64(MISSPELT_BEFORE_DAYS, "D"))
    for column, misspelt in (("product", MISSPELT_PRODUCTS), ("owner", MISSPELT_AGENTS)):
        for right, wrong, share in misspelt:
            slips = old & (table[column] == right) & (rng.random(len(old)) < share)
            table[column] = np.where(slips, wrong, table[column])
    amount = np.array(plain(table["amount"]))
    marks = np.array(EMPTY_MARKERS)[(rng.random(len(amount)) * 3).astype(np.int64)]
    table["amount"] = np.where(np.isnan(table["amount"]), marks, amount)
    shown["opportunity"] = table


def _others(shown: dict[str, Columns], seed: int) -> None:
    """Doubles that shout their address, days that don't exist, French dates."""
    rng = stream(seed, "dirt elsewhere")
    lead = dict(shown["lead"])
    first = np.unique(lead["email"], return_index=True)[1]
    doubles = np.ones(len(lead["email"]), np.bool_)
    doubles[first] = False
    loud = doubles & (rng.random(len(doubles)) < 0.5)
    lead["email"] = np.where(loud, np.char.upper(lead["email"]), lead["email"])
    shown["lead"] = lead
    contact = dict(shown["contact"])
    made = np.array(text(contact["created_at"]))
    for number, impossible in enumerate(IMPOSSIBLE_DATES):
        made[(number + 1) * 611 % len(made)] = impossible
    contact["created_at"] = made
    shown["contact"] = contact
    account = dict(shown["account"])
    account["created_on"] = french_dates(account["created_at"].astype("M8[D]"))
    shown["account"] = account
    order = dict(shown["order"])
    at = order["ordered_at"]
    day = at.astype("M8[D]")
    offset = days_until(day.max().item()).utc_offset
    first_day = np.datetime64(days_until(day.max().item()).start)
    hours = offset[np.maximum((day - first_day).astype(np.int64), 0)]
    local = np.char.replace(np.datetime_as_string(at + hours.astype("m8[h]"), unit="m"), "T", " ")
    order["ordered_at_local"] = np.array([
        f"{value[8:10]}/{value[5:7]}/{value[:4]}{value[10:]}" for value in local.tolist()])
    shown["order"] = order


def french_dates(days: Array) -> Array:
    """31/12/2026."""
    return np.array([f"{d[8:]}/{d[5:7]}/{d[:4]}" for d in np.datetime_as_string(days).tolist()])


def text(column: Array, *, comma: bool = False) -> list[str]:
    """The cells of a column as an export writes them."""
    kind = column.dtype.kind
    if kind == "M":
        cells = np.datetime_as_string(column).tolist()
        end = "Z" if np.datetime_data(column.dtype)[0] == "s" else ""
        return ["" if cell == "NaT" else cell + end for cell in cells]
    if kind == "f":
        cells = plain(column)
        return [cell.replace(".", ",") for cell in cells] if comma else cells
    if kind == "b":
        yes, no = ("oui", "non") if comma else ("true", "false")
        return [yes if value else no for value in column.tolist()]
    return [str(value) for value in column.tolist()] if kind != "U" else column.tolist()


def plain(column: Array) -> list[str]:
    """Numbers without needless zeros; NaN is empty."""
    return ["" if value != value else repr(int(value)) if value == int(value) else repr(value)
            for value in column.tolist()]
