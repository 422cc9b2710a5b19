"""Addresses of the Data pages, under /data/."""

from django.urls import path

from kpilot.web.imports import views

urlpatterns = [
    path("", views.data, name="data"),
]
