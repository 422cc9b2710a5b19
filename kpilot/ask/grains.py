"""How fine a KPI may be read in time: some say nothing of a day (specification §2.11)."""

from collections.abc import Mapping

from kpilot.core.calendar import Grain, Period
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.text import Both, Text
from kpilot.core.words import STEPS

# Days that the shortest period of a grain has.
DAYS: Mapping[str, int] = {"day": 1, "week": 7, "month": 28, "quarter": 89, "year": 365}


def is_too_fine(kpi: Kpi, period: Period) -> bool:
    """Whether `period`, a step of time or a range of days, is shorter than the KPI allows."""
    if not kpi.min_grain:
        return False
    days = DAYS[period.grain.removeprefix("fiscal_")] if period.grain else period.days
    return days < DAYS[kpi.min_grain]


def fine_enough(kpi: Kpi, grain: Grain) -> Grain:
    """The steps asked, or the shortest that the KPI may be read by."""
    if kpi.min_grain and DAYS[grain.removeprefix("fiscal_")] < DAYS[kpi.min_grain]:
        return kpi.min_grain
    return grain


def check_grain(kpi: Kpi, grain: Grain | None) -> None:
    """UserError when a step of time is chosen that is shorter than the KPI allows."""
    if grain and fine_enough(kpi, grain) != grain:
        raise UserError(
            "“{kpi}” says nothing in steps this short.",
            kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
            hint=Text("Take longer steps: {step} or more.", step=STEPS[kpi.min_grain]),
            code="too_fine",
        )
