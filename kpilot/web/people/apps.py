"""Django's handle on the app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kpilot.web.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
