"""The catalogue on a terminal: all KPIs as a table, or one of them whole."""

import click

from kpilot.cli.moments import moment
from kpilot.cli.opening import Desk, Json
from kpilot.cli.tables import Column, show
from kpilot.core.catalogue_words import DIRECTIONS, OBJECTIVES, UNITS
from kpilot.core.words import in_language


def catalogue(desk: Desk, found: Json) -> None:
    """Id, name, whether it can be measured here, and what is missing if not."""
    _ = desk.speech
    heads = [Column(head=word) for word in (_("KPI"), _("Name"), _("Measurable"), _("Missing"))]
    rows = [
        [kpi["name"], kpi["label"], _("yes") if kpi["measurable"] else _("no"),
         ", ".join(kpi["missing"])]
        for kpi in found["kpis"]
    ]  # fmt: skip
    show(heads, rows)
    for problem in found["problems"]:
        click.echo(problem["message"], err=True)


def whole(desk: Desk, kpi: Json) -> None:
    """Everything about one KPI, from its meaning to where its fields stand in a CRM."""
    _, language = desk.speech, desk.language
    click.secho(f"{kpi['label']} ({kpi['name']})", bold=True)
    click.echo(kpi["meaning"] + "\n")
    unit, direction = UNITS[kpi["unit"]], DIRECTIONS[kpi["direction"]]
    reading = f"{in_language(unit, language)}, {in_language(direction, language)}"
    if kpi["band"]:
        reading += f" ({kpi['band'][0]} – {kpi['band'][1]})"
    serves = ", ".join(in_language(OBJECTIVES[name], language) for name in kpi["objectives"]
                       if name in OBJECTIVES)  # fmt: skip
    version = _("version {n}", n=kpi["version"])
    lines = [
        (_("Formula"), kpi["formula"]),
        (_("Unit"), reading),
        (_("Also called"), ", ".join(kpi["aliases"])),
        (_("Beware"), kpi["caveat"]),
        (_("Read it with"), kpi["guardrail"] or ""),
        (_("Serves"), serves),
        (_("Variants"), ", ".join(kpi["variants"])),
        (_("Definition"), f"{version}, {moment(desk, kpi['since'])}"),
        (_("Measurable"), _("yes") if kpi["measurable"] else _("no")),
    ]
    room = max(len(label) for label, _text in lines)
    for label, text in lines:
        if text:
            click.echo(f"{label.ljust(room)}  {text}")
    if kpi["needs"]:
        click.secho("\n" + _("Needs"), bold=True)
    for need in kpi["needs"]:
        state = _("in the data") if need["filled"] else _("missing")
        click.echo(f"{need['label']} ({need['field']}): {state}")
        for place in need["places"]:
            click.echo(f"    {place['crm']}: {place['place']}")
