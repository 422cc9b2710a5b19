"""Files of links are joined to the records they link: a deal gets its company, a call its deal.

A link file has two ids and nothing that matters besides. Where a record has several links of one
kind, the first counts, one marked as the main one before the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import fold
from kpilot.load.meanings import exact
from kpilot.load.shapes.desk import Desk, beside, cell, column, kind_of
from kpilot.warehouse.sql import Sql, fill, one

# What a header of a link file identifies.
IDS = {
    "deal id": "opportunity", "opportunity id": "opportunity", "company id": "account",
    "account id": "account", "contact id": "contact", "engagement id": "activity",
    "owner id": "agent", "user id": "agent", "team id": "team",
}
# The record comes before what is noted of it: a deal takes its company, a call its deal.
RECORDS = ("activity", "opportunity", "agent")
FIELDS = {"account": "account_id", "contact": "contact_id", "opportunity": "opportunity_id",
          "team": "team_id"}
BESIDES = frozenset({
    "id", "type", "type id", "category", "engagement type", "label", "role", "fivetran synced",
    "fivetran deleted", "is deleted", "is team primary", "is secondary user", "is primary",
    "created date", "created at", "created by id", "last modified date", "last modified by id",
    "system modstamp", "association type", "association type id"})
MAIN = ("is primary", "is team primary")
GONE = ("fivetran deleted", "is deleted")
MERGED = (("deal id", "merged deal id"), ("canonical vid", "vid to merge"),
          ("contact id", "vid to merge"))


@dataclass(frozen=True, kw_only=True)
class Link:
    """A file that says something of the records of another: `of` is whose, `key` the column of
    their id, `value` the column of what is said, `header` what that is called there."""

    raw: RawTable
    of: str
    words: str
    key: int
    value: int
    header: str
    field: str


def join(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with the link files gone into those they speak of."""
    found = [(raw, _link(raw)) for raw in tables]
    mains = [raw for raw, link in found if link is None]
    left: list[RawTable] = []
    for link in (link for _, link in found if link):
        joined = [_into(desk, raw, link) for raw in mains]
        if any(new is not raw for new, raw in zip(joined, mains, strict=True)):
            mains = joined
        else:
            left.append(replace(link.raw, left_out=_why(mains, link)))
    return [*mains, *left]


def _link(raw: RawTable) -> Link | None:
    headers = [fold(header) for header in raw.columns]
    for survivor, gone in MERGED:
        if survivor in headers and gone in headers:
            return Link(raw=raw, of="contact" if "vid" in gone else "opportunity",
                        words=survivor, key=headers.index(gone), value=headers.index(survivor),
                        header="merged_into_id", field="merged_into_id")
    ids = [n for n, header in enumerate(headers) if header in IDS]
    if len(ids) != 2 or set(headers) - BESIDES - {headers[n] for n in ids}:
        return None
    kinds = [IDS[headers[n]] for n in ids]
    for record in RECORDS:
        if record in kinds:
            key = ids[kinds.index(record)]
            value = ids[1 - kinds.index(record)]
            field = FIELDS.get(IDS[headers[value]], "")
            return Link(raw=raw, of=record, words=headers[key], key=key, value=value,
                        header=raw.columns[value], field=field) if field else None
    return None


def _key(raw: RawTable, link: Link) -> int | None:
    """The column of `raw` that holds the ids the link speaks of."""
    if kind_of(raw) != link.of:
        return None
    return column(raw, link.words, "id") if link.words != "canonical vid" else column(raw, "id")


def _has(raw: RawTable, field: str) -> bool:
    return any(found[0].field == field and found[0].confidence > 0.9
               for header in raw.columns if (found := exact(kind_of(raw) or "", header)[:1]))


def _into(desk: Desk, raw: RawTable, link: Link) -> RawTable:
    """The table with one more column; itself when the link has nothing for it."""
    key = _key(raw, link)
    if key is None or _has(raw, link.field) or (
            link.of == "activity" and link.field == "contact_id"):
        return raw
    main = column(link.raw, *MAIN)
    gone = column(link.raw, *GONE)
    linked = fill("""
        SELECT {key} AS k, {value} AS v FROM {link} WHERE {value} IS NOT NULL AND NOT {gone}
        QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {main} DESC, "row") = 1
        """, key=cell(link.key), value=cell(link.value), link=Sql(link.raw.cells),
        gone=_says_yes(gone), main=_says_yes(main))
    if not one(desk.cursor, "SELECT count(*) FROM {raw} WHERE {key} IN (SELECT k FROM ({linked}))",
               raw=Sql(raw.cells), key=cell(key), linked=linked)[0]:
        return raw
    taken = desk.write(raw, beside(raw, key, linked), (*raw.columns, link.header), notes=(
            Text("“{file}” is read together with “{other}”, which gives it “{column}”.",
                 file=raw.name, other=link.raw.name, column=link.header),))
    return replace(taken, bad=raw.bad, bad_rows=raw.bad_rows)


def _says_yes(index: int | None) -> Sql:
    """SQL: the cell says yes; a column that is not there does not."""
    return Sql("FALSE") if index is None else fill(
        "coalesce(lower({cell}) IN ('true', '1', 'yes', 't'), FALSE)", cell=cell(index))


def _why(mains: Sequence[RawTable], link: Link) -> Text:
    same = next((raw for raw in mains if _key(raw, link) is not None), None)
    if same is None:
        return Text("none of the records it links is among these files")
    if _has(same, link.field):
        return Text("“{file}” says that itself", file=same.name)
    if link.of == "activity" and link.field == "contact_id":
        return Text("kpilot does not keep these links")
    return Text("none of the records it links is among these files")
