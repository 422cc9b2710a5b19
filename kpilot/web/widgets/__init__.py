"""What draws one card of a dashboard: a pair of files for each kind, found by its name."""
