"""What the advisor answered and what is followed; both are only ever added to."""

from typing import ClassVar

from django.conf import settings
from django.db import models

FOR_EVERYONE = models.Q(person=None)


class Answer(models.Model):
    """One answer of the advisor, as it was given: later data or rules never change it.

    asked    what was said of the business, by word of the interview
    found    the choice, its scores and how measurable each KPI was, as `kept` writes them
    as_of    where the data ended, UTC
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    objective = models.CharField(max_length=8)
    asked = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    as_of = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.objective} for {self.person} on {self.at:%Y-%m-%d}"


class Following(models.Model):
    """The KPIs that a person follows from a moment on; the latest row is in force.

    person   who follows; None when they are followed for everyone
    kpis     ids in order; none at all: from here on nothing is followed
    version  1, 2, 3… for each person and for everyone: two people who change the same list at
             once cannot both be second
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    kpis = models.JSONField(default=list)
    version = models.PositiveIntegerField()
    answer = models.ForeignKey(Answer, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "version"], name="one_following_a_version"),
            models.UniqueConstraint(
                fields=["version"], condition=FOR_EVERYONE, name="one_following_for_everyone"
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.kpis)} ({self.person or 'everyone'}, {self.version})"


class AlertReady(models.Model):
    """The conditions an alert on a followed KPI would start with; off until somebody turns it on.

    terms  the defaults of specification §4.2 for the KPI's grain
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    kpi = models.CharField(max_length=60)
    terms = models.JSONField(default=dict)
    is_on = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "kpi"], name="one_alert_ready"),
            models.UniqueConstraint(
                fields=["kpi"], condition=FOR_EVERYONE, name="one_alert_ready_for_everyone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} ({self.person or 'everyone'})"
