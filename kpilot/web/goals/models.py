"""Goals, their targets, what was entered for them, and what changed when: nothing is overwritten.

A change of a goal or target leaves a row in `Change` with what stood before and after; the values
of a target are rows too, so that yesterday's progress can always be worked out again.
"""

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 120


class Scope(models.TextChoices):
    """Whose goal it is."""

    ORG = "org", _("Everybody")
    TEAM = "team", _("A team")
    AGENT = "agent", _("One person")


class Timing(models.TextChoices):
    """By which days one expects to be how far."""

    LINEAR = "linear", _("Day by day, evenly")
    WORKING = "working", _("By working days")
    SEASON = "season", _("By the season of earlier years")
    MONTHS = "months", _("By weights of the months")


class Kind(models.TextChoices):
    """The five types of target."""

    NUMBER = "number", _("Number")
    CURRENCY = "currency", _("Money")
    BOOLEAN = "boolean", _("Yes or no")
    TASKS = "tasks", _("Tasks")
    KPI = "kpi", _("KPI")


class Goal(models.Model):
    """A name, its people, its dates; `due_on` is exclusive, people are shown the day before.

    scope_id      the team or salesperson of the data; "" for everybody
    month_weights "2026-01" → weight, for the timing by months
    series        the same for goals made together by repeating one
    version       rises with every change, so that two people cannot overwrite one another
    """

    name = models.CharField(max_length=LONGEST_NAME)
    scope_type = models.CharField(max_length=5, choices=Scope.choices, default=Scope.ORG)
    scope_id = models.CharField(max_length=200, blank=True)
    owners = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="goals", blank=True)
    start_on = models.DateField()
    due_on = models.DateField()
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children"
    )
    weight = models.FloatField(default=1.0)
    timing = models.CharField(max_length=8, choices=Timing.choices, default=Timing.LINEAR)
    month_weights = models.JSONField(default=dict, blank=True)
    series = models.UUIDField(null=True, blank=True)
    place = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    achieved_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["place", "due_on", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.due_on - timedelta(1)


class Target(models.Model):
    """What should be reached, in one of five ways.

    agg        a flow adds up from start to end, a level stands where it stands
    direction  what meets a target that equals its start; else the two numbers say it
    met_at     when it was first seen reached, so that its notice is sent once
    """

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.NUMBER)
    name = models.CharField(max_length=LONGEST_NAME)
    agg = models.CharField(max_length=5, default="flow")
    start = models.FloatField(null=True, blank=True)
    target = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=24, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    kpi = models.CharField(max_length=120, blank=True)
    scope_type = models.CharField(max_length=5, choices=Scope.choices, default=Scope.ORG)
    scope_id = models.CharField(max_length=200, blank=True)
    attribution = models.CharField(max_length=20, blank=True)
    weight = models.FloatField(default=1.0)
    direction = models.CharField(max_length=4, default="up")
    band_low = models.FloatField(null=True, blank=True)
    band_high = models.FloatField(null=True, blank=True)
    place = models.PositiveIntegerField(default=0)
    met_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class TargetValue(models.Model):
    """Where a target stood on a day, as somebody entered it; rows are only ever added.

    adds  the value is something more, on top of what stood before; otherwise it is the whole
    """

    target = models.ForeignKey(Target, models.CASCADE, related_name="values")
    value = models.FloatField()
    currency = models.CharField(max_length=3, blank=True)
    adds = models.BooleanField(default=False)
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.target}: {self.value} on {self.on}"


class Task(models.Model):
    """One thing to do: kept here, or (`crm_id`) a task of the CRM that is done when it is there."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="tasks")
    text = models.CharField(max_length=200, blank=True)
    crm_id = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    place = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["place", "pk"]

    def __str__(self) -> str:
        return self.text or self.crm_id


class Change(models.Model):
    """Who changed what when: `before` and `after` hold only what differs."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="changes")
    target = models.ForeignKey(Target, models.CASCADE, null=True, related_name="changes")
    what = models.CharField(max_length=16)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.what} of {self.goal}"


class Notice(models.Model):
    """Something a person is told; its words are made when she reads them, in her language."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=24)
    args = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "read_at"])]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person}"
