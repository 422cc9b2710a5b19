"""Amounts in another currency, by the project's own rates."""

from datetime import date, timedelta

from kpilot.project import Project

DIRECT = ("SELECT rate FROM fx_rate WHERE from_currency = ? AND to_currency = ? "
          "AND date BETWEEN ? AND ? ORDER BY date DESC LIMIT 1")  # fmt: skip
BACK = ("SELECT 1 / rate FROM fx_rate WHERE to_currency = ? AND from_currency = ? "
        "AND date BETWEEN ? AND ? AND rate > 0 ORDER BY date DESC LIMIT 1")  # fmt: skip


def converted(project: Project, value: float, given: str, wanted: str, day: date) -> float | None:
    """`value` in the currency `wanted`, by the latest rate up to `day` that is not too old.

    None when there is no such rate. A way through the organisation's currency is taken too.
    """
    if not given or given == wanted:
        return value
    if (rate := _rate(project, given, wanted, day)) is not None:
        return value * rate
    own = project.settings.currency
    first, second = _rate(project, given, own, day), _rate(project, own, wanted, day)
    return value * first * second if first is not None and second is not None else None


def _rate(project: Project, given: str, wanted: str, day: date) -> float | None:
    oldest = day - timedelta(project.settings.fx_max_stale_days)
    for sql in (DIRECT, BACK):
        if found := project.engine.query(sql, [given, wanted, oldest, day]):
            return float(str(found[0][0]))
    return None
