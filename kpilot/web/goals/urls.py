"""Addresses of the pages of goals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
