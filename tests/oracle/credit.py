"""Shared credit and several products: rules G16 and G17, told record by record.

A record is cut into parts: one for each person in it, with the share of the record that is theirs,
and one for each product, with the share of its value. A question that names no person (or no
product) leaves it whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tests.oracle.book import Rows
from tests.oracle.deeds import ended
from tests.oracle.figures import Record, key_of, parent
from tests.oracle.lives import NOBODY, NONE, World
from tests.oracle.moments import When

SHARED = ("touched", "touch_equal", "split")
PEOPLE = ("agent", "team", "team_parent")


@dataclass(frozen=True)
class Part:
    """A person in a record, the team of that day, and the share that is theirs."""

    agent: str
    team: str
    weight: float


def is_by(world: World, moment: When, event: When) -> bool:
    """No later than the event; a bare date on either side counts to its end."""
    tz = world.setup.tz
    if moment.is_day or event.is_day:
        return moment.day(tz) <= event.day(tz)
    return moment.at <= event.at


def toucher_ids(world: World, owned: Any, event: When, deeds: Iterable[dict]) -> list[str]:
    """Every person who owned the record, or did something about it, up to the event."""
    if owned.owners:
        by = [o for o in owned.owners if world.is_by(o["when"], event)] or owned.owners[:1]
        found = {o["agent_id"] for o in by}
    else:
        found = {owned.row.get("owner_id")}
    for row in deeds:
        at = None if row.get("is_automated") else ended(world, row)
        if at and is_by(world, at, event):
            found.add(row.get("agent_id"))
    return sorted(agent for agent in found if agent and world.is_human(agent))


def parts(
    world: World, event: When | None, owned: Any, deeds: Iterable[dict], in_charge: str
) -> dict[str, list[Part]]:
    """mode → the people in a record."""
    day = event.day(world.setup.tz) if event else None
    who = toucher_ids(world, owned, event, deeds) if event else []
    who = who or [NOBODY]

    def made(shares: Iterable[tuple[str, float]]) -> list[Part]:
        return [Part(agent, world.team_on(agent, day), weight) for agent, weight in shares]

    explicit = [
        (row["agent_id"], row["weight"]) for row in world.tables.get("opportunity_split", [])
        if row["opportunity_id"] == owned.row["id"]
    ]  # fmt: skip
    if abs(sum(weight for _, weight in explicit) - 1) > 1e-6:
        explicit = [(in_charge, 1.0)]
    return {
        "touched": made((agent, 1.0) for agent in who),
        "touch_equal": made((agent, 1 / len(who)) for agent in who),
        "split": made(explicit),
    }


def line_shares(lines: list[dict], own: str | None) -> list[tuple[str, float]]:
    """(product, share of the value): by the amounts of the lines, equally without any."""
    if not lines:
        return [(own or NONE, 1.0)]
    whole = sum(float(line.get("net_amount") or 0) for line in lines)
    found: dict[str, float] = {}
    for line in lines:
        amount = float(line.get("net_amount") or 0)
        share = amount / whole if whole else 1 / len(lines)
        product = line.get("product_id") or NONE
        found[product] = found.get(product, 0.0) + share
    return list(found.items())


def person_key(world: World, part: Part, name: str) -> str:
    if name == "agent":
        return part.agent
    return part.team if name == "team" else parent(world, part.team)


def cut(
    world: World, row: Record, mode: str, asked: Any, keeps: Any
) -> dict[tuple[str, ...], Record]:
    """key → what of a record is in that group; `keeps(name, id)` is the question's filter."""
    named = {*asked.by, *(one[0] for one in asked.where)}
    people: list[Part | None] = [None]
    if mode in SHARED and (named & set(PEOPLE) or asked.reader is not None):
        people = [
            part for part in row.parts[mode]
            if (asked.reader is None or part.agent in asked.reader)
            and all(keeps(name, person_key(world, part, name)) for name in PEOPLE)
        ]  # fmt: skip
    goods: list[tuple[str, float] | None] = [None]
    if "product" in named and row.products:
        goods = [one for one in row.products if keeps("product", one[0])]
    found: dict[tuple[str, ...], tuple[set[Any], set[Any]]] = {}
    for part in people:
        for good in goods:
            key = tuple(
                person_key(world, part, name) if part and name in PEOPLE
                else good[0] if good and name == "product"
                else key_of(world, row, (name,), mode)[0]
                for name in asked.by
            )  # fmt: skip
            who, what = found.setdefault(key, (set(), set()))
            who.add(part)
            what.add(good)
    return {key: scaled(row, mode, *sides) for key, sides in found.items()}


def scaled(row: Record, mode: str, who: set[Any], what: set[Any]) -> Record:
    """The record with the credit and the value that these people and products have of it."""
    weight = 1.0
    if mode in ("touch_equal", "split") and None not in who:
        weight = sum(part.weight for part in who)
    worth = weight * (1.0 if None in what else sum(share for _, share in what))
    value = None if row.value is None else row.value * worth
    return replace(row, weight=weight, value=value)


def lines_of(world: World, id_: str) -> list[dict]:
    """The lines of an opportunity, with those of the ones merged into it (G9)."""
    return [row for row in world.all("opportunity_line") if world.opportunity_of(row) == id_]


def deeds_on(world: World, leads: Iterable[str]) -> list[dict]:
    wanted = set(leads)
    return [row for row in world.all("activity") if row.get("lead_id") in wanted]


def opened_up(world: World, rows: Rows, event: Any) -> Rows:
    """Rows of opportunities with their people and products; `event(life)` is what they are of."""
    found = []
    for row in rows:
        life = row.of
        id_ = life.row["id"]
        deeds = [row for row in world.all("activity") if world.opportunity_of(row) == id_]
        in_charge = row.agents["owner_at_event"]
        row.parts = parts(world, event(life), life, deeds, in_charge)
        lines = lines_of(world, life.row["id"])
        row.products = line_shares(lines, life.row.get("product_id"))
        found.append(row)
    return found
