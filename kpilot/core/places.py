"""Where a field of the data model is found in the CRMs people export from."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from kpilot.core.tables import TABLES
from kpilot.core.text import Both

CRMS: Mapping[str, str] = {
    "salesforce": "Salesforce",
    "hubspot": "HubSpot",
    "pipedrive": "Pipedrive",
    "odoo": "Odoo",
}


@cache
def places() -> Mapping[str, Mapping[str, str]]:
    """ "table.field" → CRM → the name of its API; a CRM that does not keep the field is absent."""
    text = resources.files("kpilot").joinpath("core/places.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def places_of(need: str) -> list[tuple[str, str]]:
    """(CRM's name, place) for a field such as "opportunity.amount"."""
    known = places().get(need, {})
    return [(name, known[crm]) for crm, name in CRMS.items() if crm in known]


def field_said(need: str) -> Both:
    """A field by name, with its table: "Amount (Opportunities)"."""
    table_name, _, field_name = need.partition(".")
    table = TABLES.get(table_name)
    if table is None or not table.has(field_name):
        return Both(en=need, fr=need)
    field = table.field(field_name)
    return Both(en=f"{field.en} ({table.en})", fr=f"{field.fr} ({table.fr})")
