"""Which canonical table a file or sheet is: its headers and its name together, never one word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpilot.core.tables import TABLES
from kpilot.load.headers import dictionary, fold, phrase
from kpilot.load.meanings import exact, meanings, says_table

# Columns of a file that keeps every version of a row: it tells histories, not the rows of today.
VERSIONS = frozenset({"fivetran start", "fivetran end", "dbt valid from", "dbt valid to",
                      "valid from", "valid to"})
# Fields that tell nothing about a file: every list of people or things has names.
QUIET = {"lead": frozenset({"name", "first_name", "last_name"}), "activity": frozenset({"name"})}
# What a table needs one of, and every other has too: enough where the file is called so.
NAMED_ONLY = {"opportunity": {"amount"}}
HISTORY = frozenset({"history", "historique", "historiques", "changelog", "changes"})
ENOUGH = 1.0
NAMED = 1.2
SURE = 0.7
BESIDE = 0.6
# An invoice has a customer, an amount and a status, as an opportunity does; a pipeline has a name.
ALIKE = {"order", "refund", "subscription", "pipeline"}
# A list of tasks with amounts is one of opportunities.
WORTH = 0.9
MISSPELT = 3.0


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """The table a file seems to be, how sure that is, and the runner-up."""

    table: str | None
    confidence: float
    second: str | None = None


def recognise(names: Sequence[str], headers: Sequence[str]) -> Recognition:
    """What a file called `names` (file, sheet) with these headers seems to be.

    The table is None when no canonical table is at all likely, or the file is about something else.
    """
    meant = {name: [_own(name, header) for header in headers] for name in TABLES}
    ranking = _ranking(names, headers, meant)
    if ranking[0][0] < MISSPELT:
        for _, name in ranking[:5]:
            meant[name] = [own or _own(name, header, near=True)
                           for own, header in zip(meant[name], headers, strict=True)]
        ranking = _ranking(names, headers, meant)
    (best, table), (second, other) = ranking[:2]
    if table == "activity" and any(field == "amount" and sure >= WORTH
                                   for column in meant["opportunity"] for field, sure in column):
        table, other = "opportunity", table
    if best < ENOUGH:
        return Recognition(table=None, confidence=round(min(1.0, max(0.0, 1 - best)), 2),
                           second=table if best > 0 else None)
    margin = (best - second) / best
    confidence = min(0.99, 0.45 + 0.1 * min(best, 4.0) + 0.4 * margin)
    if confidence < SURE and table not in called(names):
        return Recognition(table=None, confidence=round(confidence, 2), second=table)
    return Recognition(table=table, confidence=round(confidence, 2),
                       second=other if second > 0 else None)


Meant = Mapping[str, list[list[tuple[str, float]]]]  # table → for each header (field, confidence)


def _ranking(names: Sequence[str], headers: Sequence[str],
             meant: Meant) -> list[tuple[float, str]]:
    """(score, table) of every table, the likeliest first."""
    folded = [fold(header) for header in headers]
    known_by = [max(1, sum(1 for name in TABLES if meant[name][i])) for i in range(len(headers))]
    named_by = called(names)
    versions = len(VERSIONS & set(folded)) >= 2
    past = bool(HISTORY & {word for name in names for word in phrase(name).split()})
    scores, met = {}, set()
    for name, table in TABLES.items():
        fields: dict[str, float] = {}
        for i, header in enumerate(headers):
            for field, confidence in meant[name][i]:
                telling = 1.0 if says_table(name, header) else 1.0 / known_by[i] ** 0.6
                fields[field] = max(fields.get(field, 0.0), confidence * telling)
        score = sum(fields.values())
        needs = dictionary().tables[name].needs
        told = fields.keys() - (NAMED_ONLY.get(name, set()) if name not in named_by else set())
        missing = [group for group in needs if not told & {*group}]
        score *= 0.15 ** len(missing)
        named = named_by.get(name, 0.0)
        score = score * (1 + 0.8 * named) + named * (0.6 if fields and not missing else 0.2)
        if (versions or past) and table.is_entity:
            score *= 0.2
        if not named and (len(fields) < 2 or len(needs) == 1):
            score *= 0.3
        scores[name] = score
        if named == NAMED and not missing:
            met.add(name)
    if met & ALIKE:
        scores = {name: score * (1.0 if name in named_by else BESIDE)
                  for name, score in scores.items()}
    weight = 0.1 if foreign(*names) else 1.0
    return sorted(((score * weight, name) for name, score in scores.items()),
                  key=lambda pair: -pair[0])


def _own(table: str, header: str, *, near: bool = False) -> list[tuple[str, float]]:
    """The table's own fields the header may mean, those of rows referred to left aside."""
    found = meanings(table, header) if near else exact(table, header)
    quiet = QUIET.get(table, frozenset()) if not says_table(table, header) else ()
    return [(m.field, m.confidence) for m in found[:2]
            if "." not in m.field and m.field not in quiet]


def called(names: Sequence[str]) -> dict[str, float]:
    """Tables the name speaks for: most for the longest phrase, the last one winning a tie."""
    found: dict[str, float] = {}
    for name in names:
        words = f" {phrase(name)} "
        longest: list[tuple[int, int, str]] = []
        for table, vocabulary in dictionary().tables.items():
            said = next((p for p in vocabulary.files if f" {p} " in words), None)
            if said:
                longest.append((len(said.split()), words.rindex(f" {said} "), table))
        longest.sort(reverse=True)
        for place, (size, _, table) in enumerate(longest):
            worth = NAMED if size == longest[0][0] and place < 3 else NAMED / 3
            found[table] = max(found.get(table, 0.0), worth - 0.15 * place)
    return found


def foreign(*names: str) -> str:
    """The word of a name that says that the file is about something we have no table for, or ""."""
    words = " ".join(f" {phrase(name)} " for name in names)
    return next((said for said in dictionary().foreign_files if f" {said} " in words), "")
