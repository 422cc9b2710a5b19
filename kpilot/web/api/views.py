"""JSON: the words of the command line in, the same object out, as the person who is signed in."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from kpilot.ask import ask as figures_of
from kpilot.ask import catalog, facts
from kpilot.ask.fiscal import fiscal
from kpilot.core.errors import UserError
from kpilot.core.query import Query
from kpilot.core.text import Text
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.reader import reader_of
from kpilot.web.warehouse import project

View = Callable[[HttpRequest], HttpResponse]


def _in_json(view: View) -> View:
    """A UserError becomes a 400 that says it in the reader's language."""

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except UserError as error:
            said = {
                "code": error.code,
                "message": _say(error.text),
                "hint": _say(error.hint) if error.hint else None,
            }
            return JsonResponse({"error": said}, status=400)

    return answered


@signed_in
@require_GET
@_in_json
def ask(request: HttpRequest) -> HttpResponse:
    """Figures: `/api/ask?kpi=win_rate&period=2017-Q2&by=team`."""
    opened = project()
    given = {str(word): [str(v) for v in values] for word, values in request.GET.lists()}
    query = Query.from_params(
        given,
        reader=reader_of(person_of(request), opened),
        catalog=catalog(opened),
        settings=opened.settings,
        fiscal=fiscal(opened),
    )
    answer = JsonResponse(figures_of(query, opened).to_json())
    answer["Cache-Control"] = "private, no-store"
    return answer


@signed_in
@require_GET
@_in_json
def kpis(request: HttpRequest) -> HttpResponse:
    """The catalogue: every KPI with its names, unit and definition."""
    listed = [
        {
            "kpi": kpi.name,
            "names": dict(kpi.names),
            "meaning": dict(kpi.meaning),
            "formula": dict(kpi.formula),
            "unit": kpi.unit,
            "direction": kpi.direction,
            "version": kpi.version,
            "requires": list(kpi.requires),
        }
        for kpi in catalog(project()).values()
    ]
    return JsonResponse({"kpis": listed})


@signed_in
@require_GET
def version(request: HttpRequest) -> HttpResponse:
    """The number that every change of the data raises; 304 to whoever knows it already."""
    number = facts.data_version(project())
    mark = f'"{number}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    answer = JsonResponse({"data_version": number})
    answer["ETag"] = mark
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _say(text: Text) -> str:
    language = "fr" if (get_language() or "en").startswith("fr") else "en"
    return text.render(gettext, language)
