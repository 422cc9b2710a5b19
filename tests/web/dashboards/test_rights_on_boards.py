"""A shared board shows each reader her own rights' figures: in cards, files, JSON and pages."""

import io
import zipfile
from collections.abc import Callable

from django.test import Client

from kpilot.web.dashboards import making
from kpilot.web.dashboards.placing import Placed
from kpilot.web.people.models import Person
from kpilot.web.widgets.card import Asked
from tests.web.made import figures

Visit = Callable[[str], Client]
CARDS = (
    ("table", {"kpi": ("sales_value", "win_rate"), "by": ("agent",)}),
    ("bar", {"kpi": ("sales_value",), "by": ("product",)}),
    ("bar", {"kpi": ("sales_value",), "by": ("account",)}),
    ("number", {"kpi": ("sales_value",)}),
    ("pie", {"kpi": ("sales_value",), "by": ("team",)}),
    ("stacked", {"kpi": ("sales_value",), "by": ("agent",)}),
    ("scatter", {}),
    ("waterfall", {}),
    ("funnel", {}),
)
PERIOD = "period=2024-10"
# Bob's October, and what only his or Zoe's rows hold.
OTHERS = ("Bob", "Zoe", "Secret box", "secret")


def shared() -> int:
    eve = Person.objects.get(email="eve@example.com")
    cards = [Placed(asked=Asked(widget=name, words=words)) for name, words in CARDS]
    return making.create(eve, "For all", cards, sharing="everyone").pk


def test_an_agent_gets_nothing_of_her_colleagues(visit: Visit) -> None:
    number, ann = shared(), visit("ann")
    everything = []
    for at in range(1, len(CARDS) + 1):
        card = f"/dashboards/{number}/cards/c{at}"
        for path in (f"{card}/", f"{card}.csv"):
            everything.append(ann.get(f"{path}?{PERIOD}").content.decode())
        sheet = ann.get(f"{card}.xlsx?{PERIOD}")
        with zipfile.ZipFile(io.BytesIO(sheet.content)) as book:
            everything += [book.read(name).decode() for name in book.namelist()]
    everything.append(ann.get(f"/dashboards/{number}/data?{PERIOD}").content.decode())
    everything.append(ann.get(f"/dashboards/{number}/?whole=1&{PERIOD}").content.decode())
    for text in everything:
        for word in OTHERS:
            assert word not in text, (word, text[:300])
    # The same addresses show the manager's own team, and nothing of the south.
    data = visit("mia").get(f"/dashboards/{number}/data?{PERIOD}").content.decode()
    assert "Bob" in data
    assert "Zoe" not in data


def test_the_figures_of_a_file_are_those_of_the_reader(visit: Visit) -> None:
    number = shared()
    month = [row for row in figures.rows()
             if row["stage"] == "Closed Won"
             and str(row["closed"]).startswith("2024-10")]  # fmt: skip
    for name, owners in (("ann", {"Ann"}), ("mia", {"Ann", "Bob"}), ("eve", {"Ann", "Bob", "Zoe"})):
        data = visit(name).get(f"/dashboards/{number}/data?{PERIOD}").json()
        table = data["cards"][3]["table"]
        place = next(i for i, one in enumerate(table["columns"]) if one["unit"] == "currency")
        expected = sum(row["amount"] for row in month if row["owner"] in owners)
        assert any(float(row[place] or 0) == expected for row in table["rows"]), table
    text = visit("eve").get(f"/dashboards/{number}/cards/c2.csv?{PERIOD}&where=product%3DPro")
    lines = text.content.decode("utf-8-sig")
    for word in ("For all", "2024-10-01 – 2024-11-01", "= Pro", "As of"):
        assert word in lines
