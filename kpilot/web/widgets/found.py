"""The kinds of widgets: every pair of files <name>.py and <name>.html in this folder is one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kpilot.ask import catalog
from kpilot.core.dimensions import find_dimension
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import read_filter
from kpilot.core.text import Both, Text
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets import asking
from kpilot.web.widgets.card import Asked, Drawing, said
from kpilot.web.widgets.fields import Field

HERE = Path(__file__).parent


class Draw(Protocol):
    """What draws a kind: the `draw` of its module."""

    def __call__(self, asked: Asked, state: State, project: Project, person: Person) -> Drawing: ...


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of widget: how it is called and read, what its form takes, how large it starts."""

    name: str
    label: str | Promise
    how_to_read: str | Promise
    group: str
    size: tuple[int, int]
    fields: Sequence[Field]
    draw: Draw

    def check(self, asked: Asked, project: Project) -> Sequence[str]:
        """What is wrong with a card of this kind, in sentences; nothing when it can be drawn."""
        return [words.say_error(error) for error in _wrong(self, asked, project)]


def kinds() -> Mapping[str, Kind]:
    """All the kinds by name, in the order of their groups."""
    return _kinds(tuple(sorted(path.stem for path in HERE.glob("*.html"))))


@cache
def _kinds(names: tuple[str, ...]) -> Mapping[str, Kind]:
    made = [_kind(name) for name in names if (HERE / f"{name}.py").exists()]
    order = ("figure", "time", "parts", "pipeline", "people", "words")
    made.sort(key=lambda kind: order.index(kind.group) if kind.group in order else len(order))
    return {kind.name: kind for kind in made}


def _kind(name: str) -> Kind:
    module = import_module(f"kpilot.web.widgets.{name}")
    return Kind(
        name=name,
        label=module.LABEL,
        how_to_read=module.HOW_TO_READ,
        group=getattr(module, "GROUP", "figure"),
        size=module.SIZE,
        fields=module.FIELDS,
        draw=module.draw,
    )


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The card as this person sees it; whatever is wrong with what is stored becomes a sentence."""
    kind = kinds().get(asked.widget)
    if kind is None:
        return said(_("There is no widget “%(name)s” (any more).") % {"name": asked.widget})
    try:
        for error in _wrong(kind, asked, project):
            raise error
        own = asking.own_state(asked, state, project)
        made = kind.draw(asked, state, project, person)
    except UserError as error:
        return said(words.say_error(error), finding=_name(kind, asked, project))
    return replace(
        made,
        finding=made.finding or _name(kind, asked, project),
        own=asking.own_words(asked, own, state, made.span),
        how_to_read="" if made.problem else str(kind.how_to_read),
    )


def _name(kind: Kind, asked: Asked, project: Project) -> str:
    """What a card is about when no finding says it."""
    known = catalog(project)
    names = [words.named(known[n].names) for n in asked.words.get("kpi", ()) if n in known]
    return ", ".join(names) or str(kind.label)


def _wrong(kind: Kind, asked: Asked, project: Project) -> Sequence[UserError]:
    known, found = catalog(project), list[UserError]()
    for one in kind.fields:
        values = [value for value in _values(one, asked) if value.strip()]
        label = str(one.label)
        if one.needed and not values:
            found.append(UserError("“{field}” is missing.", field=label, code="missing"))
        if len(values) > one.many:
            found.append(
                UserError("“{field}” takes {n} at most.", field=label, n=one.many, code="many")
            )
        if one.choices:
            found += [_no_choice(label, value) for value in values if value not in one.choices]
        if one.name == "kpi" and not one.is_option:
            found += [_gone(name) for name in values if name not in known]
            found += [
                _unfit(one, known[n]) for n in values if n in known and not one.fits(known[n])
            ]
        if one.name in READ and not one.is_option:
            found += _unread(READ[one.name], values)
    return found


READ: Mapping[str, Callable[[str], object]] = {"by": find_dimension, "where": read_filter}


def _unread(read: Callable[[str], object], values: Sequence[str]) -> Sequence[UserError]:
    found = []
    for value in values:
        try:
            read(value)
        except UserError as error:
            found.append(error)
    return found


def _values(one: Field, asked: Asked) -> Sequence[str]:
    if one.is_option:
        return (asked.options.get(one.name, ""),)
    return asked.words.get(one.name, ())


def _no_choice(label: str, value: str) -> UserError:
    return UserError("“{value}” is not a choice of “{field}”.", value=value, field=label,
                     code="bad_value")  # fmt: skip


def _gone(name: str) -> UserError:
    return UserError(
        "The KPI “{name}” is no longer in the catalogue.",
        name=name,
        hint=Text("Choose another one, or take the card away."),
        code="unknown_kpi",
    )


def _unfit(one: Field, kpi: Kpi) -> UserError:
    return UserError("{kpi}: {why}", kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
                     why=str(one.unfit), code="unfit")  # fmt: skip
