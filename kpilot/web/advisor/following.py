"""What is followed: by a person herself, or by the organisation for everyone.

Nothing is overwritten: each change is one more row, so what was followed when can be told.
"""

from collections.abc import Sequence

from django.db import transaction

from kpilot.ask import catalog
from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.web.advisor.models import Answer, Following
from kpilot.web.people.models import Person, Role
from kpilot.web.warehouse import project

MANY = 6
FOR_EVERYONE = (Role.ADMINISTRATOR, Role.MANAGER)


def followed(person: Person) -> tuple[str, ...]:
    """KPI ids in order: her own, else what is followed for everyone, else none.

    KPIs that are no longer in the catalogue are left out."""
    return in_force(person) or in_force(None)


def in_force(whose: Person | None) -> tuple[str, ...]:
    """What she follows herself, or what is followed for everyone (None)."""
    found, known = latest(whose), catalog(project())
    return tuple(str(name) for name in found.kpis if name in known) if found else ()


def latest(person: Person | None) -> Following | None:
    """What is in force for the person herself, or for everyone (None)."""
    return Following.objects.filter(person=person).first()


def may_for_everyone(person: Person) -> bool:
    """Whether she may say what everyone follows."""
    return person.role in FOR_EVERYONE


def version_of(person: Person | None) -> int:
    """Which version is in force; 0 before the first."""
    found = latest(person)
    return found.version if found else 0


def follow(
    person: Person,
    kpis: Sequence[str],
    *,
    for_everyone: bool,
    seen: int | None = None,
    answer: Answer | None = None,
) -> None:
    """From now on these are followed, in this order; one named twice counts once.

    seen    the version the person looked at; UserError when somebody changed it since
    answer  the answer of the advisor they come from
    """
    if for_everyone and not may_for_everyone(person):
        raise UserError("Only managers and administrators say what everyone follows.",
                        code="not_for_everyone")  # fmt: skip
    whose = None if for_everyone else person
    with transaction.atomic():
        version = version_of(whose)
        if seen is not None and seen != version:
            raise UserError(
                "Somebody changed what is followed since you opened this page.",
                hint=Text("Look at the list as it is now, then save yours again."),
                code="changed_since",
            )
        Following.objects.create(
            person=whose,
            author=person,
            kpis=list(dict.fromkeys(kpis)),
            version=version + 1,
            answer=answer,
        )
