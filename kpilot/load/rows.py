"""One SELECT that turns the text cells of a file into rows of its table, refusals included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpilot.core.schema import columns
from kpilot.core.text import Text
from kpilot.load.numbers import CODES, number
from kpilot.load.pipelines import stage_join
from kpilot.load.signs import activity_kind, closing, kind_by_file, row_kind
from kpilot.load.units import unit
from kpilot.load.values import given, moment, seconds, typed
from kpilot.load.work import NAMED, Mapped, Staged, Work
from kpilot.warehouse.sql import Sql, fill, listed, name, one, text

EARLIEST, LATEST = "1900-01-01", "2200-01-01"
SYMBOLS = {"€": "EUR", "£": "GBP", "$": "USD", "CHF": "CHF"}
MONEY = {"EUR": "euros?", "CAD": "canadian dollars?|dollars? canadiens?",
         "AUD": "australian dollars?",
         "USD": "(us|american) dollars?|dollars? (us|americains?)",
         "GBP": "pounds?( sterling)?|livres? sterling", "CHF": "swiss francs?|francs? suisses?"}
# A deletion known only as a yes counts at every moment.
ALWAYS = Sql("TIMESTAMP '1970-01-01 00:00:00'")


@dataclass(frozen=True, kw_only=True)
class Check:
    """A reason to refuse a row: SQL over the typed cells that is true when it applies."""

    column: int
    code: str
    when: Sql


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What a look at whole columns showed: by column index."""

    date_only: frozenset[int]
    percent: frozenset[int]
    symbols: Mapping[int, tuple[str, ...]]


def habits(work: Work, staged: Staged) -> Habits:
    """Look at whole columns: dates written as midnights, percentages without %, € in the cells."""
    date_only, percent, symbols = set(), set(), {}
    raw = staged.cells
    for mapped in staged.mapped:
        kind = mapped.target.field.kind
        if kind == "instant" and _is_date_only(work, staged, mapped):
            date_only.add(mapped.index)
        elif kind == "ratio" and not mapped.style.percent:
            value = Sql(typed(mapped.cell, "ratio", mapped.style))
            if (one(work.cursor, "SELECT max({value}) FROM {raw}", value=value, raw=raw)[0]
                    or 0) > 1:
                percent.add(mapped.index)
        elif kind == "money" and staged.table.has("currency") and not staged.column("currency"):
            counted = listed(fill("count(*) FILTER (WHERE contains({cell}, {symbol}))",
                                   cell=mapped.cell, symbol=text(s)) for s in SYMBOLS)
            found = one(work.cursor, "SELECT {counted} FROM {raw}", counted=counted, raw=raw)
            seen = tuple(s for s, n in zip(SYMBOLS, found, strict=True) if n)
            if seen or unit(mapped.header).currency:
                symbols[mapped.index] = seen
    return Habits(date_only=frozenset(date_only), percent=frozenset(percent), symbols=symbols)


def _is_date_only(work: Work, staged: Staged, mapped: Mapped) -> bool:
    """True when every time of the column is a midnight (rule G1); flags times without a zone.

    A sample settles most columns; only one that might be all midnights is read whole.
    """
    raw = staged.cells
    some = fill("(SELECT {cell} FROM {raw} WHERE {cell} IS NOT NULL LIMIT 2000)",
                cell=mapped.cell, raw=raw)
    at = Sql(moment(mapped.cell, mapped.style, "UTC").at)
    for relation in (some, raw):
        found, timed, zoneless = one(work.cursor, r"""
            SELECT count(moment), count(*) FILTER (WHERE is_timed),
                count(*) FILTER (WHERE is_timed AND NOT regexp_matches(
                    {cell}, '(?i)(z|utc|gmt|[+-]\d\d(:?\d\d)?)\s*$'))
            FROM (SELECT {cell}, {at} AS moment, moment <> date_trunc('day', moment) AS is_timed
                FROM {relation})
            """, at=at, relation=relation, cell=mapped.cell)
        if zoneless and work.zone == work.tz and not staged.is_copy:
            staged.flags.add(f"assumed_tz.{mapped.target.field.name}")
        if not found or timed:
            return False
    return True


def typed_cells(work: Work, staged: Staged, seen: Habits) -> Iterator[tuple[str, Sql]]:
    """(name, SQL over the raw relation) of each typed cell, before rows are put together."""
    for mapped in staged.mapped:
        field, cell = mapped.target.field, Sql(f"raw.{mapped.cell}")
        if (mapped.target.through or mapped.index in staged.references
                or mapped.index in staged.choices):
            continue
        if field.name == "id" or (field.virtual and field.references is None
                                  and field.kind == "text"):
            continue
        if field.kind == "instant":
            both = moment(cell, mapped.style, staged.zone(work),
                          date_only=mapped.index in seen.date_only)
            yield field.name, Sql(both.at)
            yield field.date_name, Sql(both.on)
        elif field.kind == "ratio":
            value = Sql(typed(cell, "ratio", mapped.style))
            yield field.name, Sql(f"{value} / 100") if mapped.index in seen.percent else value
        elif field.kind == "money" and (times := unit(mapped.header).times) > 1:
            exact = number(cell, "DECIMAL(28, 10)", mapped.style)
            yield field.name, Sql(f"TRY_CAST({exact} * {times} AS DECIMAL(18, 4))")
            staged.notes.append(Text("“{column}”: each figure counts {times} times.",
                                     column=mapped.header, times=times))
        elif field.name.endswith("_s"):
            yield field.name, Sql(seconds(cell, mapped.style))
        elif field.name.endswith("currency"):
            yield field.name, _code(Sql(typed(cell, field.kind, mapped.style)))
        else:
            yield field.name, Sql(typed(cell, field.kind, mapped.style))


def _code(said: Sql) -> Sql:
    """A currency as its ISO code, however it is written: usd, €, "Euro", "EUR - Euro"."""
    signs = listed((fill("WHEN contains({said}, {sign}) THEN {code}", said=said, sign=text(sign),
                         code=text(code)) for sign, code in SYMBOLS.items()), between=" ")
    names = listed((fill("WHEN regexp_matches(strip_accents(lower({said})), {name}) THEN {code}",
                         said=said, name=text(rf"\b({name})\b"), code=text(code))
                    for code, name in MONEY.items()), between=" ")
    return fill("""CASE WHEN length(trim({said})) = 3 THEN upper(trim({said}))
        WHEN regexp_matches(upper({said}), {codes}) THEN regexp_extract(upper({said}), {codes}, 1)
        {names} {signs} ELSE upper(trim({said})) END""",
                said=said, signs=signs, names=names, codes=text(rf"\b({'|'.join(CODES)})\b"))


def checks(staged: Staged) -> Iterator[Check]:
    """Every reason for which a cell of the file can be refused, in the order of its columns.

    The cheap half of a condition stands first: whether a cell is empty is looked at for the few
    rows without a value only.
    """
    for mapped in staged.mapped:
        field, cell = mapped.target.field, mapped.cell
        if mapped.target.through or (field.virtual and field.kind == "text"):
            continue
        empty = fill("{column} IS NULL", column=field.name)
        if field.kind == "instant":
            empty = fill("{at} IS NULL AND {on} IS NULL", at=field.name, on=field.date_name)
        said = given(cell, field.kind)
        if field.name == "kind" and kind_by_file(staged):
            yield Check(column=mapped.index, code="unreadable",
                        when=Sql(f"{empty} AND {said} IS NOT NULL"))
            continue
        if field.required and not (staged.table.name in NAMED and field.name in ("id", "name")):
            yield Check(column=mapped.index, code="missing",
                        when=Sql(f"{empty} AND {said} IS NULL"))
        if mapped.index in staged.references:
            if mapped.index in staged.ambiguous:
                yield Check(column=mapped.index, code="ambiguous",
                            when=fill("{code} = 'ambiguous'", code=f"_code_{mapped.index}"))
        elif field.kind not in ("id", "text"):
            yield Check(column=mapped.index, code="unreadable",
                        when=Sql(f"{empty} AND {said} IS NOT NULL"))
        if field.kind in ("instant", "date"):
            yield _range(mapped, field.name)
        if field.kind == "instant":
            yield _range(mapped, field.date_name)


def _range(mapped: Mapped, column: str) -> Check:
    outside = fill("({column} < {first} OR {column} >= {last})", column=column,
                   first=Sql(f"DATE '{EARLIEST}'"), last=Sql(f"DATE '{LATEST}'"))
    return Check(column=mapped.index, code="range", when=outside)


def written_columns(work: Work, staged: Staged, seen: Habits) -> dict[str, Sql]:
    """Warehouse column → SQL over the typed cells, for every column the file speaks for."""
    types = dict(columns(staged.table))
    made: dict[str, Sql] = {}
    for mapped in staged.mapped:
        field = mapped.target.field
        if mapped.target.through or field.virtual:
            continue
        made[field.name] = name(field.name)
        if field.kind == "instant":
            made[field.date_name] = name(field.date_name)
        if field.kind == "ratio":
            made[field.name] = fill("CASE WHEN {c} BETWEEN 0 AND 1 THEN {c} END", c=field.name)
        if mapped.index in seen.symbols and "currency" not in made:
            made["currency"] = _currency(mapped, seen.symbols[mapped.index])
    if staged.table.name == "activity":
        made |= activity_kind(staged, made)
    if "id" in types:
        made["id"] = name("id")
        if "merged_into_id" in made:  # what was merged into itself was merged into nothing
            made["merged_into_id"] = Sql("nullif(merged_into_id, id)")
    if staged.table.name in NAMED:
        called = Sql("\"name\", ") if staged.column("name") else Sql("")
        made["name"] = Sql(f"coalesce({called}_said, id)")
    if staged.table.name == "opportunity":
        made |= closing(work, staged, made)
        if staged.column("won_amount"):
            made["amount"] = fill("CASE WHEN {kind} = 'won' THEN coalesce(won_amount, {amount})"
                                  " ELSE {amount} END", kind=row_kind(staged),
                                  amount=made.get("amount", Sql("won_amount")))
    if staged.table.name == "target":
        made |= _scope(staged, made)
    if staged.column("is_deleted"):
        made |= _deletion(staged, made)
    if staged.table.name == "opportunity" and staged.column("stage_id"):
        made["pipeline_id"] = name("_pipeline_id")
    if staged.table.name == "stage":
        made |= _said_stage(made)
    made |= {part: Sql("NULL") for part in staged.table.key if part not in made}
    return {column: Sql(f"CAST({sql} AS {types[column]})") if sql != name(column) else sql
            for column, sql in made.items()}


def _currency(mapped: Mapped, symbols: tuple[str, ...]) -> Sql:
    cases = listed((fill("WHEN contains({cell}, {symbol}) THEN {code}", cell=mapped.cell,
                         symbol=text(s), code=text(SYMBOLS[s])) for s in symbols), between=" ")
    said = unit(mapped.header).currency
    told = text(said) if said else Sql("NULL")
    return fill("CASE {cases} ELSE {told} END", cases=cases, told=told) if symbols else told


def _scope(staged: Staged, made: dict[str, Sql]) -> dict[str, Sql]:
    """Whose target it is: the salesperson's or the team's that the row names, else everybody's."""
    whose = [(kind, f"{kind}_id") for kind in ("agent", "team") if staged.column(f"{kind}_id")]
    if not whose:
        return {}
    kinds = listed((fill("WHEN {column} IS NOT NULL THEN {kind}", column=column, kind=text(kind))
                    for kind, column in whose), between=" ")
    scope = fill("CASE {kinds} ELSE 'org' END", kinds=kinds)
    return {"scope_type": _either(made.get("scope_type"), scope),
            "scope_id": _either(made.get("scope_id"), fill(
                "coalesce({whose})", whose=listed([column for _, column in whose])))}


def _deletion(staged: Staged, made: dict[str, Sql]) -> dict[str, Sql]:
    has_update = staged.column("updated_at") is not None
    known = Sql("updated_at, CAST(updated_on AS TIMESTAMP), ") if has_update else Sql("")
    at = fill("CASE WHEN is_deleted THEN coalesce({known}{always}) END", known=known,
              always=ALWAYS)
    return {"deleted_at": _either(made.get("deleted_at"), at),
            "deleted_on": made.get("deleted_on", Sql("NULL::DATE"))}


def _said_stage(made: dict[str, Sql]) -> dict[str, Sql]:
    return {
        "kind": _either(made.get("kind"), Sql("coalesce(_said_kind, 'open')")),
        "pos": _either(made.get("pos"), Sql('coalesce(_said_pos, "_row")')),
    }


def _either(first: Sql | None, second: Sql) -> Sql:
    return Sql(f"coalesce({first}, {second})") if first else second


def join_of(staged: Staged, mapped: Mapped) -> Sql:
    """SQL: the join from the raw relation to the dictionary of one referring column."""
    made, alias = staged.references[mapped.index], f"r{mapped.index}"
    if mapped.target.field.references == "stage":
        return stage_join(staged, mapped, made, alias)
    return fill("LEFT JOIN {made} AS {alias} ON {alias}.cell = raw.{cell}",
                made=made, alias=alias, cell=mapped.cell)
