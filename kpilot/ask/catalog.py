"""The catalogue of a project: the KPIs and facts shipped, and those in its own folders."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path

import sqlglot
from sqlglot import exp

from kpilot.ask.own import Columns, Problem, read_own
from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.kpi import Catalog, Kpi, read_kpis
from kpilot.core.kpi_shape import check_name
from kpilot.core.tables import TABLES
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

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The SELECT as text, in turn what stands and what is to be filled in: a value's name, or
        "facts." and the name of a fact. Written once: a fact is filled in at every change of the
        data."""
        tree = self.tree.copy()
        for place in list(tree.find_all(exp.Placeholder)):
            gap = exp.Var(this=f"{GAP}{place.name}{GAP}")
            if isinstance(place.parent, exp.In) and place.arg_key == "expressions":
                place.parent.set("expressions", [gap])
            else:
                place.replace(gap)
        for table in list(tree.find_all(exp.Table)):
            if table.db == "facts":
                alias = table.alias or table.name
                gap = exp.Var(this=f"{GAP}facts.{table.name}{GAP}")
                table.replace(
                    exp.Table(this=gap, alias=exp.TableAlias(this=exp.to_identifier(alias)))
                )
        return tuple(tree.sql(dialect="duckdb", comments=False, copy=False).split(GAP))


GAP = "\x00"

OWN = ("own",)
TRIAL = ("trial",)
DRILLED = ("id", "name", "load_id")


@dataclass(frozen=True, kw_only=True)
class Own:
    """What the project's own files add; `mark` changes with any of them."""

    kpis: Mapping[str, Kpi]
    facts: Mapping[str, Fact]
    problems: tuple[Problem, ...]
    mark: object


def catalog(project: Project) -> Catalog:
    """Every KPI by name: those shipped, then those of the project's own `kpis/*.toml`; files that
    are wrong are left out, see `problems`."""
    return {**_shipped_kpis(), **own(project).kpis, **project.memo.get(TRIAL, {})}


def problems(project: Project) -> tuple[Problem, ...]:
    """The project's own files that are left out of the catalogue, and why."""
    return own(project).problems


def facts(project: Project) -> dict[str, Fact]:
    """Every fact by name, the project's own `facts/*.sql` included."""
    return {**own(project).facts, **_shipped_facts()}


def own(project: Project) -> Own:
    """What the project's files add to the catalogue, read again when one of them changes."""
    folder = str(project.folder)
    mark = _marks(f"{folder}/kpis", ".toml"), _marks(f"{folder}/facts", ".sql")
    kept = project.memo.get(OWN)
    if not isinstance(kept, Own) or kept.mark != mark:
        kpis = [project.folder / "kpis" / name for name, *_ in mark[0]]
        sqls = [project.folder / "facts" / name for name, *_ in mark[1]]
        added, wrong = _own_facts(sqls)
        columns = {
            name: Columns(names=frozenset(fact.columns), is_windowed=fact.is_windowed)
            for name, fact in {**added, **_shipped_facts()}.items()
        }
        found, troubles = read_own(kpis, _shipped_kpis(), columns)
        kept = Own(kpis=found, facts=added, problems=(*troubles, *wrong), mark=mark)
        project.memo[OWN] = kept
    return kept


def additions(project: Project) -> object:
    """A mark of what the project adds to the catalogue: it changes when figures may mean another
    thing."""
    return own(project).mark, tuple(project.memo.get(TRIAL, ()))


def additions_to(project: Project, fact: str) -> object:
    """The same for one fact: its tables are described anew only when its own KPIs change."""
    added = own(project)
    if fact in added.facts:
        return additions(project)
    kpis = {**added.kpis, **project.memo.get(TRIAL, {})}
    return tuple(kpi.defined_as["measure"] + repr((kpi.name, kpi.date, kpi.excluded, kpi.flags))
                 for kpi in kpis.values() if kpi.fact == fact)  # fmt: skip


def is_own(project: Project, name: str) -> bool:
    """Whether the project defines the KPI, or one that it is made of."""
    kpi = catalog(project).get(name)
    return kpi is not None and (
        name not in _shipped_kpis() or any(is_own(project, one) for one in kpi.measure.operands)
    )


def _marks(folder: str, ending: str) -> tuple[tuple[str, int, int, int], ...]:
    """Name, time, size and place of the files of a folder, by name; asked with every figure."""
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(ending):
                with suppress(OSError):  # gone between listing and looking
                    seen = entry.stat()
                    found.append((entry.name, seen.st_mtime_ns, seen.st_size, seen.st_ino))
    return tuple(sorted(found))


def _own_facts(paths: Sequence[Path]) -> tuple[dict[str, Fact], list[Problem]]:
    """The project's facts that are sound, and the problems of the others."""
    found: dict[str, Fact] = {}
    wrong: list[Problem] = []
    for path in paths:
        where = f"facts/{path.name}"
        try:
            check_name(path.stem, where)
            found[path.stem] = _checked(_fact(path.stem, path.read_text("utf-8"), where), where)
        except UserError as error:
            wrong.append(Problem(file=where, error=error))
        except (OSError, UnicodeDecodeError):
            unread = UserError("{file} cannot be read.", file=where, code="bad_fact")
            wrong.append(Problem(file=where, error=unread))
    sound = _standing(found)
    wrong += [
        Problem(file=f"facts/{name}.sql", error=_no_fact(name, found[name], sound))
        for name in sorted(set(found) - set(sound))
    ]
    return sound, wrong


def _checked(fact: Fact, where: str) -> Fact:
    """The fact, when it reads what there is and gives what pages of rows need."""
    if fact.name in _shipped_facts():
        raise _bad_fact(where, Text("There is a fact “{name}” already.", name=fact.name))
    inside = {cte.alias for cte in fact.tree.find_all(exp.CTE)}
    for table in fact.tree.find_all(exp.Table):
        plain = not table.db and table.name in {*TABLES, *inside}
        if not plain and table.db != "facts":
            raise _bad_fact(where, Text("There is no table “{name}”.", name=table.sql()),
                            did_you_mean(table.name, TABLES))  # fmt: skip
    for column in DRILLED:
        if column not in fact.columns:
            raise _bad_fact(where, Text("It has no column “{name}”.", name=column))
    return fact


def _standing(found: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts that read facts which stand themselves; those that read in a circle never do."""
    sound: dict[str, Fact] = {}
    while True:
        more = {
            name: fact
            for name, fact in found.items()
            if name not in sound and set(fact.reads) <= {*sound, *_shipped_facts()}
        }
        if not more:
            return sound
        sound |= more


def _no_fact(name: str, fact: Fact, sound: Mapping[str, Fact]) -> UserError:
    lacking = sorted(set(fact.reads) - {*sound, *_shipped_facts()})
    what = Text("It reads “{name}”, which is no sound fact.", name=lacking[0])
    return _bad_fact(f"facts/{name}.sql", what)


def _bad_fact(where: str, what: Text, hint: Text | None = None) -> UserError:
    return UserError("{where}: this is not a fact. {what}", where=where, what=what, hint=hint,
                     code="bad_fact")  # fmt: skip


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


def filled_fact(fact: Fact, values: Mapping[str, exp.Expr], tables: Mapping[str, str]) -> str:
    """The fact's SELECT with values filled in and the facts it reads by the names of `tables`."""
    said = {name: _said(values[name]) for name in set(fact.pieces[1::2]) if name in values}
    said |= {f"facts.{name}": table for name, table in tables.items()}
    return "".join(said[piece] if n % 2 else piece for n, piece in enumerate(fact.pieces))


def _said(value: exp.Expr) -> str:
    """A value as SQL, the options of a list side by side."""
    parts = value.expressions if isinstance(value, exp.Tuple) else [value]
    return ", ".join(part.sql(dialect="duckdb") for part in parts)
