"""The app, for Django."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "kpilot.web.dashboards"
    label = "dashboards"
