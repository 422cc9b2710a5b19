"""Where a column may go: a field of the table, or of a row the table refers to (`owner.team_id`).

A flat export describes other things beside its own: the account's industry, the owner's team.
Such a column goes to `<reference>.<field>`, the reference being a field ending in `_id` without
that ending: in opportunities `account.industry`, `owner.email`, `product.category`, `stage.name`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kpilot.core.schema import Field, Table
from kpilot.core.tables import TABLES

SHORT = {
    "team": "owner.team_id", "parent_team": "owner.parent_team",
    "segment": "account.segment", "industry": "account.industry", "country": "account.country",
    "category": "product.category",
}


@dataclass(frozen=True, kw_only=True)
class Target:
    """One place a column can go.

    through  the field of `table` that refers to the row described, or None for its own field
    of       the table `field` belongs to (`table` itself, or the one referred to)
    """

    name: str
    table: str
    field: Field
    of: str
    through: Field | None = None


@lru_cache(maxsize=10_000)
def find(table: str, name: str) -> Target | None:
    """The place called `name` in `table`; None when there is none.

    Friendly spellings are understood: "team" for team_id, "close date" for close_date,
    "owner team" and "owner.team" for owner.team_id.
    """
    word = name.strip().lower().replace("-", "_").replace(" ", "_")
    head, dot, tail = word.partition(".")
    if dot:
        return _attribute(TABLES[table], head, tail)
    found = _own(TABLES[table], word)
    if found:
        return Target(name=found.name, table=table, field=found, of=table)
    for place in range(1, len(word)):
        if word[place] == "_":
            target = _attribute(TABLES[table], word[:place], word[place + 1:])
            if target:
                return target
    head, _, tail = SHORT.get(word, "").partition(".")
    return _attribute(TABLES[table], head, tail) if tail else None


def names(table: str) -> Iterator[str]:
    """Every name `find` knows for the table: its own fields, then those of its references."""
    own = TABLES[table]
    for field in own.all_fields:
        yield field.name
    for field in own.all_fields:
        if field.references in TABLES and field.name.endswith("_id"):
            for other in TABLES[field.references].fields:
                if other.name != "id":
                    yield f"{field.name[:-3]}.{other.name}"


def _own(table: Table, word: str) -> Field | None:
    for candidate in (word, f"{word}_id", f"{word}_at", f"{word}_date", f"is_{word}"):
        if table.has(candidate):
            return table.field(candidate)
    if word == table.name and table.has("name"):
        return table.field("name")
    return None


def _attribute(table: Table, head: str, tail: str) -> Target | None:
    through = _own(table, head)
    if through is None or through.references is None or through.references not in TABLES:
        return None
    other = TABLES[through.references]
    found = _own(other, tail)
    if found is None or found.name == "id":
        return None
    return Target(name=f"{through.name.removesuffix('_id')}.{found.name}", table=table.name,
                  field=found, of=other.name, through=through)
