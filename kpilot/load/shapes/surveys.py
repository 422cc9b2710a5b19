"""Answers to surveys: the score as a number, and whether it is satisfaction or recommendation.

A form's question is its header, a score is "9/10" or "Very satisfied", and a file of NPS says what
it is in its name. A score whose kind nobody tells counts nowhere.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import fold, phrase, plain
from kpilot.load.shapes.cells import Column, all_read, kept, lookup, remade
from kpilot.load.shapes.desk import Desk, cell, kind_of, meant
from kpilot.warehouse.sql import Sql, fill, text

KINDS = (("nps", r"\bnps\b|recommand|recommend|net promoter"),
         ("csat", r"\bcsat\b|satisf|customer effort|\bces\b"))
FILES = frozenset({"survey", "surveys", "nps", "csat", "enquete", "enquetes", "satisfaction",
                   "sondage", "feedback", "delighted", "typeform"})
# What people answer, best first: five steps of satisfaction.
WORDS = {
    5: "very satisfied; extremely satisfied; completely satisfied; tres satisfait; tout a fait"
       " satisfait; excellent; excellente; very good; tres bien; tres bon; good; great; amazing;"
       " happy; positive; positif; strongly agree; tout a fait d accord; very happy",
    4: "satisfied; somewhat satisfied; fairly satisfied; satisfait; plutot satisfait;"
       " assez satisfait; bien; agree; d accord; plutot d accord",
    3: "neutral; neither satisfied nor dissatisfied; neutre; ni satisfait ni insatisfait; ni"
       " satisfait ni mecontent; moyen; okay; ok; fair; average; moyennement satisfait; sans avis",
    2: "dissatisfied; unsatisfied; somewhat dissatisfied; insatisfait; plutot insatisfait; peu"
       " satisfait; plutot pas satisfait; poor; disagree; pas d accord; mecontent; plutot"
       " mecontent",
    1: "very dissatisfied; extremely dissatisfied; very unsatisfied; tres insatisfait; pas du tout"
       " satisfait; tres mecontent; bad; very bad; terrible; mauvais; tres mauvais; unhappy;"
       " negative; negatif; strongly disagree; pas satisfait du tout; very poor; not at all"
       " satisfied",
}
_SAID = {plain(word).strip(): str(score) for score, words in WORDS.items()
         for word in words.split(";")}
_OF = re.compile(r"\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:(?:/|sur|out of|of)\s*(?:5|10)|[ée]toiles?"
                 r"|stars?)\s*", re.IGNORECASE)
_ZONE = r"\s*(UTC|GMT)([+-]\d{1,2})?$"  # Google's forms write "10:00:00 AM UTC+1", local time
_NUMBER = re.compile(r"\s*\d{1,2}(?:[.,]\d+)?\s*")
_LABELLED = re.compile(r"\s*(\d{1,2})\s*[-–:(].*")  # "5 - Very satisfied"
_STARS = re.compile(r"\s*([★⭐]{1,5})[☆\s]*")


def score(said: str) -> str | None:
    """An answer as a number: "9/10", "5 - Very satisfied", "Très satisfait", "★★★"."""
    if found := _OF.fullmatch(said) or _LABELLED.fullmatch(said):
        return found[1].replace(",", ".")
    if _NUMBER.fullmatch(said):
        return said.strip().replace(",", ".")
    if found := _STARS.fullmatch(said):
        return str(len(found[1]))
    words = re.sub(r"(?<=satisfait)e?s?\b|(?<=mecontent)e?s?\b", "",
                   " ".join(re.findall(r"[a-z]+", plain(said))))
    return _SAID.get(words)


def read(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with each survey as one row for each score, with its kind."""
    made: list[RawTable] = []
    for raw in tables:
        made += _read(desk, raw) if raw.rows and not raw.left_out and not raw.table else [raw]
    return made


def _read(desk: Desk, raw: RawTable) -> list[RawTable]:
    words = {word for name in (raw.name, raw.sheet) for word in phrase(name).split()}
    is_survey = kind_of(raw) == "survey_response"
    if not is_survey and not (words & FILES):
        return [raw]
    known = meant(raw, "survey_response", "kind")
    if known is not None and not set(map(_kind, desk.values(raw, known, 50))) & {"nps", "csat"}:
        known = None
    if known is None and (known := _told(desk, raw)) is not None:
        raw = replace(raw, columns=(*raw.columns[:known], "Kind", *raw.columns[known + 1:]))
    asked = [(n, _kind(header)) for n, header in enumerate(raw.columns) if _kind(header)
             and all_read(desk, raw, n, score)]
    own = meant(raw, "survey_response", "score")
    if not asked and own is not None:
        asked = [(own, "")]
    if known is not None and asked == [(own, "")] and own is not None and all(
            map(_NUMBER.fullmatch, desk.values(raw, own))):
        return [raw]
    at = meant(raw, "survey_response", "at")
    if not asked or (not is_survey and at is None):
        return [raw]
    said = _kind(f"{raw.name} {raw.sheet}")
    if not any(all_read(desk, raw, n, score) for n, _ in asked) and not any(
            score(cell_) for n, _ in asked for cell_ in desk.values(raw, n, 500)):
        return [replace(raw, left_out=Text(
            "the answers in “{column}” are no scores: write 1 to 5 for satisfaction, 0 to 10 for"
            " recommendation", column=raw.columns[asked[0][0]]))]
    if known is None and not said and not all(kind for _, kind in asked):
        return [replace(raw, left_out=Text(
            "it does not say what its scores are: add a column “Kind” with CSAT (1 to 5) or NPS"
            " (0 to 10)"))]
    return [_scores(desk, raw, n, None if known is not None else kind or said,
                    [other for other, _ in asked], len(asked) > 1) for n, kind in asked]


def _told(desk: Desk, raw: RawTable) -> int | None:
    """The column in which every cell is the name of a kind, whatever its header."""
    names = {kind for kind, _ in KINDS}
    return next((n for n in range(len(raw.columns)) if all_read(
        desk, raw, n, lambda said: said if plain(said).strip() in names else None)), None)


def _kind(said: str) -> str:
    words = plain(said.replace("_", " "))
    return next((kind for kind, pattern in KINDS if re.search(pattern, words)), "")


def _scores(desk: Desk, raw: RawTable, n: int, kind: str | None, asked: Sequence[int],
            is_one_of: bool) -> RawTable:
    columns = []
    for i, column in enumerate(kept(raw)):
        header = fold(column.header)
        if i == n:
            columns.append(Column(header="Score", sql=fill(
                "coalesce({read}, {own})", read=lookup(desk, raw, n, score), own=cell(n))))
        elif i not in asked and header not in ("score", "nps", "csat"):
            own = column.sql
            if meant(raw, "survey_response", "at") == i:
                own = fill("regexp_replace({c}, {zone}, '')", c=cell(i), zone=text(_ZONE))
            if is_one_of and meant(raw, "survey_response", "id") == i:  # one person, two answers
                own = fill("{own} || {kind}", own=own, kind=text(f"-{kind}"))
            columns.append(Column(header=column.header, sql=own))
    if kind:
        columns = [c for c in columns if meant(replace(raw, columns=(c.header,)), "survey_response",
                                               "kind") is None]
        columns.append(Column(header="Kind", sql=text(kind)))
    return remade(desk, raw, columns, table="survey_response",
                  name=f"{raw.name} {kind}" if is_one_of else "",
                  where=fill("{c} IS NOT NULL", c=cell(n)) if is_one_of else Sql("TRUE"))
