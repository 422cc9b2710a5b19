"""The app, for Django."""

from django.apps import AppConfig


class MondayConfig(AppConfig):
    name = "kpilot.web.monday"
    label = "monday"
