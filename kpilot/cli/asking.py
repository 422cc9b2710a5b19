"""Asks, on a terminal, until nothing is open: names that look alike, columns, stages, then go."""

import click

from kpilot.cli.opening import Desk, Json
from kpilot.cli.progress import bar
from kpilot.cli.shown import show_plan, show_preview
from kpilot.cli.speech import complain
from kpilot.core.errors import UserError
from kpilot.core.text import Text

KINDS = ("open", "won", "lost")


def ask_until_clear(desk: Desk, body: Json, found: Json) -> Json:
    """The answers with which to load; the command ends here when the person says no."""
    answers: Json = body["answers"]
    while True:
        answers = _aliases(desk, answers, found)
        if found["preview"]:
            show_preview(desk, found["preview"])
        choice = _choice(desk, ready=found["preview"] is not None)
        if choice == "load":
            return answers
        if choice == "stop":
            click.echo(desk.speech.render(Text("Nothing was written.")))
            click.get_current_context().exit(0)
        changed = _changed(desk, answers, found)
        try:
            with bar(desk) as progress:
                found = desk.answer("propose", {**body, "answers": changed}, progress)
        except UserError as error:
            complain(desk.speech, error)
            continue
        answers = changed
        show_plan(desk, found)


def _aliases(desk: Desk, answers: Json, found: Json) -> Json:
    """Each pair of names that nobody has decided on: one, or two?"""
    for alias in found["aliases"]:
        said = answers.get("aliases", {}).get(alias["table"], {})
        if alias["accepted"] is not None or alias["heard"] in said:
            continue
        same = click.confirm(desk.speech(
            "{rows} rows say “{heard}”, {known_rows} say “{known}”: the same?",
            rows=alias["rows"], heard=alias["heard"], known_rows=alias["known_rows"],
            known=alias["known"]), default=True)
        names = {**said, alias["heard"]: alias["known"] if same else False}
        answers = {**answers, "aliases": {**answers.get("aliases", {}), alias["table"]: names}}
    return answers


def _choice(desk: Desk, *, ready: bool) -> str:
    _ = desk.speech
    keys = {"l": "load", "c": "change", "s": "stop"} if ready else {"c": "change", "s": "stop"}
    words = {"load": _("[l]oad"), "change": _("[c]hange"), "stop": _("[s]top")}
    shown = "  ".join(words[name] for name in keys.values())
    letters = {words[name].partition("[")[2][:1].lower(): name for name in keys.values()}
    while True:
        said = click.prompt(shown, prompt_suffix=" > ", default="", show_default=False)
        if chosen := letters.get(said.strip().lower()[:1]):
            return chosen


def _changed(desk: Desk, answers: Json, found: Json) -> Json:
    """A line the person types, as an answer: `column = field`, `stage = won`, `file: table`."""
    _ = desk.speech
    click.echo(_("Write  column = field  (nothing after = leaves it out),  stage = won 3,"
                   "  or  file : table"))
    said = click.prompt("", prompt_suffix="> ", default="", show_default=False)
    name, sign, value = (part.strip() for part in _parted(said))
    if not sign:
        return answers
    files = {table["name"]: table for table in found["tables"]}
    if sign == ":":
        return _of_file(answers, name, {"table": value} if value else {"skip": True})
    kind, _, pos = value.partition(" ")
    if kind in KINDS and any(stage["name"] == name for stage in found["stages"]):
        stage = {"kind": kind, **({"pos": int(pos)} if pos.strip().isdigit() else {})}
        return {**answers, "stages": {**answers.get("stages", {}), name: stage}}
    for file, table in files.items():
        if any(column["header"] == name for column in table["columns"]):
            columns = answers.get("tables", {}).get(file, {}).get("columns", {})
            return _of_file(answers, file, {"columns": {**columns, name: value}})
    complain(desk.speech, UserError("There is no column and no stage “{name}”.", name=name,
                                    hint=Text("Write it as it stands above.")))
    return answers


def _parted(said: str) -> tuple[str, str, str]:
    return said.partition("=") if "=" in said else said.partition(":")


def _of_file(answers: Json, file: str, said: Json) -> Json:
    tables = answers.get("tables", {})
    return {**answers, "tables": {**tables, file: {**tables.get(file, {}), **said}}}
