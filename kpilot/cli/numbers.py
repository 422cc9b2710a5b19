"""Numbers on the command line: `ask`, `explain` and `kpis`."""

import csv
import io
from collections.abc import Sequence

import click

from kpilot.cli.catalogue import catalogue, whole
from kpilot.cli.figures import ask_table, explanation
from kpilot.cli.opening import Desk, Function, Json, on_project
from kpilot.cli.speech import N_, Command, Option, give

QUERY = (
    click.option("--from", "start", cls=Option, metavar="DATE",
                 help=N_("First day of the period, such as 2017-01-01.")),
    click.option("--to", "end", cls=Option, metavar="DATE",
                 help=N_("Day after the last one of the period.")),
    click.option("--period", cls=Option, metavar="PERIOD",
                 help=N_("2017, 2017-Q2, 2017-06, 2017-W23, FY2017-Q2 or 2017-01-01/2017-04-01.")),
    click.option("--grain", cls=Option, metavar="GRAIN",
                 help=N_("day, week, month, quarter, year, or fiscal_month and so on.")),
    click.option("--by", cls=Option, multiple=True, metavar="DIMENSION",
                 help=N_("Break down by team, agent, product …; repeat it, or use commas.")),
    click.option("--where", cls=Option, multiple=True, metavar="FILTER",
                 help=N_("Only these rows: team=West, product!=\"GTX Pro\", amount>=1000.")),
    click.option("--compare", cls=Option, metavar="WITH",
                 help=N_("previous, or year for the same period of last year.")),
    click.option("--as-of", cls=Option, metavar="MOMENT",
                 help=N_("As the data was known at the end of that day, or at that moment.")),
    click.option("--attribution", cls=Option, metavar="MODE",
                 help=N_("owner_at_event, owner_first, owner_current, touched, touch_equal or"
                         " split.")),
)
WORDS = {"start": "from", "end": "to"}


def query_options(function: Function) -> Function:
    """The words of a query as options."""
    for option in reversed(QUERY):
        function = option(function)
    return function


@click.command("ask", cls=Command, help=N_(
    "Give the figures of one KPI or several. Without a period: the last complete month and the"
    " running one, as of the last day of the data."))
@click.argument("kpi", nargs=-1, required=True, metavar="KPI…")
@query_options
@click.option("--json", "as_json", is_flag=True, cls=Option, help=N_("One JSON object."))
@click.option("--csv", "as_csv", is_flag=True, cls=Option, help=N_("Comma-separated values."))
@on_project
def ask(desk: Desk, *, as_json: bool, as_csv: bool, **words: object) -> None:
    """The figures as a table, JSON or CSV."""
    result = desk.answer("ask", {"params": params(words)})
    if as_json:
        give(result)
    elif as_csv:
        click.echo(_csv(result), nl=False)
    else:
        ask_table(desk, result)


@click.command("explain", cls=Command, help=N_(
    "Take one figure apart: what it means, its formula with the operands, what was left out, the"
    " rows behind it, and the SQL."))
@click.argument("kpi", nargs=1, metavar="KPI")
@query_options
@click.option("--json", "as_json", is_flag=True, cls=Option, help=N_("One JSON object."))
@on_project
def explain(desk: Desk, *, as_json: bool, **words: object) -> None:
    """The explanation, to be read from top to bottom."""
    found = desk.answer("explain", {"params": params(words)})
    if as_json:
        give(found)
    else:
        explanation(desk, found)


@click.command("kpis", cls=Command, help=N_(
    "List the KPIs, and what is missing to measure them; with a KPI, everything about that one."))
@click.argument("kpi", nargs=1, required=False, metavar="[KPI]")
@click.option("--json", "as_json", is_flag=True, cls=Option, help=N_("One JSON object."))
@on_project
def kpis(desk: Desk, *, kpi: str | None, as_json: bool) -> None:
    """Name, label, and the missing fields of each; or one KPI whole."""
    found = desk.answer("kpis", {"kpi": kpi or ""})
    if as_json:
        give(found)
    elif kpi:
        whole(desk, found["kpi"])
    else:
        catalogue(desk, found)


def params(words: dict[str, object]) -> dict[str, list[str]]:
    """The words of `Query.from_params` that were given."""
    given = {}
    for name, value in words.items():
        values = list(value) if isinstance(value, tuple) else [value] if value is not None else []
        if values:
            given[WORDS.get(name, name)] = [str(one) for one in values]
    return given


def _csv(result: Json) -> str:
    """Raw figures, a dimension in two columns; cells that would be formulas are made harmless."""
    rows: Sequence[Json] = result["rows"]
    out = io.StringIO()
    dims = list(dict.fromkeys(name for row in rows for name in row["dims"]))
    plain = ("value", "num", "den", "n", "lo", "hi", "unit", "currency", "partial", "reason",
             "attribution")  # fmt: skip
    writer = csv.writer(out)
    writer.writerow(["kpi", "period", "start", "end", *dims, *plain, "as_of", "flags"])
    for row in rows:
        writer.writerow([
            row["kpi"], row["period"], row["start"], row["end"],
            *(_harmless(row["dims"].get(name)) for name in dims),
            *("" if row[name] is None else row[name] for name in plain),
            result["as_of"], " ".join(row["flags"]),
        ])
    return out.getvalue()


def _harmless(text: object) -> str:
    shown = "" if text is None else str(text)
    return f"'{shown}" if shown[:1] in "=+-@\t\r" and shown else shown
