"""Notices: what a person is told inside kpilot, read in her own language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as N_

from kpilot.web.goals.models import Notice
from kpilot.web.people.models import Person

# kind -> its sentence; the names in it are keys of `args`.
KINDS: dict[str, str] = {
    "target_met": N_("“%(target)s” is reached. The goal “%(goal)s” stands at %(percent)s %%."),
    "goal_achieved": N_("The goal “%(goal)s” is achieved."),
    "goal_given": N_("%(who)s made you an owner of the goal “%(goal)s”."),
    "target_proposed": N_("%(who)s proposes a target: %(target)s, %(period)s."),
    "proposal_approved": N_("%(who)s approved your target: %(target)s, %(period)s."),
    "proposal_refused": N_("%(who)s sent your target back: %(target)s, %(period)s."),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice as its reader sees it."""

    pk: int
    text: str
    link: str
    at: datetime
    is_read: bool


def tell(people: Iterable[Person], kind: str, args: Mapping[str, object], link: str = "") -> None:
    """Tell each of `people` once; `kind` is a key of KINDS, `args` fill its sentence."""
    known = KINDS[kind]
    _said = known % {**args}  # a missing name is found here, not when somebody reads
    told = {person.pk: person for person in people if person.is_active}
    plain = {name: str(value) for name, value in args.items()}
    Notice.objects.bulk_create(
        Notice(person=person, kind=kind, args=plain, link=link) for person in told.values()
    )


def unread(person: Person) -> int:
    """How many notices she has not read."""
    return Notice.objects.filter(person=person, read_at=None).count()


def notices_of(person: Person, most: int = 100) -> Sequence[Told]:
    """Her notices, the latest first."""
    return [
        Told(
            pk=notice.pk,
            text=gettext(KINDS[notice.kind]) % notice.args,
            link=notice.link,
            at=notice.at,
            is_read=notice.read_at is not None,
        )
        for notice in Notice.objects.filter(person=person, kind__in=KINDS)[:most]
    ]


def mark_read(person: Person, pk: int | None = None) -> None:
    """Mark one of her notices read, or all of them."""
    hers = Notice.objects.filter(person=person, read_at=None)
    (hers if pk is None else hers.filter(pk=pk)).update(read_at=timezone.now())
