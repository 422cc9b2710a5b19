"""What people added to the catalogue: their KPIs and facts, and what is wrong with their files.

A wrong file says so on the catalogue page and in `kpilot check`; it never takes another KPI down.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import exp

from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.kpi import Kpi, Term, read_kpis
from kpilot.core.kpi_shape import bad, check_name, check_shape, in_both_languages
from kpilot.core.settings import Settings
from kpilot.core.text import Both, Text

OPEN_COLUMNS = frozenset({"created_on", "closed_on", "is_open"})
FORMULAS = ("growth", "attainment", "target", "formula")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What a fact gives to the KPIs on it."""

    names: frozenset[str]
    is_windowed: bool = False

    @property
    def has_agents(self) -> bool:
        return any(name.endswith("_agent_id") for name in self.names)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A file of the project that is left out, and why."""

    file: str
    error: UserError


def read_own(
    paths: list[Path], shipped: Mapping[str, Kpi], facts: Mapping[str, Columns]
) -> tuple[dict[str, Kpi], list[Problem]]:
    """The KPIs of the project's files that are sound, and the problems of the others."""
    found: dict[str, Kpi] = {}
    problems: list[Problem] = []
    for path in paths:
        where = f"kpis/{path.name}"
        try:
            made = parsed(path.stem, path.read_bytes(), where)
            for kpi in made:
                if kpi.name in shipped or kpi.name in found:
                    raise taken(kpi.name, where)
                check(kpi, facts, where)
        except UserError as error:
            problems.append(Problem(file=where, error=error))
        except OSError:
            continue  # gone between listing and reading
        else:
            found |= {kpi.name: kpi for kpi in made}
    return _without_strays(found, shipped, problems)


def parsed(name: str, content: bytes, where: str) -> list[Kpi]:
    """The KPI and its variants that a file holds; UserError with the line or the key."""
    check_name(name, where)
    try:
        given: dict[str, Any] = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(
            "{file} cannot be read: {why}.", file=where, why=error, code="bad_kpi"
        ) from error
    check_shape(given, where)
    return read_kpis(name, in_both_languages(given), where)


def taken(name: str, where: str) -> UserError:
    """Two KPIs cannot have one id."""
    return UserError(
        "{where}: there is a KPI “{name}” already.",
        where=where,
        name=name,
        hint=Text("Give the file another name."),
        code="bad_kpi",
    )


def unworkable(kpi: Kpi, error: Exception) -> UserError:
    """The engine refused what a person wrote: types that do not go together, and the like."""
    return UserError(
        "“{kpi}” cannot be worked out: {why}",
        kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
        why=str(error).split("\n", 1)[0],
        hint=Text("Look at its measure and its filter."),
        code="bad_kpi",
    )


def check(kpi: Kpi, facts: Mapping[str, Columns], where: str) -> None:
    """UserError unless the fact of `kpi` exists and has every column the KPI names."""
    if kpi.measure.kind in FORMULAS:
        _check_formula(kpi, where)
        return
    if kpi.fact not in facts:
        raise bad(where, Text("There is no fact “{name}”.", name=kpi.fact),
                  did_you_mean(kpi.fact, facts))  # fmt: skip
    fact = facts[kpi.fact]
    _check_date(kpi, fact, where)
    named = {"money": kpi.money, "entity": kpi.entity, "measure.num.distinct":
             kpi.measure.num.distinct, "measure.den.distinct": kpi.measure.den.distinct,
             **{f"flags.{key}": column for key, column in kpi.flags.items()},
             "agent": f"{kpi.agent}_agent_id" if fact.has_agents else ""}  # fmt: skip
    for key, column in named.items():
        if column and column not in fact.names:
            raise _no_column(kpi, key, column, fact, where)
    for key, tree in expressions(kpi).items():
        for place in tree.find_all(exp.Column):
            if place.name not in fact.names:
                raise _no_column(kpi, key, place.name, fact, where)
        _check_places(key, tree, where, is_stock=kpi.is_stock)
    for name in (*kpi.by, *kpi.not_by):
        if name not in DIMENSIONS:
            raise bad(where, Text("There is no dimension “{word}”.", word=name),
                      did_you_mean(name, DIMENSIONS))  # fmt: skip
    if kpi.is_stock and kpi.measure.kind == "quantile" and kpi.measure.value is None:
        raise bad(where, Text("“{key}” is missing.", key="measure.value"))
    _check_complete(kpi, where)


def _check_complete(kpi: Kpi, where: str) -> None:
    if kpi.measure.kind in ("quantile", "survival") and kpi.measure.value is None:
        raise bad(where, Text("“{key}” is missing.", key="measure.value"))
    if kpi.measure.kind == "survival" and kpi.measure.event is None:
        raise bad(where, Text("“{key}” is missing.", key="measure.event"))


def _check_formula(kpi: Kpi, where: str) -> None:
    key = "measure.value" if kpi.measure.kind == "formula" else "measure.of"
    if not kpi.measure.operands:
        raise bad(where, Text("“{key}” is missing.", key=key))
    if kpi.measure.value is not None:
        _check_places(key, kpi.measure.value, where, is_stock=False)


def _check_date(kpi: Kpi, fact: Columns, where: str) -> None:
    if fact.is_windowed != kpi.is_windowed:
        raise bad(where, Text("“{key}” is “period” for facts made for a period, and only for them.",
                              key="date"))  # fmt: skip
    if not kpi.date and OPEN_COLUMNS - fact.names:
        hint = Text("Only a fact with created_on, closed_on and is_open has levels.")
        raise bad(where, Text("“{key}” is missing.", key="date"), hint)
    if kpi.date and not kpi.is_windowed and kpi.date not in fact.names:
        raise _no_column(kpi, "date", kpi.date, fact, where)


def expressions(kpi: Kpi) -> dict[str, exp.Expr]:
    """Every expression of the KPI by the key it stands at."""
    measure = kpi.measure

    def term(side: str, one: Term) -> dict[str, exp.Expr | None]:
        return {f"measure.{side}.sum": one.total, f"measure.{side}.where": one.where}

    found: dict[str, exp.Expr | None] = {
        **term("num", measure.num),
        **term("den", measure.den),
        "measure.value": measure.value,
        "measure.event": measure.event,
        "measure.where": measure.where,
        **{f"excluded.{key}": tree for key, tree in kpi.excluded.items()},
        **{f"covered.{key}": tree for key, tree in kpi.covered.items()},
    }
    return {key: tree for key, tree in found.items() if tree is not None}


def _check_places(key: str, tree: exp.Expr, where: str, *, is_stock: bool) -> None:
    known = {*Settings().placeholders(), *(("age_days",) if is_stock else ())}
    for place in tree.find_all(exp.Placeholder):
        if place.name not in known:
            raise bad(where, Text("{key}: there is no setting “{name}”.", key=key, name=place.name),
                      did_you_mean(place.name, known))  # fmt: skip


def _no_column(kpi: Kpi, key: str, column: str, fact: Columns, where: str) -> UserError:
    return bad(
        where,
        Text("{key}: “{fact}” has no column “{name}”.", key=key, fact=kpi.fact, name=column),
        did_you_mean(column, fact.names),
    )


def _without_strays(
    found: dict[str, Kpi], shipped: Mapping[str, Kpi], problems: list[Problem]
) -> tuple[dict[str, Kpi], list[Problem]]:
    """Formulas over KPIs that are not there, or over themselves, are problems too."""
    kept = dict(found)
    stray = True
    while stray:
        known = {**shipped, **kept}
        stray = False
        for name, kpi in list(kept.items()):
            problem = _stray(kpi, known)
            if problem:
                kept.pop(name)
                file = f"kpis/{kpi.variant_of or name}.toml"
                problems.append(Problem(file=file, error=bad(file, problem)))
                stray = True
    return kept, sorted(problems, key=lambda problem: problem.file)


def _stray(kpi: Kpi, known: Mapping[str, Kpi]) -> Text | None:
    """Why the KPI cannot be worked out from others, if it cannot."""
    for operand in kpi.measure.operands:
        if operand not in known:
            return Text("It is made of “{name}”, which is not in the catalogue.", name=operand)
    path = _circle(kpi, known, (kpi.name,))
    return Text("It is made of itself: {path}.", path=" → ".join(path)) if path else None


def _circle(kpi: Kpi, known: Mapping[str, Kpi], path: tuple[str, ...]) -> tuple[str, ...]:
    for operand in kpi.measure.operands:
        if operand in path:
            return (*path, operand)
        inner = known.get(operand)
        if inner and (found := _circle(inner, known, (*path, operand))):
            return found
    return ()
