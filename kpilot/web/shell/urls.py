"""Addresses of the shell itself."""

from django.urls import path

from kpilot.web.shell import views

urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("health/", views.health, name="health"),
]
