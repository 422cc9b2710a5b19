"""Nobody learns from a widget what is not hers: neither drawn, nor in its table, nor its data."""

import json

from tests.web.made import widgets


def everything(drawing, page):
    table = [cell for row in drawing.table.shown for cell in row] if drawing.table else []
    return f"{page} {table} {json.dumps(drawing.chart, default=str)}"


def test_widgets_hold_nothing_of_others(draw, shown):
    widgets.add_goal()
    for widget, words, options in widgets.CARDS:
        for said in ({"period": "2024-11"}, {"where": "agent=Bob"}):
            drawn = draw("ann", widget, words, options, **said)
            text = (
                everything(drawn, shown(drawn)).replace("agent=Bob", "").replace("agent%3DBob", "")
            )
            for word in ("Zoe", "secret", "Secret", "Bob", "bob"):
                assert word not in text, (widget, said, word)
            if "where" in said:
                continue
            mias = draw("mia", widget, words, options, **said)
            text = everything(mias, shown(mias))
            assert not {"Zoe", "secret", "Secret"} & set(text.replace("\u00a0", " ").split())
            assert "Zoe" not in text
            assert "secret" not in text


def test_the_test_above_would_see_a_leak(draw, shown):
    words = {"kpi": ("sales_value",), "by": ("agent",)}
    drawn = draw("eve", "bar", words, period="2024-10")
    assert "Zoe" in everything(drawn, shown(drawn))


def test_figures_are_those_of_who_reads(draw):
    words = {"kpi": ("sales_value",), "by": ("product",)}
    whole, mine = (draw(who, "table", words, period="2024-10") for who in ("eve", "ann"))
    assert mine.table.total[1] < whole.table.total[1]
    assert mine.table.total[1] == sum(value for _name, value in mine.table.rows)
    ends = [draw(who, "waterfall", period="2024-10").table.total[1] for who in ("eve", "ann")]
    assert ends[1] < ends[0]
