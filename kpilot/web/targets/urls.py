"""Addresses of the pages of targets."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
