"""Leads and opportunities in one list, told apart by a column of types, are two tables.

Programs that turn a lead into an opportunity by changing its type keep one row for both. Such a row
is the opportunity it became, and, where the day of the change is known, the lead that it was.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import plain
from kpilot.load.shapes.desk import Desk, cell, column, kind_of, meant, take
from kpilot.warehouse.sql import Sql, fill, listed, text

TYPES = ("type", "record type", "type id")
LEADS = frozenset(("lead", "leads", "piste", "prospect"))
OPPORTUNITIES = frozenset(("opportunity", "opportunities", "opportunite", "deal", "affaire"))
CHANGED = ("date conversion", "conversion date", "date de conversion", "converted on")


def part(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with each list of both as one of leads and one of opportunities."""
    made: list[RawTable] = []
    for raw in tables:
        one_of = raw.rows and not raw.left_out and kind_of(raw) in ("lead", "opportunity")
        made += _parted(desk, raw) if one_of else [raw]
    return made


def _parted(desk: Desk, raw: RawTable) -> list[RawTable]:
    types, own = column(raw, *TYPES), meant(raw, "opportunity", "id")
    said = desk.values(raw, types) if types is not None else []
    leads = [word for word in said if plain(word) in LEADS]
    others = [word for word in said if plain(word) in OPPORTUNITIES]
    if types is None or not leads or len(leads) + len(others) < len(said):
        return [raw]
    is_lead = fill("{type} IN ({leads})", type=cell(types), leads=listed(map(text, leads)))
    kept = [n for n in range(len(raw.columns)) if n != types]
    headers, cells = [raw.columns[n] for n in kept], [cell(n) for n in kept]
    changed, stage = column(raw, *CHANGED), meant(raw, "lead", "status_id")
    was_lead, link = Sql("FALSE"), list[Sql]()
    if changed is not None and own is not None:
        was_lead = fill("{day} IS NOT NULL AND NOT ({is_lead})", day=cell(changed), is_lead=is_lead)
        link = [fill("CASE WHEN {was_lead} THEN {own} END", was_lead=was_lead, own=cell(own))]
    of_leads = [fill("CASE WHEN {is_lead} THEN {own} END", is_lead=is_lead, own=cell(n))
                if n == stage else cell(n) for n in kept]
    lead = desk.write(
        raw, take(raw, [*of_leads, *link],
                  fill("{is_lead} OR {was_lead}", is_lead=is_lead, was_lead=was_lead)),
        [*("converted at" if n == changed else raw.columns[n] for n in kept),
         *(["converted opportunity id"] if link else [])], name=f"{raw.name} lead", table="lead",
        notes=[Text("“{file}” holds leads and opportunities: each goes where its type says.",
                    file=raw.name)])
    opportunity = desk.write(
        raw, take(raw, [*cells, *link], fill("NOT coalesce({is_lead}, FALSE)", is_lead=is_lead)),
        [*headers, *(["lead id"] if link else [])], table="opportunity")
    found = [replace(opportunity, bad=raw.bad, bad_rows=raw.bad_rows), lead]
    return [one for one in found if one.rows]
