"""What somebody has ticked off the list of the week."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Done(models.Model):
    """One thing to do that a person has done; `week` is the Monday of the week it was for."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    week = models.DateField()
    key = models.CharField(max_length=160)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "week", "key"], name="done_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} by {self.person} in the week of {self.week}"
