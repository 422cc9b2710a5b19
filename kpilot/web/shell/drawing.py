"""Geometry of what the server draws itself, in percent, so that SVG scales without a script."""

from collections.abc import Iterable, Sequence

from kpilot.web.shell.parts import Range, Spark

Point = tuple[float, float]
LEFT, RIGHT, TOP, BOTTOM = 1.5, 96.5, 9.0, 91.0


def shares(values: Iterable[float], axis: tuple[float, float]) -> list[float]:
    """Where each value stands on the axis, in percent, kept inside it."""
    low, high = axis
    width = (high - low) or 1
    return [min(100.0, max(0.0, (value - low) / width * 100)) for value in values]


def own_axis(drawn: Range) -> tuple[float, float]:
    """A scale on which everything of one range is seen, with air at both ends."""
    known = [drawn.value, drawn.low, drawn.high, drawn.target, drawn.mean]
    values = [value for value in known if value is not None]
    low, high = min(values), max(values)
    air = (high - low) * 0.22 or abs(high) * 0.2 or 1
    return max(0.0, low - air) if low >= 0 else low - air, high + air


def spark_lines(spark: Spark) -> tuple[list[str], str, Point | None, float | None]:
    """(paths of the finished part, path of the unfinished end, last point, height of the target).

    Gaps part the line. A lone value between gaps is drawn as a point of no length.
    """
    known = [value for value in [*spark.values, spark.target] if value is not None]
    if not known:
        return [], "", None, None
    low, high = min(known), max(known)
    points = [_place(i, v, spark.values, low, high) for i, v in enumerate(spark.values)]
    target = None if spark.target is None else _height(spark.target, low, high)
    finished = points[:-1] if spark.open else points
    unfinished = _path([p for p in points[-2:] if p]) if spark.open else ""
    return _runs(finished), unfinished, points[-1] if points else None, target


def _place(
    index: int, value: float | None, values: Sequence[float | None], low: float, high: float
) -> Point | None:
    if value is None:
        return None
    step = (RIGHT - LEFT) / max(1, len(values) - 1)
    return round(LEFT + index * step, 2), _height(value, low, high)


def _height(value: float, low: float, high: float) -> float:
    if high == low:
        return 50.0
    return round(TOP + (high - value) / (high - low) * (BOTTOM - TOP), 2)


def _runs(points: Sequence[Point | None]) -> list[str]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [_path(run) for run in runs if run]


def _path(points: Sequence[Point]) -> str:
    if len(points) == 1:
        return f"M{points[0][0]} {points[0][1]}h0"
    return "".join(f"{'L' if i else 'M'}{x} {y}" for i, (x, y) in enumerate(points))
