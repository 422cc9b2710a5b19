"""The app, for Django."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "kpilot.web.catalogue"
    label = "catalogue"
