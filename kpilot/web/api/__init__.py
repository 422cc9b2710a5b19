"""The same figures for programs."""
