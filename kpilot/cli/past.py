"""Loads that were made: their list, the way back, and the rows they refused."""

import getpass
from pathlib import Path

import click

from kpilot.cli.moments import moment
from kpilot.cli.opening import Desk, Json, on_project
from kpilot.cli.shown import show_report
from kpilot.cli.speech import N_, Command, Option, give
from kpilot.cli.tables import Column, show
from kpilot.core.errors import UserError
from kpilot.core.format import number
from kpilot.core.text import Text

FILES = 4


@click.command("loads", cls=Command, help=N_(
    "List the loads, the last one first: who, when, which files, how many rows. With LOAD, show"
    " that one with its problems."))
@click.argument("load", required=False, type=int, metavar="[LOAD]")
@click.option("--json", "as_json", is_flag=True, cls=Option, help=N_("One JSON object."))
@on_project
def loads(desk: Desk, *, load: int | None, as_json: bool) -> None:
    """The list, or one load."""
    found = desk.answer("loads", {"load": load})
    if as_json:
        give(found)
    elif load is not None:
        show_report(desk, found)
    else:
        _list(desk, found["loads"])


@click.command("undo", cls=Command, help=N_(
    "Take a load back: its rows go, the rows it changed become what they were. Later loads that"
    " stand on it must be undone first."))
@click.argument("load", type=int, metavar="LOAD")
@on_project
def undo(desk: Desk, *, load: int) -> None:
    """Say what was taken back."""
    report = desk.answer("undo", {"load": load, "who": getpass.getuser()})
    _, rows = desk.speech, report["counts"]
    click.echo(_("Load {id} is undone: {new} rows are gone, {updated} are as they were.",
                 id=report["id"], new=rows["new"], updated=rows["updated"]))


@click.command("refused", cls=Command, help=N_(
    "Give the refused rows of a load as CSV, with the reason in the last column. Correct them and"
    " load the file again."))
@click.argument("load", type=int, metavar="LOAD")
@click.option("--out", cls=Option, metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
              help=N_("Folder to write one file for each file of the load into."))
@on_project
def refused(desk: Desk, *, load: int, out: Path | None) -> None:
    """One CSV on standard output, or one file each in a folder."""
    files: dict[str, str] = desk.answer("refused", {"load": load})["files"]
    if not files:
        click.echo(desk.speech.render(Text("Load {id} refused no row.", id=load)), err=True)
        return
    if out is None:
        if len(files) > 1:
            raise UserError("Load {id} refused rows of {n} files.", id=load, n=len(files),
                            hint=Text("Add --out with a folder for them."), code="many_files")
        click.echo(next(iter(files.values())), nl=False)
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = out / f"{Path(name).stem or 'rows'}-refused.csv"
        path.write_text(text, encoding="utf-8", newline="")
        click.echo(path)


def _files(desk: Desk, names: list[str]) -> str:
    """The first few names, and how many more there are."""
    _, shown = desk.speech, names[:FILES]
    more = [_("{n} more", n=len(names) - FILES)] if len(names) > FILES else []
    return ", ".join([*shown, *more])


def _list(desk: Desk, found: list[Json]) -> None:
    _, language = desk.speech, desk.language
    if not found:
        click.echo(_("Nothing has been loaded yet."))
        return
    heads = [Column(head=_("Load"), right=True), Column(head=_("When")),
             Column(head=_("Who")), Column(head=_("Files")),
             *(Column(head=word, right=True) for word in (
                 _("read"), _("new"), _("updated"), _("unchanged"), _("refused"))),
             Column(head="")]
    rows = []
    for load in found:
        count = load["counts"]
        rows.append([
            str(load["id"]), moment(desk, str(load["finished_at"])), str(load["who"]),
            _files(desk, load["files"]),
            *(number(count[name], language)
              for name in ("read", "new", "updated", "unchanged", "refused")),
            _("undone by {who}", who=load["undone_by"]) if load["undone_at"] else "",
        ])
    show(heads, rows)
