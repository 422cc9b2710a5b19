"""What the demo shows of targets: a salesperson's proposal that waits for her manager."""

from decimal import Decimal

from kpilot.ask import catalog, facts
from kpilot.core.calendar import Fiscal, period_of
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.people.models import Person, Role
from kpilot.web.targets.models import Proposal
from kpilot.web.targets.past import Asked, past_of
from kpilot.web.targets.proposing import deciders, propose
from kpilot.web.targets.record import key_of

KPI = "sales_value"
STEP = Decimal(500)
CALENDAR = Fiscal()


def plant(project: Project) -> None:
    """One salesperson who has a manager proposes next month's sales: the mean of her last twelve
    months and a tenth more. Nothing when there are proposals already."""
    if Proposal.objects.exists():
        return
    cut = facts.cutoff(project, None, facts.utc_now())
    next_month = period_of(period_of(cut.whole, "month", CALENDAR).end, "month", CALENDAR)
    people = Person.objects.filter(role=Role.AGENT, is_active=True).exclude(agent_id="")
    for person in people.order_by("pk"):
        if all(one.role != Role.MANAGER for one in deciders(person, project)):
            continue
        asked = Asked(project=project, reader=Reader(agent_ids=frozenset({person.agent_id})),
                      scope=("agent", person.agent_id), cut=cut)  # fmt: skip
        past = past_of(catalog(project)[KPI], "month", asked).values[-12:]
        known = [value for value in past if value is not None]
        if not known:
            continue
        mean = Decimal(sum(known) / len(known)) * Decimal("1.1")
        value = (mean / STEP).to_integral_value() * STEP
        if value > 0:
            propose(person, KPI, key_of(next_month), value, "", project)
            return
