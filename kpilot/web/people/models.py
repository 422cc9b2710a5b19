"""People of the project, and the one-time marks that guard the door."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do; the order is from the most to the least."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    AGENT = "agent", _("Salesperson")
    VIEWER = "viewer", _("Viewer")


class Theme(models.TextChoices):
    """Which colours somebody reads in."""

    SYSTEM = "system", _("Like the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class People(BaseUserManager["Person"]):
    """How people are added: an address is written one way, a password never in clear."""

    def add(self, *, email: str, name: str, role: str, password: str | None = None) -> "Person":
        """A new person; without a password she sets one through her one-time link."""
        person = self.model(email=email.strip().lower(), name=name.strip(), role=role)
        person.set_password(password)
        person.save(force_insert=True)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody who signs in. `agent_id` and `team_id` link her to the rows she answers for."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=16, choices=Role.choices, default=Role.VIEWER)
    language = models.CharField(_("Language"), max_length=2, blank=True)
    theme = models.CharField(
        _("Colours"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM
    )
    agent_id = models.CharField(_("Salesperson"), max_length=200, blank=True)
    team_id = models.CharField(_("Team"), max_length=200, blank=True)
    is_active = models.BooleanField(_("May sign in"), default=True)
    added_at = models.DateTimeField(auto_now_add=True)

    objects = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def initials(self) -> str:
        """One or two letters for the round mark beside the name."""
        words = self.name.split()
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


class Setup(models.Model):
    """The one row that says the first administrator exists; its key lets only one be made."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    done_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"set up on {self.done_at}"


class FailedSignIn(models.Model):
    """A refused sign-in, kept for a quarter of an hour to slow down guessing."""

    email = models.CharField(max_length=254)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.email} from {self.address}"
