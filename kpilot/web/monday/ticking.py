"""Ticking things off the list of the week: they are hidden for this person until next Monday."""

from collections.abc import Sequence
from datetime import date, timedelta

from kpilot.web.monday.actions import SHOWN, Todo
from kpilot.web.monday.models import Done
from kpilot.web.people.models import Person


def week_of(day: date) -> date:
    """The Monday of the week."""
    return day - timedelta(day.weekday())


def left(person: Person, todos: Sequence[Todo], day: date) -> tuple[Sequence[Todo], int]:
    """The first things still to do, and how many of those found are done."""
    done = set(Done.objects.filter(person=person, week=week_of(day)).values_list("key", flat=True))
    open_ = [one for one in todos if one.key not in done]
    return open_[:SHOWN], len(todos) - len(open_)


def tick(person: Person, key: str, day: date) -> None:
    """From now on this is done for the week; twice is once."""
    Done.objects.get_or_create(person=person, week=week_of(day), key=key[:160])


def untick(person: Person, day: date) -> None:
    """Everything of the week is to do again."""
    Done.objects.filter(person=person, week=week_of(day)).delete()
