"""Contacts that a CRM moves through a life cycle are leads too; users may stand behind owners."""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import phrase
from kpilot.load.shapes.desk import Desk, beside, cell, column, kind_of, take, with_mark
from kpilot.warehouse.sql import Sql, fill, listed, text

LIFE = ("lifecyclestage", "lifecycle stage", "phase de cycle de vie", "phase du cycle de vie")
# Steps of the cycle that come before anyone is a lead, or beside it.
NOT_YET = frozenset({"subscriber", "abonne", "evangelist", "evangeliste", "other", "autre"})
# header of a contact → field of the lead
TAKEN = {
    "created_at": ("createdate", "created at", "create date", "created date", "date de creation"),
    "owner_id": ("hubspot owner id", "owner id", "contact owner", "proprietaire contact"),
    "channel_id": ("analytics source", "original source", "lead source", "source d origine"),
    "email": ("email", "adresse email"), "phone": ("phone", "mobilephone", "telephone"),
    "first_name": ("firstname", "first name", "prenom"),
    "last_name": ("lastname", "last name", "nom de famille"),
    "account_id": ("associatedcompanyid", "associated company id", "account id"),
    "updated_at": ("lastmodifieddate", "last modified date"),
    "is_deleted": ("fivetran deleted", "is deleted"),
    "merged_into_id": ("merged into id",),
    "qualified_at": ("lifecyclestage salesqualifiedlead date",
                     "date entered salesqualifiedlead",
                     "lifecyclestage marketingqualifiedlead date"),
    "converted_at": ("lifecyclestage opportunity date", "date entered opportunity"),
}


def find_leads(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables and, where contacts have a life cycle and no file is of leads, their leads."""
    made = _owners(desk, tables)
    if any(kind_of(raw) == "lead" for raw in made):
        return made
    for raw in [raw for raw in made if kind_of(raw) == "contact" and raw.rows]:
        life, own = column(raw, *LIFE), column(raw, "id", "contact id", "record id", "vid")
        if life is not None and own is not None:
            made.append(_leads(desk, raw, own, life))
    return made


def _leads(desk: Desk, raw: RawTable, own: int, life: int) -> RawTable:
    steps = [step for step in desk.values(raw, life) if phrase(step) not in NOT_YET]
    taken = [(field, found) for field, words in TAKEN.items()
             if (found := column(raw, *words)) is not None]
    columns, cells = with_mark(
        raw, ("id", "contact_id", "status_id", *(field for field, _ in taken)),
        (cell(own), cell(own), cell(life), *(cell(found) for _, found in taken)))
    come_far = fill("{life} IN ({steps})", life=cell(life),
                    steps=listed([text(step) for step in steps] or [Sql("NULL")]))
    return desk.write(raw, take(raw, cells, come_far), columns, name=f"{raw.name} lead",
                      table="lead", notes=(Text(
                          "“{file}” says how far each contact has come: those who are leads or"
                          " further are leads.", file=raw.name),))


def _owners(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """Two lists of the same people: owners with the id of the user, and the users themselves.

    Records name owners; what a user adds is the team, and the rows of the users are no others.
    """
    agents = [raw for raw in tables if kind_of(raw) == "agent"]
    for owners in agents:
        behind = column(owners, "active user id", "user id", "userid")
        own = column(owners, "owner id", "id")
        if behind is None or own is None or own == behind:
            continue
        for users in agents:
            key = column(users, "id", "user id")
            if users is owners or key is None or column(users, "active user id") is not None:
                continue
            gone = replace(users, left_out=Text(
                "its rows are the users behind the owners of “{file}”", file=owners.name))
            team = column(users, "primary team id", "team id")
            new = owners
            if team is not None and column(owners, "team id") is None:
                new = _with_team(desk, owners, behind, users, key, team)
            return [new if raw is owners else gone if raw is users else raw for raw in tables]
    return list(tables)


def _with_team(desk: Desk, owners: RawTable, behind: int, users: RawTable, key: int,
               team: int) -> RawTable:
    teams = fill("SELECT {key} AS k, any_value({team}) AS v FROM {users} GROUP BY 1",
                 key=cell(key), team=cell(team), users=Sql(users.cells))
    made = desk.write(owners, beside(owners, behind, teams), (*owners.columns, "team_id"), notes=(
        Text("“{file}” is read together with “{other}”, which gives it “{column}”.",
             file=owners.name, other=users.name, column=users.columns[team]),))
    return replace(made, bad=owners.bad, bad_rows=owners.bad_rows)
