"""The command that sets a demo up as a team would have: what it follows, its goals, its rules."""

from importlib import import_module
from importlib.util import find_spec

from kpilot.load.report import Progress, Render
from kpilot.project import Project
from kpilot.web.local.commands import Json


def planted(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """Let each app that has a `demo` module show what it is for; what is there already is kept."""
    # Imported here: this module can be named without Django, which only the server has set up.
    from django.apps import apps
    from django.utils import translation

    done = []
    with translation.override("fr" if body.get("language") == "fr" else "en"):
        for app in apps.get_app_configs():
            if app.name.startswith("kpilot.") and find_spec(f"{app.name}.demo"):
                import_module(f"{app.name}.demo").plant(project)
                done.append(app.label)
    return {"planted": done}
