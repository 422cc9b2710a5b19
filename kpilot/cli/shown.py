"""A load on a terminal: how files were read, what columns mean, what will happen."""

from collections.abc import Sequence
from decimal import Decimal

import click

from kpilot.cli.opening import Desk, Json
from kpilot.cli.tables import Column, show
from kpilot.core.format import money, number
from kpilot.core.tables import TABLES
from kpilot.core.text import Text, cut
from kpilot.load.labels import field_label, table_label

PROBLEMS = 20
SAMPLES = 3
SAMPLE_WIDTH = 18
DELIMITERS = {",": Text("comma"), ";": Text("semicolon"), "\t": Text("tab"), "|": Text("bar")}
KINDS = {"open": Text("open"), "won": Text("won"), "lost": Text("lost")}


def show_plan(desk: Desk, found: Json) -> None:
    """Each file with its columns, then stages, names that look alike, notes and conflicts."""
    for table in found["tables"]:
        _file(desk, table)
    if found["stages"]:
        _stages(desk, found["stages"])
    for alias in found["aliases"]:
        _alias(desk, alias)
    for note in found["notes"]:
        click.echo(f"· {note}")
    for conflict in found["conflicts"]:
        click.secho(f"✕ {conflict}", fg="red")


def show_preview(desk: Desk, preview: Json) -> None:
    """Rows by fate, what comes with them, money, and the first problems."""
    click.echo()
    counts(desk, preview["tables"])
    _implied(desk, preview["implied"])
    problems(desk, preview["problems"], preview["problem_count"])


def show_report(desk: Desk, report: Json) -> None:
    """What a load did, and how to take it back."""
    _ = desk.speech
    click.echo()
    counts(desk, report["tables"])
    _implied(desk, report["implied"])
    for note in [*report["notes"], *(n for table in report["tables"] for n in table["notes"])]:
        click.echo(f"· {note}")
    problems(desk, report["problems"], report["problem_count"])
    refused = report["counts"]["refused"]
    taken = report["counts"]["read"] - refused
    said = _("Load {id} is done: {n} rows.", id=report["id"], n=taken)
    if refused:
        said = _("Load {id} is done: {n} rows, and {m} refused.", id=report["id"], n=taken,
                 m=refused)
    click.secho(said, bold=True)
    if refused:
        click.echo(_("The refused rows as a file:  kpilot refused {id}", id=str(report["id"])))
    click.echo(_("To take it back:  kpilot undo {id}", id=str(report["id"])))


def counts(desk: Desk, tables: Sequence[Json]) -> None:
    """One line a file: read, new, updated, unchanged, refused, and the money of each."""
    _, language = desk.speech, desk.language
    heads = [Column(head=_("File")), Column(head=_("Table")), *(
        Column(head=word, right=True) for word in (
            _("read"), _("new"), _("updated"), _("unchanged"), _("refused"),
            _("money read"), _("money refused")))]
    rows = []
    for table in tables:
        count = table["counts"]
        rows.append([
            table["name"], desk.speech.render(table_label(table["table"])),
            *(number(count[name], language)
              for name in ("read", "new", "updated", "unchanged", "refused")),
            _money(desk, table["money"], "read"), _money(desk, table["money"], "refused"),
        ])
    show(heads, rows)


def problems(desk: Desk, found: Sequence[Json], total: int) -> None:
    """The first problems with file, row, column, cell and what to write instead."""
    if not total:
        return
    _ = desk.speech
    click.echo()
    heads = [Column(head=_("File")), Column(head=_("Row"), right=True),
             Column(head=_("Column")), Column(head=_("Cell")), Column(head=_("Why refused"))]
    show(heads, [[problem["file"], number(problem["row"], desk.language), problem["column"],
                  cut(problem["cell"], SAMPLE_WIDTH), problem["why"]]
                 for problem in found[:PROBLEMS]])
    if total > PROBLEMS:
        click.echo(_("and {n} more", n=total - min(PROBLEMS, len(found))))


def _file(desk: Desk, table: Json) -> None:
    _, form = desk.speech, table["format"]
    click.echo()
    click.secho(table["file"] + (f" · {table['sheet']}" if table["sheet"] else ""), bold=True,
                nl=False)
    read_as = [
        _("{n} rows, {columns} columns", n=table["rows"], columns=len(table["columns"])),
        *([_.render(DELIMITERS.get(form["delimiter"], Text("{it}", it=form["delimiter"])))]
          if form["delimiter"] else []),
        *([form["encoding"]] if form["encoding"] else []),
    ]
    click.echo("  " + ", ".join(read_as))
    for note in form["notes"]:
        click.echo(f"· {note}")
    if table["table"] is None or table["skip"]:
        click.echo("→ " + _("left out"))
        return
    click.echo("→ " + _.render(table_label(table["table"])))
    heads = [Column(head=word) for word in (_("Column"), _("Samples"), _("Field"), _("Sure"))]
    show(heads, [[
        column["header"],
        " · ".join(cut(sample, SAMPLE_WIDTH) for sample in column["samples"][:SAMPLES]),
        _.render(field_label(table["table"], column["field"])) if column["field"]
        else _("(left out)"),
        _sure(desk, column),
    ] for column in table["columns"]])


def _sure(desk: Desk, column: Json) -> str:
    _, sure = desk.speech, column["confidence"]
    if column["reason"] in ("remembered", "said"):
        return _("remembered") if column["reason"] == "remembered" else _("said")
    if not column["field"]:
        return ""
    if sure >= 0.9:
        return _("sure")
    return _("likely") if sure >= 0.6 else _("to check")


def _stages(desk: Desk, stages: Sequence[Json]) -> None:
    _ = desk.speech
    click.echo()
    heads = [Column(head="", right=True), Column(head=_("Stage")), Column(head=_("Kind")),
             Column(head=_("Rows"), right=True), Column(head="")]
    show(heads, [[str(stage["pos"]), stage["name"], _.render(KINDS[stage["kind"]]),
                  number(stage["rows"], desk.language),
                  _("guessed") if stage["guessed"] else ""] for stage in stages])


def _alias(desk: Desk, alias: Json) -> None:
    _ = desk.speech
    if alias["accepted"] is None:
        said = _("is it “{known}”?", known=alias["known"])
    elif alias["accepted"]:
        said = _("is “{known}”", known=alias["known"])
    else:
        said = _("is not “{known}”", known=alias["known"])
    rows = _("1 row") if alias["rows"] == 1 else _("{n} rows", n=alias["rows"])
    click.echo(f"≈ {_.render(table_label(alias['table']))}: “{alias['heard']}” ({rows}) {said}")


def _implied(desk: Desk, implied: Sequence[Json]) -> None:
    _ = desk.speech
    for made in implied:
        if made["table"] in TABLES and made["count"]:
            names = ", ".join(made["names"][:SAMPLES])
            more = "…" if made["count"] > SAMPLES else ""
            click.echo("+ " + _("{n} of {table} that the files name: {names}", n=made["count"],
                                  table=table_label(made["table"]), names=names + more))


def _money(desk: Desk, totals: Sequence[Json], part: str) -> str:
    return " + ".join(
        money(Decimal(total[part]), total["currency"] or desk.settings.currency, desk.language)
        for total in totals if Decimal(total["read"]))
