"""What was said about targets: every change kept for good, and what salespeople propose."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One change of one target, never altered: who said what, when, and what stood before.

    scope_id is "" for the organisation; `new` None is a target taken away; `word` is the reason
    given, needed where the month was over.
    """

    at = models.DateTimeField()
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    who_name = models.CharField(max_length=120)
    kpi = models.CharField(max_length=60)
    scope_type = models.CharField(max_length=8)
    scope_id = models.CharField(max_length=200, blank=True)
    period = models.CharField(max_length=32)
    old = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    new = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    why = models.CharField(max_length=16)
    word = models.CharField(max_length=200, blank=True)
    load_id = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kpi", "scope_type", "scope_id", "period"])
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.scope_type} {self.scope_id} {self.period}: {self.new}"


class State(models.TextChoices):
    """Where a proposal stands."""

    PROPOSED = "proposed", _("To be decided")
    APPROVED = "approved", _("Approved")
    CHANGED = "changed", _("Approved with a change")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Proposal(models.Model):
    """A monthly target that a salesperson proposes for herself."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agent_id = models.CharField(max_length=200)
    kpi = models.CharField(max_length=60)
    period = models.CharField(max_length=32)
    value = models.DecimalField(max_digits=24, decimal_places=6)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.kpi} {self.period}: {self.value}"


class Step(models.Model):
    """One step of a proposal: proposed, approved, changed, refused or withdrawn; never altered."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    who_name = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State.choices)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    word = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.state}: {self.value}"
