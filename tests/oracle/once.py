"""What one company is asked again and again is worked out once; nothing of it may be changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from tests.oracle.lives import World

Found = TypeVar("Found")


def once(told: Callable[..., Found]) -> Callable[..., Found]:
    """`told(world, …)`, remembered by the world for as long as it lives."""

    @wraps(told)
    def remembered(world: World, *given: Any) -> Found:
        kept: dict[Any, Found] = vars(world).setdefault("kept", {})
        place = (told, *given)
        if place not in kept:
            kept[place] = told(world, *given)
        return kept[place]

    return remembered
