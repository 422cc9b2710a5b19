"""Signing in: who is let through, and how guessing is slowed down."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest

from kpilot.web.people.models import FailedSignIn, Person, Role, Setup

WINDOW = timedelta(minutes=15)
TRIES_PER_PERSON = 5
TRIES_PER_ADDRESS = 40


class Wait(Exception):
    """Too many refused tries; `minutes` until the next one counts."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        super().__init__(minutes)


class AlreadySetUp(Exception):
    """The first administrator exists."""


def is_set_up() -> bool:
    """Whether the first administrator has ever been made."""
    return Setup.objects.exists()


def set_up(*, email: str, name: str, password: str, language: str) -> Person:
    """The first administrator; AlreadySetUp when somebody else was first."""
    try:
        with transaction.atomic():
            Setup(id=1).save(force_insert=True)
            person = Person.objects.add(
                email=email, name=name, role=Role.ADMINISTRATOR, password=password
            )
            person.language = language
            person.save(update_fields=["language"])
            return person
    except IntegrityError as error:
        raise AlreadySetUp from error


def let_in(request: HttpRequest, *, email: str, password: str, now: datetime) -> Person | None:
    """Who this is, or None when address and password do not match an active person.

    Raises Wait after too many refusals for one person from one address, or from one address.
    """
    email = email.strip().lower()
    address = _address(request)
    FailedSignIn.objects.filter(at__lt=now - WINDOW).delete()
    _slow_down(email, address, now)
    person = authenticate(request, username=email, password=password)
    if not isinstance(person, Person):
        FailedSignIn.objects.create(email=email[:254], address=address, at=now)
        return None
    FailedSignIn.objects.filter(email=email, address=address).delete()
    return person


def _address(request: HttpRequest) -> str:
    """Where a request comes from: behind the proxy that ends HTTPS, what that proxy saw."""
    seen = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return (seen.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", "")))[:64]


def _slow_down(email: str, address: str, now: datetime) -> None:
    refused = FailedSignIn.objects.filter(address=address).order_by("at")
    limits = ((Q(email=email), TRIES_PER_PERSON), (Q(), TRIES_PER_ADDRESS))
    for condition, tries in limits:
        when = list(refused.filter(condition).values_list("at", flat=True))
        if len(when) >= tries:
            left = when[-tries] + WINDOW - now
            raise Wait(max(1, -(-int(left.total_seconds()) // 60)))
