"""What a KPI may be called, by people and in their data."""

import re
from collections.abc import Mapping

from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.text import Text, folded

_WORD = re.compile(r"[^\W_]+")


def plain(word: str) -> str:
    """A name as `named` knows it: "Chiffre d’affaires", "CHIFFRE D'AFFAIRES" are one."""
    return " ".join(_WORD.findall(folded(word)))


def named(known: Catalog) -> Mapping[str, str]:
    """What a KPI may be called (see `plain`) → its name in the catalogue."""
    found = {plain(name): name for name in known}
    for kpi in known.values():
        for word in (*kpi.names.values(), *(a for group in kpi.aliases.values() for a in group)):
            found.setdefault(plain(word), kpi.name)
    return found


def aimed(known: Catalog) -> Mapping[str, str]:
    """What a target may say it is for → the KPI: a "quota" is one of sales, not of quotas."""
    return {
        word: known[name].measure.of
        if known[name].measure.kind in ("target", "attainment")
        else name
        for word, name in named(known).items()
    }


def find(catalog: Catalog, word: str, language: str = "en") -> Kpi:
    """The KPI called `word`, by its id or one of its names; UserError with "did you mean"."""
    if word in catalog:
        return catalog[word]
    if name := named(catalog).get(plain(word)):
        return catalog[name]
    known = [*catalog, *(kpi.names.get(language, kpi.name) for kpi in catalog.values())]
    raise UserError(
        "There is no KPI “{word}”.",
        word=word,
        hint=did_you_mean(word, known) or Text("The catalogue lists them."),
        code="unknown_kpi",
    )
