"""Dashboards, every version of them, whom they are shown to, and views of them by name."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Sharing(models.TextChoices):
    """Who sees a dashboard beside its author and the people named."""

    PRIVATE = "private", _("Only me and the people named")
    TEAM = "team", _("My team")
    EVERYONE = "everyone", _("Everyone")


class Dashboard(models.Model):
    """A dashboard; what stands on it is in its versions, the latest in force.

    author      who made it; None for one that kpilot made for everyone
    team_id     the author's team when it was shared with the team
    may_edit    those it is shared with may change it, not only read
    is_default  what the organisation sees first; one at most
    version     the number of the version in force
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    title = models.CharField(max_length=120)
    sharing = models.CharField(max_length=8, choices=Sharing.choices, default=Sharing.PRIVATE)
    team_id = models.CharField(max_length=200, blank=True)
    may_edit = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["is_default"], condition=models.Q(is_default=True),
                                    name="one_default_dashboard")
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """A dashboard as it stood after one change; rows are only ever added.

    did     what was done ("add", "place", "undo", …), `about` to which card
    before  the version that undo goes back to, `after` the one that redo brings back
    """

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    title = models.CharField(max_length=120)
    cards = models.JSONField(default=list)
    did = models.CharField(max_length=16)
    about = models.CharField(max_length=200, blank=True)
    before = models.PositiveIntegerField(null=True)
    after = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dashboard", "number"], name="one_dashboard_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Named(models.Model):
    """A person a dashboard is shared with by name."""

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="named")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    may_edit = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dashboard", "person"], name="named_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.dashboard}"


class SavedView(models.Model):
    """Words of the address (period, filters, …) that a person gave a name on one dashboard.

    board       the dashboard as addresses name it: "7", or "ready/sales-review"
    words       what follows the question mark
    is_default  the person's own default on this dashboard: opening it without words opens this
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    board = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "board", "name"], name="one_view_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name
