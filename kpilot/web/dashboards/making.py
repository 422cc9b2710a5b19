"""Making and changing dashboards. Every change is one more version; nothing is ever overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kpilot.web.dashboards import placing
from kpilot.web.dashboards.models import Dashboard, Named, Sharing, Version
from kpilot.web.dashboards.placing import Cards, Placed
from kpilot.web.people.models import Person

__all__ = ["Change", "Placed", "change", "create", "now", "redo", "restore", "undo"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What somebody does to a dashboard.

    did    the word for it, `about` the card it concerns, in words
    cards  the cards afterwards; title as well when it changes
    """

    did: str
    cards: Cards
    about: str = ""
    title: str = ""


def create(
    author: Person | None,
    title: str,
    cards: Sequence[Placed],
    *,
    sharing: str = Sharing.PRIVATE,
    did: str = "create",
) -> Dashboard:
    """A new dashboard; without an author it is for everyone."""
    with transaction.atomic():
        made = Dashboard.objects.create(
            author=author, title=title.strip()[:120] or _("Dashboard"), sharing=sharing, version=1
        )
        Version.objects.create(
            dashboard=made, number=1, person=author, title=made.title,
            cards=placing.to_json(placing.keyed(cards)), did=did,
        )  # fmt: skip
    return made


def now(dashboard: Dashboard) -> Version:
    """The version in force."""
    return dashboard.versions.get(number=dashboard.version)


def change(dashboard: Dashboard, person: Person, seen: int, what: Change) -> tuple[Dashboard, bool]:
    """The dashboard with the change made to the version that the person had `seen`.

    When somebody else has changed it meanwhile, hers becomes a copy of her own: (the copy, True).
    """
    with transaction.atomic():
        held = Dashboard.objects.select_for_update().get(pk=dashboard.pk)
        if held.version != seen:
            return _apart(held, person, what), True
        same = placing.to_json(what.cards) == now(held).cards
        if same and (what.title or held.title) == held.title:
            return held, False
        _add(held, person, what, before=held.version, after=None)
    return held, False


def undo(dashboard: Dashboard, person: Person) -> bool:
    """Go back one change, across reloads; False at the beginning."""
    return _step(dashboard, person, "undo")


def redo(dashboard: Dashboard, person: Person) -> bool:
    """Take back an undo; False when nothing was undone since the last change."""
    return _step(dashboard, person, "redo")


def restore(dashboard: Dashboard, person: Person, number: int) -> None:
    """Bring an earlier version back, as one more change that undo takes back."""
    with transaction.atomic():
        held = Dashboard.objects.select_for_update().get(pk=dashboard.pk)
        old = held.versions.get(number=number)
        what = Change(did="restore", about=str(number), title=old.title,
                      cards=placing.from_json(old.cards))  # fmt: skip
        _add(held, person, what, before=held.version, after=None)


def delete(dashboard: Dashboard) -> None:
    """Put a dashboard away; its versions stay, and `bring_back` shows it again."""
    Dashboard.objects.filter(pk=dashboard.pk).update(deleted_at=timezone.now(), is_default=False)


def bring_back(dashboard: Dashboard) -> None:
    """Show a dashboard again that was put away."""
    Dashboard.objects.filter(pk=dashboard.pk).update(deleted_at=None)


def changes_since(dashboard: Dashboard, seen: int) -> Sequence[Version]:
    """What was done since the version somebody had seen, oldest first."""
    return list(dashboard.versions.filter(number__gt=seen).select_related("person")
                .order_by("number"))  # fmt: skip


def share(
    dashboard: Dashboard, sharing: str, *, team_id: str, may_edit: bool,
    named: Sequence[tuple[Person, bool]],
) -> None:  # fmt: skip
    """Say who sees a dashboard, and who of them may change it."""
    with transaction.atomic():
        dashboard.sharing, dashboard.team_id, dashboard.may_edit = sharing, team_id, may_edit
        dashboard.save(update_fields=["sharing", "team_id", "may_edit"])
        dashboard.named.all().delete()
        Named.objects.bulk_create(
            Named(dashboard=dashboard, person=person, may_edit=edits) for person, edits in named
        )


def make_default(dashboard: Dashboard, *, on: bool) -> None:
    """Show this dashboard first to the whole organisation, or no longer."""
    with transaction.atomic():
        Dashboard.objects.filter(is_default=True).update(is_default=False)
        Dashboard.objects.filter(pk=dashboard.pk).update(is_default=on)


def _step(dashboard: Dashboard, person: Person, did: str) -> bool:
    with transaction.atomic():
        held = Dashboard.objects.select_for_update().get(pk=dashboard.pk)
        current = now(held)
        number = current.before if did == "undo" else current.after
        if number is None:
            return False
        old = held.versions.get(number=number)
        what = Change(did=did, title=old.title, cards=placing.from_json(old.cards))
        after = current.number if did == "undo" else old.after
        _add(held, person, what, before=old.before, after=after)
    dashboard.refresh_from_db()
    return True


def _add(
    held: Dashboard, person: Person, what: Change, *, before: int | None, after: int | None
) -> None:
    held.version += 1
    held.title = what.title or held.title
    held.save(update_fields=["version", "title"])
    Version.objects.create(
        dashboard=held, number=held.version, person=person, title=held.title,
        cards=placing.to_json(what.cards), did=what.did, about=what.about[:200],
        before=before, after=after,
    )  # fmt: skip


def _apart(held: Dashboard, person: Person, what: Change) -> Dashboard:
    title = _("%(title)s (my copy)") % {"title": what.title or held.title}
    return create(person, title, what.cards, did="apart")
