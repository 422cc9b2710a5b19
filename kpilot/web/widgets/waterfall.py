"""From the pipeline at the start to the pipeline at the end: what came, went and changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.ask import catalog
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.query import Filter
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import Asking, asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import ATTRIBUTION, PERIOD, WHERE, option
from kpilot.web.widgets.groups import nothing

PIPELINES: Mapping[str, str | Promise] = {
    "open": N_("All that is open"),
    "due": N_("What is due in the period"),
}
KPIS = {"open": "pipeline_movements", "due": "pipeline_movements_due"}
ORDER = ("new", "pulled_in", "up", "down", "slipped", "lost", "won")
WAYS_IN = {"start", "new", "pulled_in"}  # each opportunity comes in once
LABEL = N_("Waterfall of the pipeline")
HOW_TO_READ = N_(
    "The first bar is what was open at the start, the last what is open at the end. Each bar "
    "between begins where the one before ends: to the right what came in, to the left what went "
    "out. They add up exactly."
)
GROUP = "pipeline"
SIZE = (6, 4)
FIELDS = (option("pipeline", N_("Pipeline"), PIPELINES), PERIOD, WHERE, ATTRIBUTION)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One bar: from `start` to `start` + `width` in percent of the axis, `end` its joint."""

    label: str
    text: str
    href: str
    tone: str
    start: float
    width: float
    end: float
    count: int | None


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The movements of the period, up to today when it is not over."""
    card = asking(asked, state, project)
    pipeline = card.option("pipeline", PIPELINES)
    known = catalog(project)
    kpi = known[KPIS[pipeline]]
    rows = card.rows(kpis=(kpi.name,), compare=None)
    found = {row.dim_ids["movement"]: row for row in rows if "movement" in row.dim_ids}
    if not found:
        raise nothing(rows)
    currency = next(iter(found.values())).currency
    values = {name: _amount(row) for name, row in found.items()}
    start, end = values.get("start", Decimal(0)), sum(values.values(), Decimal(0))
    steps = _steps(card, kpi, found, values, currency)
    name = str(PIPELINES[pipeline])
    span = card.state.counted if pipeline == "open" else card.state.period
    what = _("%(name)s, %(days)s") % {"name": words.named(kpi.names), "days": words.days(span)}
    return Drawing(
        template="widgets/waterfall.html",
        context={"steps": steps},
        finding=_finding(kpi, start, end, currency),
        subtitle=f"{what} · {name}" if pipeline == "open" else what,
        summary=f"{_finding(kpi, start, end, currency)}. "
        + ", ".join(f"{one.label} {one.text}" for one in steps),
        table=Table(
            columns=[
                Column(label=_("Movement")),
                Column(label=words.named(kpi.names), unit="currency", currency=currency),
                Column(label="n", unit="count"),
            ],
            rows=[
                (words.value_label("movement", one), values[one], found[one].n)
                for one in ("start", *ORDER)
                if one in found and (values[one] or found[one].n)
            ],
            total=(_("Open at the end"), end, None),
        ),
        notes=[*_notes(found), _of_their_day(kpi, known)],
        links=(card.page(kpi),),
        file=card.file_for(kpi.name),
    )


def _amount(row: Row) -> Decimal:
    """What is known of a movement: what lacks an amount or a rate is left out of all its bars."""
    return Decimal(str(row.value or row.partial_value or 0))


def _finding(kpi: Kpi, start: Decimal, end: Decimal, currency: str) -> str:
    said = {
        "start": words.figure(start, kpi, currency, short=True),
        "end": words.figure(end, kpi, currency, short=True),
        "difference": words.figure(abs(end - start), kpi, currency, short=True),
    }
    if end > start:
        return _("The pipeline grows by %(difference)s, from %(start)s to %(end)s") % said
    if end < start:
        return _("The pipeline shrinks by %(difference)s, from %(start)s to %(end)s") % said
    return _("The pipeline stays at %(end)s") % said


def _steps(
    card: Asking, kpi: Kpi, found: Mapping[str, Row], values: Mapping[str, Decimal], currency: str
) -> Sequence[Step]:
    """The bars in order; what is nothing has none."""
    at = values.get("start", Decimal(0))
    runs = [("start", Decimal(0), at)]
    for name in ORDER:
        if values.get(name):
            runs.append((name, at, at + values[name]))
            at += values[name]
    runs.append(("end", Decimal(0), at))
    low = min(Decimal(0), *(min(begin, end) for _name, begin, end in runs))
    high = max(Decimal(1), *(max(begin, end) for _name, begin, end in runs))

    def place(value: Decimal) -> float:
        return float((value - low) / (high - low) * 100)

    made = []
    for name, begin, end in runs:
        is_total = name in ("start", "end")
        amount = words.figure(end - begin, kpi, currency, short=True)
        sign = "+" if end > begin and not is_total else ""
        made.append(
            Step(
                label=_("Open at the end") if name == "end" else _named(name),
                text=f"{sign}{amount}",
                href="" if name == "end" else _records(card, kpi, name),
                tone="total" if is_total else "won" if name == "won" else
                "up" if end > begin else "down",
                start=place(min(begin, end)),
                width=max(0.4, place(max(begin, end)) - place(min(begin, end))),
                end=place(end),
                count=found[name].n if name in found else None,
            )
        )  # fmt: skip
    return made


def _named(movement: str) -> str:
    return words.value_label("movement", movement)


def _records(card: Asking, kpi: Kpi, movement: str) -> str:
    path = reverse("records", args=[kpi.name])
    return card.state.link_with(path, Filter(dimension="movement", values=(movement,)))


def _of_their_day(kpi: Kpi, known: Catalog) -> str:
    """Why the ends may differ from the level of the same day (records 0014, 0084)."""
    text = _(
        "Both ends have the amounts of their day; “%(name)s” counts past days with the amounts "
        "known today."
    )
    return text % {"name": words.named(known[kpi.companion].names)}


def _notes(found: Mapping[str, Row]) -> Sequence[str]:
    notes = []
    left: dict[str, int] = {}
    for name in WAYS_IN & found.keys():
        for reason, count in found[name].excluded.items():
            left[reason] = left.get(reason, 0) + count
    for reason, count in left.items():
        text = _("Left out: %(reason)s (%(n)s).")
        notes.append(text % {"reason": words.excluded(reason).lower(), "n": count})
    if not {"up", "down"} & {name for name, row in found.items() if row.n}:
        notes.append(_("No change of an amount is on record."))
    return notes
