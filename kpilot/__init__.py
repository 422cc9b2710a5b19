"""kpilot, the sales-KPI cockpit: rows go in through `load`, numbers come out through `ask`.

The public names, each in its own place so that importing one does not import them all:
`kpilot.project.open_project`, `kpilot.load.load`, `kpilot.ask.ask`, `kpilot.core.query.Query`,
`kpilot.core.calendar.Period`.
"""
