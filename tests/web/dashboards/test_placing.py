"""The grid: cards never overlap, never hang over a hole, and stand still when nothing changes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.web.dashboards.placing import (
    COLUMNS,
    Placed,
    added,
    duplicated,
    from_json,
    keyed,
    one,
    place,
    removed,
    settled,
    to_json,
)  # fmt: skip
from kpilot.web.widgets.card import Asked

LINE = Asked(widget="line", words={"kpi": ("win_rate",)})


def card(x: int, y: int, w: int, h: int, key: str = "") -> Placed:
    return Placed(asked=LINE, x=x, y=y, w=w, h=h, key=key)


def cells(placed: Placed) -> set[tuple[int, int]]:
    return {(x, y) for x in range(placed.x, placed.x + placed.w)
            for y in range(placed.y, placed.y + placed.h)}  # fmt: skip


def test_cards_rise_make_room_and_come_in_the_order_of_reading() -> None:
    cards = keyed([card(0, 5, 6, 2), card(6, 9, 6, 2), card(0, 20, 12, 1)])
    assert [(c.key, c.x, c.y) for c in cards] == [("c1", 0, 0), ("c2", 6, 0), ("c3", 0, 2)]
    moved = place(cards, "c3", x=0, y=0, w=12, h=1)
    assert [(c.key, c.y) for c in moved] == [("c3", 0), ("c1", 1), ("c2", 1)]
    wide = place(cards, "c2", x=2, y=0, w=10, h=2)
    assert {c.key: c.y for c in wide} == {"c2": 0, "c1": 2, "c3": 4}


def test_a_double_stands_beside_or_below_and_has_a_key_of_its_own() -> None:
    cards = duplicated(keyed([card(0, 0, 6, 2)]), "c1")
    assert [(c.key, c.x, c.y) for c in cards] == [("c1", 0, 0), ("c2", 6, 0)]
    cards = duplicated(keyed([card(0, 0, 8, 2)]), "c1")
    assert [(c.key, c.x, c.y) for c in cards] == [("c1", 0, 0), ("c2", 0, 2)]
    assert duplicated(cards, "gone") == cards
    assert [c.key for c in removed(cards, "c1")] == ["c2"]
    assert removed(cards, "c1")[0].y == 0


BOX = st.tuples(st.integers(-3, 14), st.integers(-2, 30), st.integers(0, 15), st.integers(0, 30))


@settings(max_examples=60, deadline=None)
@given(boxes=st.lists(BOX, min_size=1, max_size=12), moved=BOX, which=st.integers(0, 11))
def test_whatever_is_done_nothing_overlaps_and_nothing_hangs(
    boxes: list[tuple[int, int, int, int]], moved: tuple[int, int, int, int], which: int
) -> None:
    cards: tuple[Placed, ...] = ()
    for box in boxes:
        cards = added(cards, card(*box))
    x, y, w, h = moved
    cards = place(cards, cards[which % len(cards)].key, x=x, y=y, w=w, h=h)
    taken: set[tuple[int, int]] = set()
    for one_card in cards:
        assert one_card.x >= 0
        assert one_card.x + one_card.w <= COLUMNS
        assert taken.isdisjoint(cells(one_card))
        # As CSS draws it: the first row from the top where those before leave room.
        for row in range(one_card.y):
            higher = cells(card(one_card.x, row, one_card.w, one_card.h))
            assert not taken.isdisjoint(higher)
        taken |= cells(one_card)
    assert settled(cards) == cards
    assert from_json(to_json(cards)) == cards


def test_broken_stored_cards_are_read_as_far_as_they_go() -> None:
    cards = from_json([{"widget": 7, "words": "x", "x": "far", "w": None, "options": []}, "no",
                       {"key": "c9", "widget": "line", "words": {"kpi": "win_rate"}}])  # fmt: skip
    assert [(c.key, c.asked.widget) for c in cards] == [("c1", "7"), ("c9", "line")]
    found = one(cards, "c9")
    assert found is not None
    assert found.asked.words == {"kpi": ("win_rate",)}
    assert from_json(None) == ()
