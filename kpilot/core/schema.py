"""The canonical tables: what every connector and every file is brought to.

One `Table` for each entity of the data model, one `Field` for each column. Everything that needs
to know the shape of the data (warehouse, mapping, import pages, reference docs) reads it here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "id", "text", "instant", "date", "time", "money", "number", "integer", "ratio", "boolean",
    "choice", "period"
]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of a canonical table.

    kind        `instant` fields hold a moment in UTC in `<name>` and, when the source gave a date
                without a time, the business date in `<name with _at replaced by _on>` instead.
            `time` fields hold a time of day as "HH:MM", on the clock of the organisation;
            `period` fields the name of a period as `parse_period` takes it.
    references  the table whose id stands here; files may give the id or the name.
    past        a past-facing date: it moves the horizon of the data (rule G3).
    virtual     a column files have and the warehouse has not: it is split when rows are staged.
    """

    name: str
    kind: Kind = "text"
    en: str = ""
    fr: str = ""
    required: bool = False
    references: str | None = None
    choices: tuple[str, ...] = ()
    past: bool = False
    virtual: bool = False

    @property
    def date_name(self) -> str:
        """The column that holds the date of an instant known only to the day."""
        return self.name[:-2] + "on" if self.name.endswith("_at") else f"{self.name}_on"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One canonical table: its fields, its key, and its name in both languages (plural)."""

    name: str
    en: str
    fr: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ("id",)
    is_entity: bool = True

    def field(self, name: str) -> Field:
        """The field called `name`; KeyError when there is none."""
        for field in self.all_fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name}.{name}")

    def has(self, name: str) -> bool:
        return any(f.name == name for f in self.all_fields)

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """The table's own fields and, for entities, those that every entity has."""
        return self.fields + (ENTITY_FIELDS if self.is_entity else ())


def columns(table: Table) -> Iterable[tuple[str, str]]:
    """(column, SQL type) of the warehouse table, an instant giving its two columns."""
    for field in table.all_fields:
        if field.virtual:
            continue
        yield field.name, SQL_TYPES[field.kind]
        if field.kind == "instant":
            yield field.date_name, "DATE"


SQL_TYPES: dict[Kind, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "period": "VARCHAR",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "time": "VARCHAR",
    "money": "DECIMAL(18, 4)",
    "number": "DOUBLE",
    "ratio": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}


def field(
    name: str,
    kind: Kind,
    en: str,
    fr: str,
    *,
    past: bool = False,
    virtual: bool = False,
    required: bool = False,
) -> Field:
    """A plain field; the short spelling that keeps the tables readable."""
    return Field(name=name, kind=kind, en=en, fr=fr, past=past, virtual=virtual, required=required)


def key(name: str = "id") -> Field:
    """The identifier of an entity."""
    return Field(name=name, kind="id", en="Identifier", fr="Identifiant", required=True)


def ref(name: str, table: str, en: str, fr: str, *, required: bool = False) -> Field:
    """A field that holds the id of a row of `table`."""
    return Field(name=name, kind="id", en=en, fr=fr, references=table, required=required)


def choice(name: str, en: str, fr: str, choices: str, *, required: bool = False) -> Field:
    """A field with a closed list of values, given as words."""
    return Field(
        name=name, kind="choice", en=en, fr=fr, choices=tuple(choices.split()), required=required
    )


ENTITY_FIELDS: tuple[Field, ...] = (
    field("created_at", "instant", "Created", "Création", past=True),
    field("updated_at", "instant", "Last modified", "Dernière modification"),
    field("deleted_at", "instant", "Deleted", "Suppression"),
    field("is_deleted", "boolean", "Is deleted", "Est supprimé", virtual=True),
    field("merged_into_id", "id", "Merged into", "Fusionné dans"),
    field("is_test", "boolean", "Is a test", "Est un essai"),
)
