"""The pages that bring rows in."""
