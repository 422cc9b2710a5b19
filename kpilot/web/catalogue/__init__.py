"""The catalogue of KPIs, and KPIs of one's own."""
