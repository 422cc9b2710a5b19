"""Writes docs/reference and the list of decisions from what the program and the records say.

`make docs` runs it; a test compares what it would write with what is there.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import click

from kpilot.cli import main as kpilot
from kpilot.cli.speech import Speech
from kpilot.core.catalogue_words import DIRECTIONS, FAMILIES, OBJECTIVES, UNITS
from kpilot.core.kpi import Kpi, read_kpis
from kpilot.core.places import CRMS, places
from kpilot.core.schema import SQL_TYPES, Field, Table
from kpilot.core.settings import Settings
from kpilot.core.tables import TABLES
from kpilot.core.words import MODELS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
WIDTH = 96
TITLE = re.compile(r"# (\d{4})(?: ·|:)? (.+)")


def pages() -> Mapping[str, str]:
    """The text of every page that is written here, by its name under docs/."""
    made = {
        "decisions/index.md": decisions(),
        "reference/commands.md": commands(),
        "reference/kpis.md": kpis(),
        "reference/settings.md": settings(),
        "reference/tables.md": tables(),
    }
    return {name: "\n".join(text).rstrip() + "\n" for name, text in made.items()}


def decisions() -> Iterator[str]:
    """Every decision record with its title."""
    yield from _title("Decisions", "Why things are as they are, one short record each.")
    yield ""
    for path in sorted((DOCS / "decisions").glob("0*.md")):
        for number, title in TITLE.findall(path.read_text()):
            yield f"- {number} [{title}]({path.name})"


def kpis() -> Iterator[str]:
    """Every KPI by family with its definition, in both languages; variants under their KPI."""
    yield from _title(
        "KPIs",
        "The catalogue. Ask for one by its id or any of its names: `kpilot ask win_rate`, "
        '`kpilot ask "taux de réussite"`. `kpilot explain` shows how a figure came about, '
        "`kpilot kpis win_rate` whether your data can measure it. Where each field stands in the "
        "CRMs is at the [end](#where-fields-stand).",
    )
    everything = list(shipped())
    groups = {family: [k for k in everything if k.family == family] for family in FAMILIES}
    for family, listed in groups.items():
        if listed:
            names = ", ".join(f"[{k.name}](#{k.name})" for k in listed if not k.variant_of)
            yield from ["", f"- **{FAMILIES[family].en}**: {names}"]
    for family, listed in groups.items():
        if listed:
            yield from ["", f"## {FAMILIES[family].en}"]
        for kpi in listed:
            yield from _variant(kpi) if kpi.variant_of else _kpi(kpi)
    yield from _places()


def _kpi(kpi: Kpi) -> Iterator[str]:
    """One KPI, from its meaning to what it needs."""
    yield from ["", f"### {kpi.name}", ""]
    yield f"**{kpi.names['en']}** ({kpi.names['fr']}). {kpi.meaning['en']}"
    yield f"*{kpi.meaning['fr']}*"
    yield from ["", f"- formula: {kpi.formula['en']}"]
    bounds = f" ({kpi.band[0]:g} to {kpi.band[1]:g})" if kpi.band else ""
    yield f"- unit: {UNITS[kpi.unit].en}; {DIRECTIONS[kpi.direction].en}{bounds}"
    if kpi.requires:
        yield "- needs: " + ", ".join(_needed(need) for need in kpi.requires)
    if kpi.measure.kind == "formula":
        made = ", ".join(f"`{name}`" for name in kpi.measure.operands)
        yield f"- made of: {made}"
    if kpi.measure.kind == "model":
        yield f"- model: {MODELS[kpi.measure.model].en}"
    if kpi.advice:
        served = [name for name, weight in kpi.advice.objectives.items() if weight >= 0.5]
        yield "- serves: " + ", ".join(OBJECTIVES[name].en.lower() for name in served)
    if kpi.guardrail:
        yield f"- read it with: `{kpi.guardrail}`"
    if aliases := sorted(alias for group in kpi.aliases.values() for alias in group):
        yield f"- also called: {', '.join(aliases)}"
    if kpi.caveat:
        yield f"- beware: {kpi.caveat['en']}"


def _variant(kpi: Kpi) -> Iterator[str]:
    """A variant in one paragraph, under the KPI it varies."""
    yield from ["", f"#### {kpi.name}", ""]
    yield f"**{kpi.names['en']}** ({kpi.names['fr']}). {kpi.meaning['en']}"
    yield f"*{kpi.meaning['fr']}* Formula: {kpi.formula['en']}."


def _needed(need: str) -> str:
    return " or ".join(_linked(column) for column in need.split("|"))


def _places() -> Iterator[str]:
    """Where the fields that KPIs need stand in each CRM."""
    yield from ["", "## Where fields stand", ""]
    yield (
        "The names of each CRM's API. An empty cell: the CRM does not keep the field under a name "
        "of its own; bring it from another file."
    )
    yield ""
    yield from _table("field", *CRMS.values())
    for need, known in places().items():
        cells = (f"`{known[crm]}`" if crm in known else "" for crm in CRMS)
        yield _row(_linked(need), *cells)


def shipped() -> Iterator[Kpi]:
    """The KPIs that come with kpilot, by name."""
    for path in sorted((ROOT / "kpilot" / "kpis").glob("*.toml")):
        yield from read_kpis(path.stem, tomllib.loads(path.read_text()), path.name)


def _linked(column: str) -> str:
    return f"[`{column}`](tables.md#{column.split('.')[0]})"


def commands() -> Iterator[str]:
    """Every command with its help, as the terminal shows it."""
    yield from _title("Commands", "What `kpilot` can do; `kpilot COMMAND --help` says the same.")
    english = Speech()
    english.language = "en"
    for name, command in kpilot.commands.items():
        yield from ["", f"## kpilot {name}", "", "```text"]
        with click.Context(command, info_name=f"kpilot {name}", terminal_width=WIDTH, obj=english):
            yield re.sub(r"\n{3,}", "\n\n", command.get_help(click.get_current_context()))
        yield "```"


def settings() -> Iterator[str]:
    """Every setting of kpilot.toml with its default."""
    yield from _title("Settings", "What `kpilot.toml` in a project folder may say.")
    yield ""
    yield from _table("setting", "default", "meaning")
    for setting in fields(Settings):
        choices = [f"`{choice}`" for choice in setting.metadata["choices"]]
        meaning = setting.metadata["en"] + (f" One of {', '.join(choices)}." if choices else "")
        yield _row(f"`{setting.name}`", f"`{_toml(setting.default)}`", meaning)


def tables() -> Iterator[str]:
    """Every warehouse table with its columns."""
    yield from _title(
        "Tables",
        "What every file and every system is brought to. A moment known only to the day stands in "
        "the column whose name ends in `_on`, the other one being empty.",
    )
    for table in TABLES.values():
        yield from ["", f"## {table.name}", "", f"{table.en} ({table.fr.lower()})."]
        yield f"One row for each {' and '.join(f'`{key}`' for key in table.key)}."
        yield ""
        yield from _table("column", "type", "meaning", "French", "notes")
        for field in table.all_fields:
            kind = "for mapping only" if field.virtual else SQL_TYPES[field.kind]
            yield _row(f"`{field.name}`", kind, field.en, field.fr, "; ".join(_notes(table, field)))


def _notes(table: Table, field: Field) -> Iterator[str]:
    if field.required:
        yield "required"
    if field.references:
        yield f"id of [{field.references}](#{field.references})"
    if field.choices:
        yield "one of " + ", ".join(f"`{choice}`" for choice in field.choices)
    if field.kind == "instant" and not field.virtual:
        yield f"or `{field.date_name}`"


def _title(title: str, about: str) -> Iterable[str]:
    return (f"# {title}", "", about, "Written by `make docs`: don't edit it here.")


def _table(*names: str) -> Iterable[str]:
    return (_row(*names), _row(*("---" for _ in names)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def main() -> None:
    """Writes the pages that changed."""
    for name, text in pages().items():
        path = DOCS / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
