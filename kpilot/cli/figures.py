"""Figures for the eye: a result as a table, an explanation as a page of text."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import click

from kpilot.cli.moments import moment
from kpilot.cli.opening import Desk, Json
from kpilot.cli.reasons import excluded_text, flag_text, method_text, reason_text
from kpilot.cli.tables import Column, show
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.calendar import Period
from kpilot.core.chance_words import LABEL
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.query import fiscal_of
from kpilot.core.text import Both
from kpilot.core.words import DEFINITION, MODELS, in_language, said, value_said

PATIENCE = 8  # cells of a row behind a figure that are shown


def ask_table(desk: Desk, result: Json) -> None:
    """One line a figure: period, dimensions, value, n, interval, comparison, what to know."""
    rows, _ = result["rows"], desk.speech
    many = len({row["kpi"] for row in rows}) > 1
    dims = [name for name in dict.fromkeys(n for row in rows for n in row["dims"])
            if not name.endswith("_id")]
    compared = any(row["compare"] for row in rows)
    columns = [
        *([Column(head=_("KPI"))] if many else []),
        Column(head=_("Period")),
        *(Column(head=_dimension(name, desk.language)) for name in dims),
        Column(head=_("Value"), right=True),
        Column(head="n", right=True),
        Column(head=_("Interval"), right=True),
        *([Column(head=_("Change"), right=True), Column(head=_("Against"))]
          if compared else []),
        Column(head=_("To know")),
    ]
    lines = []
    for row in rows:
        lines.append([
            *([row["kpi"]] if many else []),
            period(desk, row),
            *(_in(desk, value_said(name, row["dims"].get(name, ""))) for name in dims),
            value(row, desk.language),
            written.number(row["n"], desk.language),
            _interval(row, desk.language),
            *(_change(desk, row) if compared else []),
            _notes(desk, row),
        ])
    show(columns, lines)
    click.echo(_("As of {moment}.", moment=moment(desk, result["as_of"])), err=True)


def explanation(desk: Desk, found: Json) -> None:
    """Name, sentence, formula with operands, what was left out, first rows and SQL."""
    row, _ = found["row"], desk.speech
    click.secho(f"{found['name']}: {value(row, desk.language)}", bold=True)
    click.echo(f"{period(desk, row)} · {found['meaning']}\n")
    click.echo(f"{found['formula']}")
    if found["model"]:
        click.echo(f"  {_in(desk, said(MODELS, found['model']))}")
    if row["den"] is not None:
        click.echo(f"  {_plain(row['num'], desk)} / {_plain(row['den'], desk)}"
                   f" = {value(row, desk.language)}")
    click.echo(f"  n = {written.number(row['n'], desk.language)}"
               + (f", {_('interval')} {_interval(row, desk.language)}"
                  f" ({_.render(method_text(row['method']))})"
                  if row["lo"] is not None else ""))
    if notes := _notes(desk, row):
        click.echo(f"  {notes}")
    for operand in found["operands"]:
        days = format_date.days_between(date.fromisoformat(operand["start"]),
                                        date.fromisoformat(operand["end"]), desk.language)
        click.echo(f"  {operand['kpi']} = {value(operand, desk.language)}, {days}")
    if found["chances"]:
        click.echo(f"  {_in(desk, LABEL)}: {found['chances']}")
    _versions(desk, found["definitions"])
    click.echo()
    _steps(desk, found["steps"])
    _records(desk, found["records"])
    click.secho(f"\n{_('SQL')}", bold=True)
    click.echo("\n\n".join(found["sql"]))


def value(row: Json, language: str) -> str:
    """The figure in its unit, or "n/a"."""
    return written.figure(_number(row["value"]), row["unit"], language,
                          currency=row["currency"] or "")


def period(desk: Desk, row: Json) -> str:
    """The period of a row by its name; an unfinished one says so."""
    start, end = (date.fromisoformat(row[name]) for name in ("start", "end"))
    named = format_date.period(Period(start=start, end=end, key=row["period"]), desk.language,
                               fiscal_of(desk.settings))
    return f"{named} ({desk.speech('running')})" if row["partial"] else named


def _versions(desk: Desk, definitions: list[Json]) -> None:
    """The version in force and what the last change of the definition was."""
    if len(definitions) < 2:
        return
    before, now = definitions[-2:]
    click.echo("  " + desk.speech("Version {n} of the definition, since {moment}.",
                                  n=now["version"], moment=moment(desk, now["since"])))
    for part in dict.fromkeys((*before["said"], *now["said"])):
        if before["said"].get(part) != now["said"].get(part):
            click.echo(f"    {_in(desk, said(DEFINITION, part))}:"
                       f" {before['said'].get(part, '–')} → {now['said'].get(part, '–')}")


def _steps(desk: Desk, steps: Mapping[str, int]) -> None:
    _ = desk.speech
    words = {"read": _("read"), "elsewhere": _("in other periods"), "counted": _("counted")}
    for name, n in steps.items():
        label = words.get(name) or desk.speech.render(excluded_text(name))
        click.echo(f"  {written.number(n, desk.language):>12}  {label}")


def _records(desk: Desk, records: Json) -> None:
    shown, _ = records["rows"], desk.speech
    if not shown:
        return
    click.secho("\n" + _("{n} of {total} rows", n=len(shown), total=records["total"]), bold=True)
    names = [name for name in records["columns"] if any(row.get(name) for row in shown)]
    names = names[:PATIENCE]
    show([Column(head=name) for name in names],
         [["" if row.get(name) is None else str(row[name]) for name in names] for row in shown])


def _interval(row: Json, language: str) -> str:
    if row["lo"] is None or row["hi"] is None:
        return ""
    return written.interval(row["lo"], row["hi"], row["unit"], language,
                            currency=row["currency"] or "", digits=1)


def _change(desk: Desk, row: Json) -> list[str]:
    compared = row["compare"]
    if not compared:
        return ["", ""]
    start, end = (date.fromisoformat(compared[name]) for name in ("from", "to"))
    against = format_date.days_between(start, end, desk.language)
    this, before = _number(compared["value"]), _number(compared["prev"])
    if this is None or before is None:
        why = desk.speech.render(reason_text(compared["reason"])) if compared["reason"] else ""
        return [written.missing(desk.language), f"{against} {why}".rstrip()]
    moved = written.change(this, before, row["unit"], desk.language)
    return [moved or written.missing(desk.language), against]


def _notes(desk: Desk, row: Json) -> str:
    _ = desk.speech
    notes = [row["why"].get(desk.language, row["why"]["en"])] if row["reason"] else []
    notes += [_.render(flag_text(flag)) for flag in row["flags"]
              if not flag.startswith("missing:")]
    if row["reason"] == "none_visible":
        return ", ".join(notes)  # which has said what is left out
    notes += [f"{written.number(n, desk.language)} {_.render(excluded_text(name))}"
              for name, n in row["excluded"].items() if n]
    return ", ".join(notes)


def _plain(amount: float | None, desk: Desk) -> str:
    if amount is None:
        return written.missing(desk.language)
    return written.decimal(_number(amount) or 0, desk.language, 2, strip=True)


def _number(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))


def _in(desk: Desk, words: Both) -> str:
    return in_language(words, desk.language)


def _dimension(name: str, language: str) -> str:
    known = DIMENSIONS.get(name)
    return name if known is None else known.fr if language == "fr" else known.en

