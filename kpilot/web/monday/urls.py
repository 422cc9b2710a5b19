"""Addresses of the page of the day."""

from django.urls import path

from kpilot.web.monday import views

urlpatterns = [
    path("", views.home, name="home"),
    path("monday/done/", views.tick, name="monday-done"),
]
