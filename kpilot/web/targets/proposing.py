"""Targets that salespeople propose for themselves, and what their managers make of them.

Each step is kept and told to whom it concerns; an approved one is set like any other target.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, override

from kpilot.ask import catalog
from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import Period, parse_period
from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.people.models import Person, Role
from kpilot.web.targets import keeping
from kpilot.web.targets.keeping import Change
from kpilot.web.targets.models import Proposal, State, Step
from kpilot.web.targets.rights import rights_of

LONGEST = 1000


def propose(
    person: Person, kpi: str, period: str, value: Decimal | None, word: str, project: Project
) -> Proposal:
    """Keep a proposal for herself and tell her managers; an earlier one for the same month, not
    yet decided, is withdrawn. UserError for what is no monthly target of hers."""
    if person.role != Role.AGENT or not person.agent_id:
        raise UserError("Only salespeople propose targets, for themselves.", code="rights")
    span = parse_period(period, fiscal(project))
    if span.grain not in ("month", "fiscal_month"):
        raise UserError("A proposal is for one month.", code="no_month")
    if value is None:
        raise UserError("Write the target you propose.", code="no_value")
    keeping.check(kpi, value, project)
    now = datetime.now(UTC)
    with transaction.atomic():
        earlier = Proposal.objects.filter(
            author=person, kpi=kpi, period=period, state=State.PROPOSED
        )
        for one in earlier:
            _step(one, person, State.WITHDRAWN, None, "", now)
        made = Proposal.objects.create(author=person, agent_id=person.agent_id, kpi=kpi,
                                       period=period, value=value, made_at=now)  # fmt: skip
        _step(made, person, State.PROPOSED, value, word, now)
    _tell(deciders(person, project), "target_proposed", made, person, project)
    return made


def decide(
    person: Person, proposal: Proposal, state: State, value: Decimal | None, word: str,
    project: Project,
) -> None:  # fmt: skip
    """Approve, change or refuse a proposal as one of its deciders; tell its author.

    UserError when it is decided already, refused without a word, or changed to no target.
    """
    if not may_decide(person, proposal, project):
        raise Http404
    if state == State.REFUSED and not word.strip():
        raise UserError("Say in a word why: she will read it.", code="no_word")
    if state == State.CHANGED and value is None:
        raise UserError("Write the target you approve instead.", code="no_value")
    if state == State.CHANGED and value == proposal.value:
        state = State.APPROVED
    with transaction.atomic():
        current = Proposal.objects.get(pk=proposal.pk)
        if current.state != State.PROPOSED:
            last = current.steps.last()
            raise UserError("{who} decided it meanwhile.", who=last.who_name if last else "",
                            code="decided", hint=Text("The page shows how."))  # fmt: skip
        final = value if state == State.CHANGED else proposal.value
        if state != State.REFUSED:
            keeping.set_targets(person, [Change(
                kpi=proposal.kpi, scope_type="agent", scope_id=proposal.agent_id,
                period=proposal.period, value=final,
            )], why="proposal", project=project)  # fmt: skip
        kept = None if state == State.REFUSED else final
        _step(current, person, state, kept, word, datetime.now(UTC))
    kind = "proposal_refused" if state == State.REFUSED else "proposal_approved"
    _tell([proposal.author], kind, current, person, project)


def withdraw(person: Person, proposal: Proposal) -> None:
    """Take back one's own proposal, while nobody has decided it."""
    if proposal.author != person:
        raise Http404
    if proposal.state != State.PROPOSED:
        raise UserError("It is decided already.", code="decided")
    _step(proposal, person, State.WITHDRAWN, None, "", datetime.now(UTC))


def visible(person: Person, project: Project) -> QuerySet[Proposal]:
    """The proposals she may see: her own, those of the people she manages, all for administrators
    and viewers."""
    found = Proposal.objects.prefetch_related("steps").select_related("author")
    if person.role in (Role.ADMINISTRATOR, Role.VIEWER):
        return found
    if person.role == Role.MANAGER:
        may = rights_of(person, project).set_ or frozenset()
        return found.filter(agent_id__in={one for kind, one in may if kind == "agent"})
    return found.filter(author=person)


def may_decide(person: Person, proposal: Proposal, project: Project) -> bool:
    """Whether it is hers to decide: administrators and managers of that person, never oneself."""
    if person.role not in (Role.ADMINISTRATOR, Role.MANAGER) or proposal.author == person:
        return False
    return rights_of(person, project).sets(("agent", proposal.agent_id))


def deciders(author: Person, project: Project) -> Sequence[Person]:
    """Who is told of her proposals: her managers; where she has none, the administrators."""
    active = Person.objects.filter(is_active=True)
    scope = ("agent", author.agent_id)
    managers = [one for one in active.filter(role=Role.MANAGER)
                if rights_of(one, project).sets(scope)]  # fmt: skip
    return managers or list(active.filter(role=Role.ADMINISTRATOR))


def span_of(proposal: Proposal, project: Project) -> Period:
    """The month it is for."""
    return parse_period(proposal.period, fiscal(project))


def _step(
    proposal: Proposal, who: Person, state: State, value: Decimal | None, word: str, now: datetime
) -> None:
    Step.objects.create(proposal=proposal, at=now, who=who, who_name=str(who), state=state,
                        value=value, word=word.strip()[:LONGEST])  # fmt: skip
    proposal.state = state
    proposal.save(update_fields=["state"])


def _tell(
    people: Sequence[Person], kind: str, proposal: Proposal, who: Person, project: Project
) -> None:
    from kpilot.web.goals.notices import tell

    kpi = catalog(project)[proposal.kpi]
    for one in people:
        with override(one.language or get_language() or "en"):
            last = proposal.steps.last()
            value = last.value if last and last.value is not None else proposal.value
            tell([one], kind, {
                "who": str(who),
                "target": f"{words.named(kpi.names)} "
                f"{words.figure(value, kpi, project.settings.currency)}",
                "period": words.period_name(span_of(proposal, project), fiscal(project)),
            }, reverse("proposals"))  # fmt: skip

