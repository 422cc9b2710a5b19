"""The app, for Django."""

from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "kpilot.web.targets"
    label = "targets"
