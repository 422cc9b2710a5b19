"""The app, for Django."""

from django.apps import AppConfig


class AdvisorConfig(AppConfig):
    name = "kpilot.web.advisor"
    label = "advisor"
