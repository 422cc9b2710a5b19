"""`kpilot demo`."""
