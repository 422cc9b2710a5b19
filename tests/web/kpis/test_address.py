"""The address holds the whole state; what is wrong in it is named on the page, never a failure."""

from collections.abc import Callable
from html import unescape

import pytest

Read = Callable[..., str]


WRONG = (
    ("period=soon", "“soon” is not a period."),
    ("from=2024-10-01&until=yesterday", "“yesterday” is not a date."),
    ("from=2024-10-05&to=2024-10-01", "ends (2024-10-01) before it starts"),
    ("grain=fortnight", "“fortnight” is not a value for grain."),
    ("by=tem", "There is no dimension “tem”. Did you mean “team”?"),
    ("where=nothing", "“nothing” is not a filter."),
    ("where=agent=Nobody", "There is no Salesperson “Nobody”."),
    ("where=agent=Anne", "Did you mean “Ann”?"),
    ("compare=always", "“always” is not a value for compare."),
    ("as_of=then", "“then” is not a moment."),
    ("as_of=9999-12-31", "“9999-12-31” is not a date."),
    ("as_of=0001-01-01T00:00%2B14:00", "“0001-01-01T00:00+14:00” is not a date."),
    ("period=0001", "“0001” is not a date."),
    ("attribution=me", "“me” is not a value for attribution."),
    ("wher=agent", "Did you mean “where”?"),
)


@pytest.mark.parametrize("path", ["/", "/kpis/win_rate/", "/kpis/win_rate/records/"])
def test_a_wrong_word_is_named_and_left_out(read: Read, path: str) -> None:
    for words, said in WRONG:
        page = unescape(read("eve", f"{path}?{words}"))
        assert said in page
        assert "It is left out here." in page


def test_several_wrong_words_are_all_named(read: Read) -> None:
    page = unescape(read("eve", "/?period=soon&by=tem&where=product=Basic"))
    assert "“soon”" in page
    assert "“tem”" in page
    assert "Product: Basic" in page


def test_the_last_day_of_an_own_range_counts(read: Read) -> None:
    page = read("eve", "/kpis/new_opportunities/?from=2024-10-01&until=2024-10-03")
    assert "1–3 Oct 2024" in page
    assert "9 rows counted" in page


def test_a_filter_can_be_taken_out_and_the_rest_stays(read: Read) -> None:
    page = unescape(read("eve", "/?period=2024-10&where=agent=Ann&where=product=Basic"))
    assert '"/?period=2024-10&where=product%3DBasic"' in page
    assert '"/?period=2024-10&where=agent%3DAnn"' in page


def test_all_choices_can_be_reset(read: Read) -> None:
    assert '<a class="chip reset" href="/kpis/win_rate/">' in read(
        "eve", "/kpis/win_rate/?period=2024-10&where=agent=Ann"
    )
    assert "chip reset" not in read("eve", "/kpis/win_rate/")


def test_comparing_with_nothing_says_so(read: Read) -> None:
    page = read("eve", "/?compare=none")
    assert "compared with nothing" in page
    assert " than " not in page.split('<div class="kpis">')[1].split("</section>")[0]


def test_an_earlier_moment_is_said_as_loudly_as_a_filter(read: Read) -> None:
    page = read("eve", "/?as_of=2024-06-30")
    assert "As of: 30 June 2024" in page
    assert "1–30 June 2024" in page


def test_values_to_filter_by_are_found_by_letters(read: Read) -> None:
    path = "/filters/?dimension=account&q=plain+account+1&back=/kpis/win_rate/"
    page = unescape(read("eve", path))
    assert "Ann plain account 1" in page
    assert "Zoe" not in page
    assert '"/kpis/win_rate/?where=account%3DAnn+plain+account+1"' in page


def test_a_filter_never_leads_out_of_the_house(read: Read) -> None:
    for back in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        assert "evil" not in read("eve", f"/filters/?dimension=agent&back={back}").replace(back, "")
