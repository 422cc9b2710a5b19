"""What is different from the answer before: what was said, what the data allow, what was chosen."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kpilot.core.catalogue_words import OBJECTIVES
from kpilot.core.format import percent
from kpilot.core.kpi import Catalog
from kpilot.web.advisor.answering import SAID, chosen
from kpilot.web.advisor.forms import Interview
from kpilot.web.advisor.models import Answer
from kpilot.web.advisor.page import field_label, label_of
from kpilot.web.kpis import words

GATE, MOVED = 0.6, 0.1


def changes(now: Answer, before: Answer, known: Catalog) -> Sequence[str]:
    """Sentences on what is new since the answer before; none when nothing is."""
    return [*_said(now, before), *_chosen(now, before, known), *_measured(now, before, known)]


def said_rows(answer: Answer, currency: str) -> Sequence[tuple[str, str, str]]:
    """(question, answer, what it rests on) of everything that was said."""
    form = Interview(currency=currency)
    told = answer.asked.get("told", {})
    rows = []
    for name in (*SAID, "agents"):
        value = str(answer.asked.get(name) or "")
        labels = {str(key): str(label) for key, label in getattr(form.fields[name], "choices", ())}
        rests = told.get(name, {})
        basis = rests.get(words.language(), "") if rests.get("value") == value and value else ""
        if rests and value and rests.get("value") != value:
            other = labels.get(rests["value"], rests["value"])
            basis = _("your data say otherwise: %(answer)s (%(basis)s)") % {
                "answer": other, "basis": rests.get(words.language(), ""),
            }  # fmt: skip
        rows.append(
            (str(form.fields[name].label), labels.get(value, value) or _("Not sure"), basis)
        )
    return rows


def _said(now: Answer, before: Answer) -> list[str]:
    found = []
    if now.objective != before.objective:
        text = _("The objective was “%(old)s” and is now “%(new)s”.")
        found.append(text % {"old": words.both(OBJECTIVES[before.objective]),
                             "new": words.both(OBJECTIVES[now.objective])})  # fmt: skip
    rows = zip(said_rows(now, "EUR"), said_rows(before, "EUR"), strict=True)
    for (question, new, _basis), (_same, old, _before) in rows:
        if new != old:
            text = _("%(question)s You said “%(old)s”, now “%(new)s”.")
            found.append(text % {"question": question, "old": old, "new": new})
    return found


def _chosen(now: Answer, before: Answer, known: Catalog) -> list[str]:
    new, old = chosen(now), chosen(before)
    come = [label_of(name, known) for name in new if name not in old]
    gone = [label_of(name, known) for name in old if name not in new]
    found = []
    if come:
        found.append(_("New among them: %(kpis)s.") % {"kpis": ", ".join(come)})
    if gone:
        found.append(_("No longer among them: %(kpis)s.") % {"kpis": ", ".join(gone)})
    return found


def _measured(now: Answer, before: Answer, known: Catalog) -> list[str]:
    """KPIs that can be measured now or no longer, with the field or history that did it."""
    found = []
    for name, this in now.found["measured"].items():
        base = before.found["measured"].get(name)
        if base is None:
            continue
        new, old = float(this["value"]), float(base["value"])
        if (new >= GATE) == (old >= GATE) or abs(new - old) < MOVED:
            continue
        field = (base if new > old else this)["field"]
        said = {
            "kpi": label_of(name, known),
            "field": field_label(field) if field else _("history"),
            "old": percent(old, words.language(), 0),
            "new": percent(new, words.language(), 0),
        }
        text = (
            _("“%(kpi)s” can be measured now: %(old)s before, %(new)s today (%(field)s).")
            if new > old
            else _(
                "“%(kpi)s” can no longer be measured: %(old)s before, %(new)s today (%(field)s)."
            )
        )
        found.append(text % said)
    return found
