"""The SMART assistant beside a target that is being typed: its own words for a row of this form."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict

from kpilot.ask.catalog import catalog
from kpilot.core.errors import UserError
from kpilot.core.kpi_names import find
from kpilot.web.goals.views import MAKERS
from kpilot.web.kpis import words
from kpilot.web.people.access import only
from kpilot.web.targets.smart_views import smart_check
from kpilot.web.warehouse import project

FIELDS = ("target", "start", "reading")


@only(*MAKERS)
def smart(request: HttpRequest, number: int) -> HttpResponse:
    """What the assistant says of row `number`; nothing while it is of another type."""
    given, row = request.GET, f"t{number}-"
    if given.get(f"{row}kind") != "kpi":
        return HttpResponse("")
    asked: dict[str, str] = {}
    try:
        kpi = find(catalog(project()), str(given.get(f"{row}kpi", "")).strip(), words.language())
        asked["kpi"] = kpi.name
    except UserError:
        pass
    asked["scope"] = str(given.get(f"{row}scope") or given.get("scope", ""))
    for name in FIELDS:
        asked[name] = str(given.get(row + name, ""))
    if given.get("period") and given.get("period") != "own":
        asked["period"] = str(given["period"])
    else:
        asked["start_on"] = str(given.get("start_on", ""))
        asked["due_last"] = str(given.get("last_day", ""))
    request.GET = QueryDict(urlencode(asked))
    answer = smart_check(request)
    # Its choice of a reading belongs to this row, of which the form may have several.
    answer.content = answer.content.replace(b'name="reading"', f'name="{row}reading"'.encode())
    return answer
