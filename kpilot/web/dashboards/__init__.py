"""Dashboards that people compose: cards on a grid, shared or private, live."""
