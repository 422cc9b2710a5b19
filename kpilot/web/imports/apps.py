"""Django's handle on the app."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "kpilot.web.imports"
    label = "imports"
