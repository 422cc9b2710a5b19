"""What a person says of a load: a mapping file, the page's form, or what is remembered.

A mapping file is TOML, of a few lines:

    [tables.sales_teams]
    table = "agent"
    columns = { manager = "team", regional_office = "parent_team", notes = "" }

    [tables.sales_pipeline.styles]
    close_date = { dates = "day first" }

    [stages]
    Engaging = "open"
    "Paid back" = { kind = "lost", pos = 6 }

    [aliases.product]
    GTXPro = "GTX Pro"
    GTXPlus = false                 # not the same as anything known
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.tables import TABLES
from kpilot.load.headers import fold
from kpilot.load.plan import Answers, StageAnswer, StageKind, Style, TableAnswers

DATES = ("iso", "day first", "month first", "year first", "serial", "unix", "unix ms")
DECIMALS = (".", ",", "")  # "": the column has both
KINDS: tuple[StageKind, ...] = ("open", "won", "lost")
Value = TypeVar("Value")
Json = dict[str, Any]  # what TOML and JSON hold: checked here, word by word


def read_answers(path: Path) -> Answers:
    """The answers of a mapping file. UserError says what is wrong, and where in the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("The mapping file {file} cannot be read: {why}.", file=path.name,
                        why=str(error), code="mapping_unreadable") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError("The mapping file {file} is not TOML: {why}.", file=path.name,
                        why=str(error), code="mapping_not_toml") from error
    return from_dict(data, where=path.name)


def from_dict(data: Json, *, where: str = "") -> Answers:
    """Answers from plain data (TOML or JSON); every unknown word is refused where it stands."""
    _known(data, ("source", "tables", "stages", "aliases"), where)
    tables = {name: _table(entry, f"{where} [tables.{name}]")
              for name, entry in _dict(data, "tables", where).items()}
    stages = {name: _stage(entry, f"{where} [stages] {name}")
              for name, entry in _dict(data, "stages", where).items()}
    aliases = {}
    for table, names in _dict(data, "aliases", where).items():
        at = f"{where} [aliases.{table}]"
        _one_of(table, TABLES, at)
        aliases[table] = {heard: _alias(known, f"{at} {heard}")
                          for heard, known in _checked(names, dict, at).items()}
    return Answers(source=_text(data.get("source", "file"), f"{where} source"), tables=tables,
                   stages=stages, aliases=aliases)


def to_dict(answers: Answers) -> Json:
    """Plain data that `from_dict` reads back to the same answers."""
    tables: Json = {}
    for name, said in answers.tables.items():
        entry: Json = {"table": said.table} if said.table else {}
        if said.columns:
            entry["columns"] = {header: field or "" for header, field in said.columns.items()}
        if said.styles:
            entry["styles"] = {header: asdict(style) for header, style in said.styles.items()}
        tables[name] = entry | ({"skip": True} if said.skip else {})
    stages: Json = {name: {"kind": s.kind} | ({} if s.pos is None else {"pos": s.pos})
                    for name, s in answers.stages.items()}
    aliases = {table: {heard: known if known is not None else False
                       for heard, known in names.items()}
               for table, names in answers.aliases.items()}
    return {"source": answers.source, "tables": tables, "stages": stages, "aliases": aliases}


def merge(*answers: Answers) -> Answers:
    """One set of answers; what comes later wins, column by column (remembered < file < said)."""
    tables: dict[str, TableAnswers] = {}
    for said in answers:
        for name, entry in said.tables.items():
            old = tables.get(name, TableAnswers())
            tables[name] = TableAnswers(
                table=entry.table or old.table, skip=entry.skip or (old.skip and not entry.table),
                columns={**old.columns, **entry.columns}, styles={**old.styles, **entry.styles})
    named = [said.source for said in answers if said.source != "file"]
    return Answers(
        source=named[-1] if named else "file", tables=tables,
        stages=_together([said.stages for said in answers]),
        aliases={table: _together([said.aliases.get(table, {}) for said in answers])
                 for table in dict.fromkeys(t for said in answers for t in said.aliases)})


def signature(headers: Sequence[str]) -> str:
    """The same for the same headers in any order, case or spelling of accents."""
    words = sorted(fold(header) for header in headers)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _together(parts: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    return {key: value for part in parts for key, value in part.items()}


def _table(entry: object, where: str) -> TableAnswers:
    if isinstance(entry, str):
        entry = {"table": entry}
    if not isinstance(entry, dict):
        raise UserError("{where}: expected a table's name or a section.", where=where,
                        code="mapping_bad_value")
    _known(entry, ("table", "columns", "styles", "skip"), where)
    table = entry.get("table") or None
    if table is not None:
        table = _one_of(_text(table, f"{where} table"), TABLES, f"{where} table")
    columns = {header: _column(field, f"{where} columns {header}")
               for header, field in _dict(entry, "columns", where).items()}
    styles = {header: _style(style, f"{where} styles {header}")
              for header, style in _dict(entry, "styles", where).items()}
    return TableAnswers(table=table, columns=columns, styles=styles,
                        skip=_flag(entry.get("skip", False), f"{where} skip"))


def _column(field: object, where: str) -> str | None:
    """"" and "-" leave the column out; whether the field exists is known with the table."""
    if field is None or field is False:
        return None
    text = _text(field, where).strip()
    return None if text in ("", "-") else text


def _style(entry: object, where: str) -> Style:
    if not isinstance(entry, dict):
        raise UserError("{where}: expected a section such as {{ decimal = \",\" }}.", where=where,
                        code="mapping_bad_value")
    _known(entry, ("decimal", "dates", "percent", "assumed"), where)
    return Style(
        decimal=_one_of(_text(entry.get("decimal", "."), where), DECIMALS, f"{where} decimal"),
        dates=_one_of(_text(entry.get("dates", "iso"), where), DATES, f"{where} dates"),
        percent=_flag(entry.get("percent", False), f"{where} percent"),
        assumed=_flag(entry.get("assumed", False), f"{where} assumed"))


def _stage(entry: object, where: str) -> StageAnswer:
    if isinstance(entry, str):
        entry = {"kind": entry}
    if not isinstance(entry, dict) or "kind" not in entry:
        raise UserError("{where}: say open, won or lost.", where=where, code="mapping_bad_value")
    _known(entry, ("kind", "pos"), where)
    word = _one_of(_text(entry["kind"], where), KINDS, where)
    pos = entry.get("pos")
    if pos is not None and (not isinstance(pos, int) or isinstance(pos, bool)):
        raise UserError("{where}: the position is a whole number.", where=where,
                        code="mapping_bad_value")
    return StageAnswer(kind=next(kind for kind in KINDS if kind == word), pos=pos)


def _alias(known: object, where: str) -> str | None:
    return None if known is None or known is False else _text(known, where)


def _known(data: Json, words: Sequence[str], where: str) -> None:
    for word in data:
        _one_of(word, words, where)


def _one_of(word: str, words: Iterable[str], where: str) -> str:
    known = list(words)
    if word in known:
        return word
    raise UserError("{where}: “{word}” is not known here.", where=where, word=word,
                    hint=did_you_mean(word, known), code="mapping_unknown_word")


def _dict(data: Json, name: str, where: str) -> Json:
    return _checked(data.get(name) or {}, dict, where or name)


def _text(value: object, where: str) -> str:
    return _checked(value, str, where)


def _flag(value: object, where: str) -> bool:
    return _checked(value, bool, where)


def _checked(value: object, kind: type[Value], where: str) -> Value:
    if isinstance(value, kind):
        return value
    raise UserError("{where}: “{word}” is not what is expected here.", where=where,
                    word=str(value), code="mapping_bad_value")
