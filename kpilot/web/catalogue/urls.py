"""Addresses of the catalogue."""

from django.urls import path

from kpilot.web.catalogue import views

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("new/", views.new, name="catalogue-new"),
    path("<slug:name>/edit/", views.edit, name="catalogue-edit"),
    path("<slug:name>/delete/", views.delete, name="catalogue-delete"),
]
