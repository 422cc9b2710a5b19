"""The components of the pages, as template tags. Their look is the front end's business."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kpilot.web.shell import assets, drawing, parts
from kpilot.web.shell.icons import ICONS, MARKS
from kpilot.web.shell.statuses import STATUSES

register = template.Library()
Drawn = Mapping[str, object]


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file of the front end."""
    return assets.asset(name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon; decoration only, so the words beside it must say the same."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag
def mark(name: str) -> SafeString:
    """A small filled shape, such as the arrow of a change or the mark of a status."""
    return format_html(
        '<svg class="mark" viewBox="0 0 12 12" aria-hidden="true">'
        '<path fill-rule="evenodd" d="{}"/></svg>',
        MARKS[name],
    )


@register.simple_tag
def pill(status: str, label: str = "") -> SafeString:
    """A status by its key, e.g. `{% pill "at_risk" %}`; `label` says it in other words."""
    known = STATUSES[status]
    return format_html(
        '<span class="pill {}">{}{}</span>', known.tone, mark(known.mark), label or known.label
    )


@register.inclusion_tag("components/kpi_card.html")
def kpi_card(card: parts.Card) -> Drawn:
    """One KPI at a glance."""
    return {"card": card}


@register.inclusion_tag("components/delta.html")
def delta(change: parts.Change) -> Drawn:
    """How a value moved, and against what."""
    return {"change": change}


@register.inclusion_tag("components/spark.html")
def spark(line: parts.Spark) -> Drawn:
    """The last periods in one small line."""
    runs, unfinished, last, target = drawing.spark_lines(line)
    return {"line": line, "runs": runs, "unfinished": unfinished, "last": last, "target": target}


@register.inclusion_tag("components/pace.html")
def pace(bar: parts.Pace) -> Drawn:
    """A total against its target, with where it should stand today."""
    reached = min(100.0, max(0.0, bar.reached))
    projected = None if bar.projected is None else min(100.0, bar.projected)
    return {"bar": bar, "reached": reached, "projected": projected}


@register.inclusion_tag("components/range.html")
def range_bar(drawn: parts.Range) -> Drawn:
    """A rate or duration with its interval and target."""
    return {"drawn": drawn, **_on_axis(drawn, drawn.axis or drawing.own_axis(drawn))}


@register.inclusion_tag("components/bars.html")
def bars(rows: Sequence[parts.Bar], caption: str = "") -> Drawn:
    """Horizontal bars in the order given, to the right of zero, or to its left when below it."""
    sizes = [value for row in rows for value in (row.value, row.before) if value is not None]
    low, high = min(sizes, default=0), max(sizes, default=0)
    axis = (min(low, 0.0), max(high, 0.0) or (0.0 if low < 0 else 1.0))
    drawn = []
    for row in rows:
        zero, end, before = drawing.shares([0, row.value or 0, row.before or 0], axis)
        drawn.append((row, min(zero, end), round(abs(end - zero), 2), before))
    return {"rows": drawn, "caption": caption, "zero": drawing.shares([0], axis)[0]}


@register.inclusion_tag("components/forest.html")
def forest(drawn: parts.Forest) -> Drawn:
    """Rates with their intervals on one axis."""
    places = drawing.shares([value for value, _ in drawn.ticks], drawn.axis)
    ticks = [(place, words) for place, (_, words) in zip(places, drawn.ticks, strict=True)]
    rows = [(row, _on_axis(row.range, drawn.axis) if row.range else None) for row in drawn.rows]
    return {"forest": drawn, "ticks": ticks, "rows": rows}


@register.inclusion_tag("components/trend.html")
def trend(drawn: parts.Trend, identity: str = "trend") -> Drawn:
    """The chart of one KPI over time; its table stands beside it, made by the page."""
    data = json.dumps(asdict(drawn), cls=DjangoJSONEncoder)
    return {"drawn": drawn, "data": data, "identity": identity}


@register.inclusion_tag("components/split_bar.html")
def split_bar(shown: Sequence[parts.Part]) -> Drawn:
    """Parts of one whole on one bar; every part that exists is at least visible."""
    total = sum(part.count for part in shown) or 1
    drawn, start = [], 0.0
    for part in shown:
        width = max(part.count / total * 100, 0.8) if part.count else 0.0
        drawn.append((part, start, max(0.0, min(width, 100 - start) - 0.25)))
        start += width
    return {"parts": drawn, "label": ", ".join(part.label for part in shown)}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Sequence[parts.Step], current: int, label: str) -> Drawn:
    """Where one stands in a sequence of steps; `current` counts from 1."""
    return {"steps": list(enumerate(steps, 1)), "current": current, "label": label}


@register.inclusion_tag("components/chips.html")
def chips(shown: Sequence[parts.Chip]) -> Drawn:
    """The filters in force, each with its way out."""
    return {"chips": shown}


@register.inclusion_tag("components/period.html")
def period_picker(choice: parts.PeriodChoice) -> Drawn:
    """The period chip and what it opens."""
    return {"choice": choice}


@register.inclusion_tag("components/pages.html")
def pages(shown: parts.Pages) -> Drawn:
    """Which rows of how many, and the way to the others."""
    return {"pages": shown}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str, detail: str = "") -> Drawn:
    """How far something is; a total of 0 means nobody knows yet."""
    return {"done": done, "total": total, "label": label, "detail": detail}


@register.inclusion_tag("components/sort.html", takes_context=True)
def sort(context: Context, name: str, label: str, *, num: bool = False, kind: str = "") -> Drawn:
    """A column head that sorts by `name` through `?sort=`; a minus before it means downwards."""
    request: HttpRequest = context["request"]
    now = request.GET.get("sort", "")
    order = {"name": now == name, "-name": now == f"-{name}"}
    query = request.GET.copy()
    query["sort"] = name if order["-name"] else f"-{name}" if order["name"] or num else name
    query.pop("page", None)
    sense = "ascending" if order["name"] else "descending" if order["-name"] else ""
    href = f"{request.path}?{query.urlencode()}"
    return {"href": href, "label": label, "sense": sense, "num": num, "kind": kind}


@register.simple_block_tag
def callout(content: str, tone: str = "", icon_name: str = "info") -> SafeString:
    """`{% callout "risk" "warning" %}…{% endcallout %}`: something that speaks up."""
    return format_html(
        '<div class="callout {}">{}<div>{}</div></div>', tone, icon(icon_name), content
    )


@register.simple_block_tag
def empty(content: str, title: str, icon_name: str = "info") -> SafeString:
    """`{% empty "Title" %}…{% endempty %}`: why nothing is here, and what to do about it."""
    return format_html(
        '<div class="empty">{}<h2>{}</h2><div>{}</div></div>', icon(icon_name), title, content
    )


@register.simple_block_tag
def dialog(content: str, identity: str, title: str) -> SafeString:
    """`{% dialog "id" "Title" %}…{% enddialog %}`: opened by a button with data-dialog="id"."""
    return format_html(
        '<dialog id="{0}" aria-labelledby="{0}-title"><div class="dialog-body">'
        '<h2 id="{0}-title">{1}</h2>{2}</div></dialog>',
        identity,
        title,
        content,
    )


def _on_axis(drawn: parts.Range, axis: tuple[float, float]) -> dict[str, Any]:
    def place(value: float | None) -> float | None:
        return None if value is None else drawing.shares([value], axis)[0]

    low, high = place(drawn.low), place(drawn.high)
    return {
        "value": place(drawn.value),
        "low": low,
        "width": None if low is None or high is None else max(0.5, high - low),
        "target": place(drawn.target),
        "mean": place(drawn.mean),
    }
