"""Choosing the few KPIs to follow: an interview, an answer that is kept, and what is followed."""
