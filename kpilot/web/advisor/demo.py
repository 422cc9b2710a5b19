"""What the demo company follows: the advisor's own answer for it, taken up for everyone."""

from kpilot.ask import facts
from kpilot.ask.facts import utc_now
from kpilot.project import Project
from kpilot.web.advisor.answering import SAID, answer, chosen
from kpilot.web.advisor.models import Following
from kpilot.web.advisor.prefilled import prefilled
from kpilot.web.advisor.taking_up import Chosen, take_up
from kpilot.web.people.models import Person, Role
from kpilot.web.reader import reader_of

OBJECTIVE = "REV"


def plant(project: Project) -> None:
    """The administrator asks for more revenue and follows what comes out for everyone; nothing when
    something is followed already."""
    now = utc_now()
    chief = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
    has_data = facts.cutoff(project, None, now).horizon is not None
    if chief is None or not has_data or Following.objects.exists():
        return
    reader = reader_of(chief, project)
    told = prefilled(project, reader, now)
    said = {word: told[word].value if word in told else "" for word in (*SAID, "agents")}
    found = answer(chief, said, OBJECTIVE, project, reader, now)
    kpis = chosen(found)
    if kpis:
        take = Chosen(kpis=kpis, for_everyone=True, with_dashboard=True, answer=found)
        take_up(chief, take, project, now)
