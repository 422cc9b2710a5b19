"""Addresses of the pages of monday."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
