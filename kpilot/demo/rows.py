"""The company as rows of the canonical tables (specification §1)."""

from datetime import date

from kpilot.demo import rows_after, rows_around, rows_selling, rows_talking
from kpilot.demo.chance import Columns
from kpilot.demo.company import company_of


def rows(seed: int, today: date, *, stories: bool = True) -> dict[str, Columns]:
    """All tables of the company of `seed` up to `today`, by name; see `columns.py` for the types.

    These are the rows as they truly are; the dirt of real exports is added when files are written.
    """
    company = company_of(seed, today, stories=stories)
    return {
        **rows_around.organisation(company), **rows_around.catalogue(company),
        **rows_around.customers(company), **rows_selling.leads(company),
        **rows_selling.opportunities(company), **rows_after.orders(company),
        **rows_after.activities(company), **rows_after.plans(company),
        **rows_talking.calls(company), **rows_talking.mailings(company),
        **rows_talking.surveys(company),
    }
