"""One reading of a question, for every surface."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpilot.ask.catalog import _shipped_kpis
from kpilot.core.errors import UserError
from kpilot.core.query import Filter, Query, read_filter
from kpilot.core.rights import EVERYTHING
from kpilot.core.settings import Settings


def read(**words):
    params = {word: value if isinstance(value, list) else [value] for word, value in words.items()}
    return Query.from_params(
        params, reader=EVERYTHING, catalog=_shipped_kpis(), settings=Settings()
    )


def at(text):
    return datetime.fromisoformat(text)


def test_names_in_either_language_mean_the_same():
    assert read(kpi="taux de réussite", by="commercial") == read(kpi="win_rate", by="agent")
    assert read(kpi="wins").kpis == ("sales_count",)


def test_words_and_their_query_are_one_and_the_same():
    query = read(
        kpi="win_rate,sales_value", period="2017-Q2", grain="month", by="agent", compare="year",
        where=['product="Bolt, M8",Nut', "amount>=1000"], as_of="2017-06-30",
    )  # fmt: skip
    again: dict[str, list[str]] = {}
    for word, value in query.params():
        again.setdefault(word, []).append(value)
    assert read(**again) == query


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1))
def test_any_value_survives_being_written_as_a_filter(values):
    one = Filter(dimension="product", values=tuple(dict.fromkeys(v.strip() or "x" for v in values)))
    assert read_filter(str(one)).values == one.values


def test_two_filters_on_one_dimension_mean_either():
    query = read(kpi="win_rate", where=["product=A", "product=B", "team=West"])
    assert [(f.dimension, f.values) for f in query.where] == [
        ("product", ("A", "B")), ("team", ("West",))
    ]  # fmt: skip


def test_a_date_as_of_means_the_end_of_that_day_in_the_companys_zone():
    assert read(kpi="win_rate", as_of="2017-06-30").as_of == at("2017-06-30 22:00")
    assert read(kpi="win_rate", as_of="2017-06-30T10:00:00+02:00").as_of == at("2017-06-30 08:00")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"kpi": "win_rat"}, "There is no KPI “win_rat”. Did you mean “win_rate”?"),
        ({"kpi": "win_rate", "by": "agnet"},
         "There is no dimension “agnet”. Did you mean “agent”?"),
        ({"kpi": "win_rate", "grain": "mounth"},
         "“mounth” is not a value for grain. Did you mean “month”?"),
        ({"kpi": "win_rate", "perod": "2017"},
         "“perod” is not a word of a query. Did you mean “period”?"),
        ({"kpi": "win_rate", "from": "2017-01-01"}, "From and to go together."),
        ({"kpi": "win_rate", "where": "product"}, "“product” is not a filter. "
         'Write for example team=West, or product!="GTX Pro".'),
        ({"kpi": "win_rate", "where": "amount>much"}, "“much” is not a number."),
        ({}, "Say which KPI. `kpilot kpis` lists them."),
    ],
)  # fmt: skip
def test_a_wrong_word_is_refused_with_what_to_write(words, message):
    with pytest.raises(UserError) as caught:
        read(**words)
    assert str(caught.value) == message
