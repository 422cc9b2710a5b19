"""The Django app of the team's pages."""

from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "kpilot.web.team"
    label = "team"
