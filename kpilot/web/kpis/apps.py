"""Django's handle on the app."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpilot.web.kpis"
    label = "kpis"
