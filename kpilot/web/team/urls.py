"""Addresses of the pages of team."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
