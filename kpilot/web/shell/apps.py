"""Django's handle on the app."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "kpilot.web.shell"
    label = "shell"
