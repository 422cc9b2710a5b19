"""Django's handle on the app."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "kpilot.web.goals"
    label = "goals"
