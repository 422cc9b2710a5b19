"""The files of one's own KPIs: tried before they are kept, never overwritten unseen."""

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kpilot.ask import ask, catalog, facts
from kpilot.ask.catalog import TRIAL, own
from kpilot.ask.catalog import facts as known_facts
from kpilot.ask.own import Columns, check, parsed, taken
from kpilot.core.calendar import add_months, ranged
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.kpi_shape import LONGEST_NAME
from kpilot.core.query import Query
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from kpilot.core.text import Text, folded
from kpilot.project import Project

MONTHS = 6
_WRITING = threading.Lock()


def mark_of(text: str) -> str:
    """What tells one text from another: of a file read, of a definition tried."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def new_name(project: Project, words: str) -> str:
    """An id made of its name, one that nobody has."""
    plain = re.sub(r"[^a-z0-9]+", "_", folded(words)).strip("_") or "kpi"
    plain = plain if plain[0].isalpha() else f"kpi_{plain}"
    plain = plain[: LONGEST_NAME - 4].rstrip("_")
    names = (plain, *(f"{plain}_{n}" for n in range(2, 100)))
    known = catalog(project)
    return next(name for name in names if name not in known and not path_of(project, name).exists())


def path_of(project: Project, name: str) -> Path:
    """The file of the KPI."""
    return project.folder / "kpis" / f"{name}.toml"


def sound(project: Project, name: str, text: str, *, is_new: bool) -> Kpi:
    """The KPI that the text defines; UserError naming what is wrong with it."""
    where = f"kpis/{name}.toml"
    kpi = parsed(name, text.encode(), where)[0]
    if is_new and name in catalog(project):
        raise taken(name, where)
    columns = {
        fact.name: Columns(names=frozenset(fact.columns), is_windowed=fact.is_windowed)
        for fact in known_facts(project).values()
    }
    check(kpi, columns, where)
    return kpi


def tried(project: Project, kpi: Kpi, reader: Reader) -> Sequence[Row]:
    """The figures of the last complete months, as this reader would see them; nothing is kept."""
    cut = facts.cutoff(project, None, facts.utc_now())
    end = cut.whole.replace(day=1)
    query = Query(kpis=(kpi.name,), reader=reader, grain="month",
                  period=ranged(add_months(end, -MONTHS), end))  # fmt: skip
    memo = {key: value for key, value in list(project.memo.items()) if key != ("results",)}
    return ask(query, replace(project, memo={**memo, TRIAL: {kpi.name: kpi}})).rows


def keep(project: Project, name: str, text: str, seen: str) -> None:
    """Write the file whole or not at all; `seen` marks what the editor began with, "" for a new
    KPI. UserError when somebody else wrote it meanwhile."""
    path = path_of(project, name)
    path.parent.mkdir(exist_ok=True)
    with _WRITING:
        now = path.read_text("utf-8") if path.exists() else ""
        if (mark_of(now) if now else "") != seen:
            raise UserError(
                "Somebody changed this KPI while you worked on it.",
                hint=Text("Open it again to see the change, then make yours."),
                code="changed_since",
            )
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).chmod(0o644)
        Path(fresh).replace(path)


def throw_away(project: Project, name: str) -> None:
    """Remove the file of an own KPI; one that others are made of stays, with their names."""
    known = catalog(project)
    users = [
        other for other in known.values()
        if {name, *(v.name for v in known.values() if v.variant_of == name)}
        & {*other.measure.operands} and other.name in own(project).kpis
    ]  # fmt: skip
    if users:
        raise UserError(
            "Other KPIs are made of this one: {names}.",
            names=", ".join(other.name for other in users),
            code="in_use",
        )
    with _WRITING:
        path_of(project, name).unlink(missing_ok=True)
