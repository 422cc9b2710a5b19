"""The catalogue of a project: the KPIs and facts shipped, and those in its own folders."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import sqlglot
from sqlglot import exp

from kpilot.core.errors import UserError
from kpilot.core.expression import filled
from kpilot.core.kpi import Catalog, Kpi, read_kpis
from kpilot.core.text import Text
from kpilot.project import Project


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One SELECT whose rows are counted: its tree, the columns it gives, the facts it reads.

    is_windowed  whether it is made for the periods of each question (it reads facts.window)
    """

    name: str
    tree: exp.Expr
    columns: tuple[str, ...]
    reads: tuple[str, ...]
    is_windowed: bool = False


def catalog(project: Project) -> Catalog:
    """Every KPI by name: those shipped, then the project's own `kpis/*.toml`, which may not
    take a name that is taken."""
    known = dict(_shipped_kpis())
    for path in sorted((project.folder / "kpis").glob("*.toml")):
        for kpi in _kpis_in(path.stem, path.read_text(encoding="utf-8"), str(path)):
            if kpi.name in known:
                raise UserError(
                    "{where}: there is a KPI “{name}” already.",
                    where=path,
                    name=kpi.name,
                    hint=Text("Give the file another name."),
                    code="bad_kpi",
                )
            known[kpi.name] = kpi
    return known


def facts(project: Project) -> dict[str, Fact]:
    """Every fact by name, the project's own `facts/*.sql` included."""
    own = {
        path.stem: _fact(path.stem, path.read_text(encoding="utf-8"), str(path))
        for path in sorted((project.folder / "facts").glob("*.sql"))
    }
    return {**own, **_shipped_facts()}


@cache
def _shipped_kpis() -> dict[str, Kpi]:
    found = {}
    for file in sorted(resources.files("kpilot").joinpath("kpis").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            for kpi in _kpis_in(name, file.read_text(encoding="utf-8"), f"kpis/{file.name}"):
                found[kpi.name] = kpi
    return found


@cache
def _shipped_facts() -> dict[str, Fact]:
    return {
        file.name.removesuffix(".sql"): _fact(
            file.name.removesuffix(".sql"), file.read_text(encoding="utf-8"), f"facts/{file.name}"
        )
        for file in resources.files("kpilot").joinpath("facts").iterdir()
        if file.name.endswith(".sql")
    }


def _kpis_in(name: str, text: str, where: str) -> list[Kpi]:
    try:
        return read_kpis(name, tomllib.loads(text), where)
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            "{file} cannot be read: {why}.", file=where, why=error, code="bad_kpi"
        ) from error


def _fact(name: str, text: str, where: str) -> Fact:
    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise UserError(
            "{file} cannot be read: {why}.", file=where, why=error, code="bad_fact"
        ) from error
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, (exp.Select, exp.SetOperation)):
        raise UserError("{file} is not one SELECT.", file=where, code="bad_fact")
    reads = {table.name for table in tree.find_all(exp.Table) if table.db == "facts"}
    return Fact(
        name=name,
        tree=tree,
        columns=tuple(tree.named_selects),
        reads=tuple(sorted(reads - {"window"})),
        is_windowed="window" in reads,
    )


def filled_fact(fact: Fact, values: dict[str, exp.Expr], tables: dict[str, str]) -> exp.Expr:
    """The fact's SELECT with values filled in and the facts it reads by the names of `tables`."""
    tree = filled(fact.tree, values)
    for table in list(tree.find_all(exp.Table)):
        if table.db == "facts":
            table.replace(exp.to_table(tables[table.name], alias=table.alias or table.name))
    return tree  # a copy of its own already
