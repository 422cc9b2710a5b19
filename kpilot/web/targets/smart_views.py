"""The fragment of the SMART assistant, asked for by every form in which an aim is typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kpilot.project import Project
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.reader import reader_of
from kpilot.web.targets import aims, smart_drawing, smart_words
from kpilot.web.targets.rights import Scope, rights_of
from kpilot.web.targets.smart import verdicts
from kpilot.web.warehouse import project


@signed_in
def smart_check(request: HttpRequest) -> HttpResponse:
    """What the assistant says of the aim in the form's words, as far as it has been typed."""
    opened = project()
    given = {name: str(value) for name, value in request.GET.items()}
    aim = aims.read(given, opened)
    context: dict[str, object] = {"typed": aim.typed}
    if aim.kpi is None:
        context["hint"] = _("Choose a KPI: what you type is held against its history.")
    elif not sees_whole(person_of(request), aim.scope, opened):
        context["hint"] = _("You see only a part of these figures: there is nothing to judge by.")
    elif aim.typed and aim.said is None:
        context["hint"] = _("No number can be read in “%(typed)s”. Write 12500, 25%% or +5%%.") % {
            "typed": aim.typed[:60]
        }
    else:
        found = verdicts(
            aim.kpi, aim.scope, aim.start, aim.said, aim.due, opened,
            reader_of(person_of(request), opened), begins=aim.begins, reading=aim.reading,
        )  # fmt: skip
        context |= {
            "found": found,
            "checks": smart_words.said(found, opened),
            "readings": smart_words.readings(found),
            "noise": smart_words.noise(found),
            "drawn": smart_drawing.drawn(found),
        }
    return render(request, "targets/smart.html", context)


def sees_whole(person: Person, scope: Scope, opened: Project) -> bool:
    """Whether the figures of these people are all hers to see, so that they can be judged by."""
    seen = reader_of(person, opened).agent_ids
    if seen is None:
        return True
    if scope[0] == "agent":
        return scope[1] in seen
    return rights_of(person, opened).sees_parts(scope)
