"""Brings rows in from the command line: `load`, and the list of loads with its way back."""
