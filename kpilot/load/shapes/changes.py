"""One file of single changes becomes a history of stages, one of owners, of amounts, of dates.

Two shapes are known. A property history has a row for each change: which record, when, the name of
the property and its new value. A snapshot has a row for each version of the record with its stage,
amount, owner and close date side by side. Rows that repeat a value are sorted out when they are
staged: here nothing is compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import dictionary, phrase
from kpilot.load.meanings import exact
from kpilot.load.shapes.desk import ALL, SURE, Desk, cell, column, kind_of, meant, take, with_mark
from kpilot.warehouse.sql import fill, text

# field of the record → (history, its value)
KEPT = {
    "opportunity": {
        "stage_id": ("stage_history", "stage_id"), "owner_id": ("owner_history", "agent_id"),
        "amount": ("amount_history", "amount"),
        "close_date": ("close_date_history", "expected_close_date"),
        "expected_close_date": ("close_date_history", "expected_close_date"),
        "probability": ("probability_history", "probability")},
    "lead": {"status_id": ("lead_status_history", "status_id"),
             "owner_id": ("lead_owner_history", "agent_id")},
}
OF = {
    "opportunity": ("deal id", "opportunity id", "deal", "opportunity", "id affaire", "affaire",
                    "id opportunite", "opportunite", "id transaction", "transaction"),
    "lead": ("lead id", "lead", "id prospect", "prospect", "contact id", "id contact"),
    "": ("company id", "account id", "ticket id", "task id", "id entreprise", "id compte"),
}
ANY = ("record id", "object id", "item id", "id fiche informations", "id objet",
       "id enregistrement")
AT = ("timestamp", "timestamp instant", "created date", "created at", "changed at", "change date",
      "changed on", "edit date", "log time", "create date", "date", "fivetran start", "time",
      "date de changement", "date changement", "date modification", "modifie le", "date et heure")
PROPERTY = ("property", "property name", "field", "field name", "field key", "name", "champ",
            "nom du champ", "nom champ", "propriete", "nom propriete", "field event")
VALUE = ("new value", "property value", "valeur propriete", "value", "nouvelle valeur", "valeur",
         "to value", "to")


def split(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with every file of changes replaced by the histories that are in it."""
    has_leads = any(kind_of(raw) == "lead" for raw in tables)
    own = {kind_of(raw) for raw in tables if _of(raw) is None and not _is_snapshot(raw)}
    made: list[RawTable] = []
    for raw in tables:
        if raw.table or raw.left_out or not raw.rows:
            made.append(raw)
        elif (of := _of(raw)) is not None:
            made += _properties(desk, raw, of, own, has_leads=has_leads)
        elif _is_snapshot(raw):
            made += _versions(desk, raw)
        else:
            made.append(raw)
    return made


def _of(raw: RawTable) -> str | None:
    """Whose properties the file follows ("" for records kpilot has no history of), else None."""
    if None in (column(raw, *AT), column(raw, *PROPERTY), column(raw, *VALUE)):
        return None
    found = next((of for of, words in OF.items() if column(raw, *words) is not None), None)
    if found is not None or column(raw, *ANY) is None:
        return found
    named = f" {phrase(raw.name)} "  # the file says whose history it is
    return next((of for of in ("opportunity", "lead") for word in dictionary().tables[of].files
                 if f" {word} " in named), None)


def _properties(desk: Desk, raw: RawTable, of: str, own: set[str | None], *,
                has_leads: bool) -> Iterator[RawTable]:
    if not of or (of == "lead" and not has_leads):
        yield replace(raw, left_out=Text("kpilot keeps no history of these records"))
        return
    record, at = column(raw, *OF[of], *ANY), column(raw, *AT)
    named, value = column(raw, *PROPERTY), column(raw, *VALUE)
    if record is None or at is None or named is None or value is None:
        return
    properties = desk.values(raw, named)
    found = [(history, field, heard) for history, (field, heard) in _chosen(of, properties).items()
             if history not in own]
    if not found:
        yield replace(raw, left_out=Text(
            "none of its properties is one that kpilot follows: {names}",
            names=", ".join(properties[:5])))
    for history, field, heard in found:
        columns, cells = with_mark(raw, (f"{of}_id", "at", field),
                                   (cell(record), cell(at), cell(value)))
        yield desk.write(
            raw, take(raw, cells, fill("{property} = {heard}", property=cell(named),
                                       heard=text(heard))), columns,
            name=f"{raw.name} {history}", table=history)


def _chosen(of: str, properties: Sequence[str]) -> dict[str, tuple[str, str]]:
    """history → (its field, the property that tells it), the surest one of each."""
    best: dict[str, tuple[float, str, str]] = {}
    for name in properties:
        for meaning in exact(of, name)[:1]:
            history, field = KEPT[of].get(meaning.field, ("", ""))
            if history and meaning.confidence > max(SURE, best.get(history, (0.0,))[0]):
                best[history] = meaning.confidence, field, name
    return {history: (field, heard) for history, (_, field, heard) in best.items()}


def _is_snapshot(raw: RawTable) -> bool:
    """Whether each row is one version of an opportunity with more than its stage."""
    if kind_of(raw) != "stage_history" or _of(raw) is not None \
            or meant(raw, "opportunity", "stage_id") is None:
        return False
    return any(meant(raw, "opportunity", field) is not None
               for field in ("amount", "owner_id", "close_date", "expected_close_date"))


def _versions(desk: Desk, raw: RawTable) -> Iterator[RawTable]:
    record = column(raw, *OF["opportunity"], "id")
    at = column(raw, "fivetran start", "dbt valid from", "valid from", *AT)
    if record is None or at is None:
        yield raw
        return
    seen = set()
    for field, (history, value) in KEPT["opportunity"].items():
        told = meant(raw, "opportunity", field)
        if told is None or history in seen:
            continue
        seen.add(history)
        columns, cells = with_mark(raw, ("opportunity_id", "at", value),
                                   (cell(record), cell(at), cell(told)))
        where = fill("{told} IS NOT NULL", told=cell(told)) if value == "stage_id" else ALL
        yield desk.write(raw, take(raw, cells, where), columns, name=f"{raw.name} {history}",
                         table=history)
