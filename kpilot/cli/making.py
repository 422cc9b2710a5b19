"""Makes a project folder, and tries whether everything in one works."""

from pathlib import Path

import click

from kpilot.cli.opening import Desk, on_project
from kpilot.cli.speech import N_, Command, Option, Speech, say
from kpilot.core.errors import UserError
from kpilot.core.faults import in_words
from kpilot.core.text import Text


@click.command("init", cls=Command, help=N_(
    "Make a project in DIR: its settings (kpilot.toml), its warehouse, and folders for your own"
    " KPIs and facts."))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--organisation", cls=Option, help=N_("Name of the organisation."))
@click.option("--tz", cls=Option, help=N_("Time zone, such as Europe/Paris."))
@click.option("--currency", cls=Option, help=N_("Currency of the figures, such as EUR."))
@click.option("--language", cls=Option, help=N_("en or fr."))
@click.option("--fiscal-start-month", cls=Option, type=int,
              help=N_("Month in which the fiscal year starts, 1 to 12."))
@click.pass_obj
def init(speech: Speech, /, folder: Path, **given: object) -> None:
    """Write the folder and say what comes next."""
    from kpilot.project import create_project, read_settings

    settings = {name: value for name, value in given.items() if value is not None}
    settings.setdefault("language", speech.language)
    try:
        create_project(folder, **settings)
    except OSError as error:
        if in_words(error, folder):
            raise
        raise UserError("No folder can be made at {folder}.", folder=folder, code="no_folder",
                        hint=Text("Name a folder that does not exist yet.")) from error
    speech.language = read_settings(folder).language
    say(speech, Text("{folder} is a kpilot project now.", folder=folder))
    say(speech, Text("Load your CRM's export:  kpilot load FILES --project {folder}",
                     folder=folder))


@click.command("check", cls=Command, help=N_(
    "Read the settings, every KPI and every fact, the project's own included, try each KPI once,"
    " and say what is wrong."))
@on_project
def check(desk: Desk) -> None:
    """Status 1 when anything is wrong."""
    found = desk.answer("check", {})
    for problem in found["problems"]:
        click.echo(f"{problem['kpi']}: {problem['message']}", err=True)
    if found["problems"]:
        click.get_current_context().exit(1)
    say(desk.speech, Text("{n} KPIs are in order.", n=found["kpis"]))

