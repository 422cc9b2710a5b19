"""Starts the web application for a project."""

from pathlib import Path

import click

from kpilot.cli.opening import desk_of, project_option
from kpilot.cli.speech import N_, Command, Option, Speech


@click.command("serve", cls=Command, help=N_(
    "Open the project in the browser: pages and loads run in this one process until it is"
    " stopped. Other kpilot commands hand it their work meanwhile."))
@click.option("--port", cls=Option, default=8000, show_default=True,
              type=click.IntRange(1, 65535),
              help=N_("Port on this machine."))
@click.option("--host", cls=Option, default="127.0.0.1", show_default=True,
              help=N_("Address to listen on; 0.0.0.0 for every network."))
@click.option("--names", cls=Option, default="", metavar="NAMES",
              help=N_("Further host names the pages may be asked for under."))
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@project_option
@click.pass_obj
def serve(
    speech: Speech, /, folder: Path | None, project_folder: Path | None, port: int, host: str,
    names: str,
) -> None:
    """Serve until stopped."""
    desk = desk_of(folder or project_folder, speech)
    from kpilot.web.serve import serve as run

    run(desk.folder, host=host, port=port, names=names)
