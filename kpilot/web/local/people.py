"""The command that lets people into a demo: it runs in the server, which owns the accounts."""

from typing import Any

from kpilot.core.errors import UserError
from kpilot.load.report import Progress, Render
from kpilot.project import Project

Json = dict[str, Any]  # values of every kind: they go through JSON


def welcomed(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """Add the people of `body` to a project that has nobody; whether they were added.

    The first is the administrator. All get the one password: these accounts hide nothing.
    """
    # Imported here: this module can be named without Django, which only the server has set up.
    from django.contrib.auth.hashers import make_password

    from kpilot.web.people.door import AlreadySetUp, set_up
    from kpilot.web.people.models import Person

    first, *others = body["people"]
    try:
        administrator = set_up(email=first["email"], name=first["name"],
                               password=body["password"], language=first["language"])
    except AlreadySetUp:
        return {"added": False}
    if Person.objects.count() > 1:
        raise UserError("There are people here already.", code="people")
    Person.objects.bulk_create([
        Person(**part, password=administrator.password or make_password(None)) for part in others
    ])
    return {"added": True}
