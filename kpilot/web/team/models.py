"""The rules of the team pages: who sees what of whom, and what each team has chosen.

Rules are only ever added to: the row with the highest version is in force, the others say what was.
"""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# With two people in a group, each would work out the other's figure from the total.
FEWEST_IN_GROUP = 3
LONGEST_SLA = 30 * 24 * 3600


class PeerView(models.TextChoices):
    """What salespeople see of their colleagues, from the least to the most."""

    SELF = "self", _("Nothing: their own figures only")
    AGGREGATE = "aggregate", _("The team's totals")
    PSEUDONYMS = "pseudonyms", _("Colleagues without their names")
    NAMES = "names", _("Colleagues by name")


class Rules(models.Model):
    """What holds for everybody.

    peer_view       what salespeople see of their colleagues on the team pages
    smallest_group  totals and pseudonyms of fewer people than this are not shown to them
    """

    version = models.PositiveIntegerField(unique=True)
    peer_view = models.CharField(
        _("What salespeople see of their colleagues"),
        max_length=10,
        choices=PeerView.choices,
        default=PeerView.AGGREGATE,
    )
    smallest_group = models.PositiveSmallIntegerField(
        _("Smallest group"),
        default=5,
        validators=[MinValueValidator(FEWEST_IN_GROUP), MaxValueValidator(100)],
    )
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-version"]

    def __str__(self) -> str:
        return f"rules {self.version}: {self.peer_view}"


class TeamRules(models.Model):
    """What one team has chosen.

    leaderboard  whether the team is shown one; nobody is ranked unless this is so
    sla_seconds  within how many seconds its leads should be answered; None: as the team above
    """

    team_id = models.CharField(max_length=200)
    version = models.PositiveIntegerField()
    leaderboard = models.BooleanField(_("Show a leaderboard"), default=False)
    sla_seconds = models.PositiveIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_SLA)]
    )
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["team_id", "version"], name="one_version_of_a_team")
        ]

    def __str__(self) -> str:
        return f"rules {self.version} of team {self.team_id}"
