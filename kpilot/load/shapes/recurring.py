"""Subscriptions with their price beside them: recurring revenue from the day each one started.

Billing services export one row for each subscription, with what it costs for a month or a year.
kpilot counts recurring revenue from a table of its own, and without it a subscription is worth
nothing. A price for a year is worth a twelfth a month; a trial is worth nothing yet. Months written
alone are brought to their first day, and files of changes are refused: a level is wanted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import fold, phrase
from kpilot.load.periods import month
from kpilot.load.shapes.cells import (
    NOTHING,
    Column,
    all_read,
    day_reader,
    figure,
    is_month_end,
    kept,
    lookup,
    next_month,
    remade,
    written,
)
from kpilot.load.shapes.desk import Desk, cell, column, kind_of, meant
from kpilot.warehouse.sql import Sql, fill, listed

MONTHLY = ("mrr", "monthly recurring revenue", "montant mensuel", "montant mensuel ht",
           "prix mensuel", "prix mensuel ht", "monthly price", "monthly amount", "monthly fee",
           "mensualite", "mensualite ht", "price month", "loyer mensuel", "revenu mensuel",
           "abonnement mensuel", "mrr cents", "mrr amount", "mrr ht", "current mrr")
YEARLY = ("arr", "annual recurring revenue", "montant annuel", "montant annuel ht", "prix annuel",
          "prix annuel ht", "annual price", "annual amount", "yearly price", "annual fee",
          "redevance annuelle", "acv", "annual contract value", "yearly amount", "arr ht",
          "annual value")
PRICES = ("amount", "price", "plan amount", "montant", "prix", "montant ht", "prix ht", "total",
          "plan price", "recurring amount", "unit amount")
INTERVALS = ("interval", "billing period unit", "plan interval", "billing period", "periodicite",
             "frequence", "billing frequency", "billing cycle", "period unit", "billing interval",
             "frequence de facturation", "periode de facturation", "term", "plan interval unit")
TRIAL_ENDS = ("trial end", "trial end utc", "trial ends at", "fin d essai", "trial ended at",
              "trial end date", "fin essai")
STATES = ("status", "state", "statut", "etat", "subscription status")
UNPAID = frozenset({"trialing", "in trial", "trial", "essai", "en essai", "incomplete", "future",
                    "incomplete expired", "pending", "draft", "brouillon", "a venir"})
CHANGES = ("mrr change", "mrr movement", "change", "movement", "delta", "variation", "mrr delta",
           "variation mrr", "mouvement", "variation de mrr", "mrr impact", "net mrr change")
FILES = frozenset({"subscription", "subscriptions", "abonnement", "abonnements", "contrats",
                   "contracts", "mrr", "arr", "recurly", "chargebee", "stripe"})
TIMES: Mapping[str, float] = {"month": 1, "monthly": 1, "mois": 1, "mensuel": 1, "mensuelle": 1,
    "m": 1, "months": 1, "year": 12, "yearly": 12, "annual": 12, "annually": 12, "an": 12,
    "annuel": 12, "annuelle": 12, "annee": 12, "years": 12, "y": 12, "quarter": 3, "quarterly": 3,
    "trimestre": 3, "trimestriel": 3, "trimestrielle": 3, "semester": 6, "semestriel": 6,
    "semestrielle": 6, "half yearly": 6, "semiannual": 6, "week": 12 / 52, "weekly": 12 / 52,
    "day": 12 / 365, "daily": 12 / 365, "1 month": 1, "12 months": 12, "1 year": 12, "3 months": 3,
    "6 months": 6, "every month": 1, "every year": 12}


def value(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with the recurring revenue of subscriptions as a table of its own."""
    made: list[RawTable] = []
    for raw in tables:
        made += _valued(desk, raw, tables) if raw.rows and not raw.left_out and not raw.table \
            else [raw]
    return made


def _valued(desk: Desk, raw: RawTable, tables: Sequence[RawTable]) -> list[RawTable]:
    kind = kind_of(raw)
    words = {word for name in (raw.name, raw.sheet) for word in phrase(name).split()}
    if kind not in ("subscription", "subscription_mrr") and not words & FILES:
        return [raw]
    if column(raw, *CHANGES) is not None and "mrr" in words | {
            word for header in raw.columns for word in fold(header).split()}:
        return [replace(raw, left_out=Text(
            "it holds changes of recurring revenue, and kpilot wants its level: the MRR from each"
            " date on, 0 when it ends"))]
    whose = meant(raw, "subscription", "account_id")
    start = meant(raw, "subscription", "started_at")
    since = meant(raw, "subscription_mrr", "from_date")
    monthly, yearly = column(raw, *MONTHLY), column(raw, *YEARLY)
    if monthly is None and kind == "subscription_mrr":
        monthly = meant(raw, "subscription_mrr", "mrr")
    ended = meant(raw, "subscription", "ended_at") is not None
    if monthly is None and yearly is not None and start is None and "arr" in words:
        monthly = yearly
    is_level = kind == "subscription_mrr" or (words & {"mrr", "arr"} and any(
        meant(raw, "subscription_mrr", field) is not None
        for field in ("account_id", "subscription_id")))
    if is_level and since is not None and monthly is not None and not (
            ended and start is not None):
        return [_levels(desk, raw, since, monthly, 12 if monthly == yearly else 1)]
    priced = next((n for n in (monthly, yearly) if n is not None), None)
    interval = column(raw, *INTERVALS)
    price = priced if priced is not None else column(raw, *PRICES) if interval is not None else None
    if kind == "subscription" and price is None and not any(
            kind_of(other) == "subscription_mrr" for other in tables):
        return [replace(raw, format=replace(raw.format, notes=(*raw.format.notes, Text(
            "{file} gives no price for a month or a year: its subscriptions bring no recurring"
            " revenue. Add a column “MRR”.", file=raw.name))))]
    if whose is None or start is None or price is None:
        return [raw]
    return _parted(desk, raw, start, price, None if priced is not None else interval,
                   12 if priced is not None and priced == yearly else 1)


def _levels(desk: Desk, raw: RawTable, since: int, monthly: int, months: int) -> RawTable:
    """Levels by date: the month made its first day, cents made units."""
    columns = kept(raw)
    if all_read(desk, raw, since, month):
        columns[since] = Column(header="From", sql=lookup(
            desk, raw, since, lambda said: _iso(month(said))))
    if _cents(raw.columns[monthly]) != 1 or months != 1:
        columns[monthly] = Column(header="MRR", sql=_worth(desk, raw, monthly, Sql(str(months))))
    elif meant(raw, "subscription_mrr", "mrr") != monthly:
        columns[monthly] = Column(header="MRR", sql=cell(monthly))
    return remade(desk, raw, columns, table="subscription_mrr")


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def _last(moment: date | None) -> date | None:
    return moment if moment and is_month_end(moment) else None


def _first(moment: date | None) -> date | None:
    return moment if moment and moment.day == 1 else None


def _cents(header: str) -> int:
    return 100 if re.search(r"cents?\b|centimes", header.replace("_", " "), re.IGNORECASE) else 1


def _worth(desk: Desk, raw: RawTable, price: int, months: Sql) -> Sql:
    """SQL: what the price is worth in a month, as text with a decimal point."""
    return fill("CASE WHEN {months} IS NULL THEN NULL ELSE coalesce(printf('%.4f', {value}"
                " / ({months} * {cents})), {c}) END", c=cell(price), months=months,
                value=figure(price, written(desk, raw, price)),
                cents=Sql(str(_cents(raw.columns[price]))))


def _parted(desk: Desk, raw: RawTable, start: int, price: int, interval: int | None,
            months: int) -> list[RawTable]:
    """The subscriptions, and what each is worth from its start, or its trial's end."""
    per: Sql = Sql(str(months))
    if interval is not None:
        if not all_read(desk, raw, interval, _months):
            return [raw]
        per = fill("CAST({months} AS DOUBLE)", months=lookup(desk, raw, interval, _months))
    own, whose = meant(raw, "subscription", "id"), meant(raw, "subscription", "account_id")
    money = meant(raw, "subscription", "currency")
    trial, state = column(raw, *TRIAL_ENDS), column(raw, *STATES)
    since = cell(start) if trial is None else fill("coalesce({trial}, {start})", trial=cell(trial),
                                                   start=cell(start))
    columns = [Column(header="Account", sql=cell(whose) if whose is not None else NOTHING),
               Column(header="From", sql=since),
               Column(header="MRR", sql=_worth(desk, raw, price, per))]
    header = raw.columns[price]
    if (sign := re.search(r"[€$£]|\b(EUR|USD|GBP|CHF|CAD)\b", header)) and money is None:
        columns[-1] = replace(columns[-1], header=f"MRR ({sign[0]})")
    if money is not None:
        columns.append(Column(header="Currency", sql=cell(money)))
    key, end = own, meant(raw, "subscription", "ended_at")
    subscriptions, ending = kept(raw, without=[price]), []
    read = day_reader(desk, raw, start, *([] if end is None else [end]))
    if end is not None and all_read(desk, raw, end, lambda said: _last(read(said))) and all_read(
            desk, raw, start, lambda said: _first(read(said))):
        # From the first of a month to the last of one: the last is still paid for.
        ended = Column(header="End", sql=lookup(desk, raw, end, lambda said: _iso(
            next_month(last) if (last := read(said)) else None)))
        subscriptions = [ended if column == Column(header=raw.columns[end], sql=cell(end))
                         else column for column in subscriptions]
        ending = [Text("“{column}” of {file} is read as the last day of each subscription, which"
                       " is paid for.", column=raw.columns[end], file=raw.name)]
    if key is None:  # known by all but its price, its end and its state, which change
        told = [cell(n) for n in range(len(raw.columns)) if n not in (price, end, state)]
        made_id = fill("md5(concat_ws(chr(31), {told}))", told=listed(told))
        subscriptions = [Column(header="Subscription ID", sql=made_id), *subscriptions]
        columns.append(Column(header="Subscription", sql=made_id))
    else:
        columns.append(Column(header="Subscription", sql=cell(key)))
    paid = Sql("TRUE") if state is None else fill(
        "NOT ({c} IS NOT NULL AND {unpaid} IS NOT NULL)", c=cell(state),
        unpaid=lookup(desk, raw, state, _unpaid))
    made = [remade(desk, raw, subscriptions, table="subscription", notes=ending)]
    revenue = remade(
        desk, raw, columns, table="subscription_mrr", name=f"{raw.name} MRR",
        where=fill("{price} IS NOT NULL AND {paid}", price=cell(price), paid=paid), notes=[Text(
            "The recurring revenue of {file} is its “{column}”, from the start of each"
            " subscription to its end.", file=raw.name, column=header)])
    return [*made, revenue] if revenue.rows else made


def _months(said: str) -> str | None:
    times = TIMES.get(phrase(said))
    return None if times is None else str(times)


def _unpaid(said: str) -> str | None:
    return "unpaid" if phrase(said) in UNPAID else None

