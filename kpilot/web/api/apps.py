"""Django's handle on the app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "kpilot.web.api"
    label = "api"
