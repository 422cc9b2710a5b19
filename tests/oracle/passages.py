"""Which stages an opportunity reached, when, and how long it stayed: rules G11 to G13."""

from dataclasses import dataclass

from tests.oracle.lives import Life, World, ending_starts
from tests.oracle.moments import When, days_between


@dataclass
class Passage:
    """One opportunity in one open stage of its pipeline.

    days      time spent in it, None when it was skipped or a beginning or end is not known
    seen      days from entry to the cut-off; `took` days from entry to the next stage
    """

    life: Life
    stage_id: str
    entered: When | None
    is_advanced: bool
    is_lost_here: bool
    took: float | None
    seen: float | None
    days: float | None
    has_left: bool
    left: When | None


def passages(world: World, life: Life) -> list[Passage]:
    """Every open stage that the opportunity reached."""
    own = [s for s in life.steps if (s["stage"].get("pipeline_id") or "default") == life.pipeline]
    if not own or life.is_void:
        return []
    ladder = sorted(
        (s for s in world.tables["stage"]
         if s["kind"] == "open" and (s.get("pipeline_id") or "default") == life.pipeline),
        key=lambda s: s["pos"],
    )  # fmt: skip
    tops = [s["stage"]["pos"] for s in own if s["stage"]["kind"] == "open"]
    top = max(tops, default=None)
    won = None
    if life.status == "won":
        suffix = life.steps[ending_starts(life.steps) :]
        won = next(s for s in suffix if s in own)
    found = []
    for place, stage in enumerate(ladder):
        if life.status != "won" and (top is None or top < stage["pos"]):
            continue
        after = ladder[place + 1]["pos"] if place + 1 < len(ladder) else None
        entry = first_beyond(own, stage["pos"], won)
        entered = entry["when"] if entry["is_timed"] else None
        is_advanced = life.status == "won" or (after is not None and top >= after)
        took = seen = None
        if entered:
            seen = days_between(entered, cut(world, entered), world.setup.tz)
            onward = first_beyond(own, after, won) if is_advanced else None
            if onward and onward["is_timed"]:
                took = days_between(entered, onward["when"], world.setup.tz)
        days, left = stay(world, life.steps, stage["id"])
        found.append(Passage(
            life=life, stage_id=stage["id"], entered=entered, is_advanced=is_advanced,
            is_lost_here=life.status == "lost" and stage["pos"] == top, took=took, seen=seen,
            days=days, has_left=life.steps[-1]["stage_id"] != stage["id"], left=left,
        ))  # fmt: skip
    return found


def cut(world: World, start: When) -> When:
    """The cut-off, as a date where the other side is a date."""
    return When(None, world.whole) if start.is_day else When(world.as_of, None)


def first_beyond(own: list[dict], pos: int | None, won: dict | None) -> dict | None:
    """The first row at `pos` or further; the win where there is none."""
    for step in own:
        if step is won or (
            pos is not None and step["stage"]["kind"] == "open" and step["stage"]["pos"] >= pos
        ):
            return step
    return None


def stay(world: World, steps: list[dict], stage_id: str) -> tuple[float | None, When | None]:
    """(sum of the visits' days, when it was last left)."""
    total, left, is_known = 0.0, None, False
    for index, step in enumerate(steps):
        if step["stage_id"] != stage_id:
            continue
        after = steps[index + 1] if index + 1 < len(steps) else None
        if not step["is_timed"] or (after and not after["is_timed"]):
            total = float("nan")
        else:
            end = after["when"] if after else cut(world, step["when"])
            total += days_between(step["when"], end, world.setup.tz)
        is_known = True
        left = after["when"] if after and after["is_timed"] else None
    return (total if is_known and total == total else None), left
