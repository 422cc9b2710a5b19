"""Targets of people, teams and the organisation by month: grid, proposals, what it would take."""
