"""Starts the web application for a project."""

import click

from kpilot.cli.opening import Desk, on_project
from kpilot.cli.speech import N_, Command, Option


@click.command("serve", cls=Command, help=N_(
    "Open the project in the browser: pages and loads run in this one process until it is"
    " stopped. Other kpilot commands hand it their work meanwhile."))
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path())
@click.option("--port", cls=Option, default=8000, show_default=True,
              help=N_("Port on this machine."))
@click.option("--host", cls=Option, default="127.0.0.1", show_default=True,
              help=N_("Address to listen on; 0.0.0.0 for every network."))
@click.option("--names", cls=Option, default="", metavar="NAMES",
              help=N_("Further host names the pages may be asked for under."))
@on_project
def serve(desk: Desk, *, port: int, host: str, names: str, **_: object) -> None:
    """Serve until stopped."""
    from kpilot.web.serve import serve as run

    run(desk.folder, host=host, port=port, names=names)
