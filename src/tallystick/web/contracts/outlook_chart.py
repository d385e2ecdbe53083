"""Where the parts of the outlook's chart stand. Integer arithmetic: nothing near money is a float."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.claims.calc.preview import Outlook

WIDTH, HEIGHT = 760, 220
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 18, 24
_MOST_LABELS = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """What one of the next claims retains, and where the line of what is held passes over it."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    held_y: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of what is retained, a line of what is held, the limit across; in pixels of the drawing."""

    bars: tuple[Bar, ...]
    line: str
    limit_y: int | None
    base: int = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def outlook_chart(told: Outlook) -> Chart | None:
    """The chart of an outlook; None where there is nothing to draw."""
    if not told.steps:
        return None
    cap = told.cap
    most = max([step.held for step in told.steps] + [told.standing.held, cap or 0, 1])
    span = WIDTH - LEFT - RIGHT
    count = len(told.steps)
    every = -(-count // _MOST_LABELS)

    def y_of(amount: int) -> int:
        return HEIGHT - BOTTOM - max(0, amount) * (HEIGHT - TOP - BOTTOM) // most

    bars = []
    for index, step in enumerate(told.steps):
        left, right = LEFT + span * index // count, LEFT + span * (index + 1) // count
        gap = max(1, (right - left) // 5)
        top = y_of(step.retained)
        bars.append(
            Bar(
                x=left + gap,
                y=top,
                width=max(1, right - left - 2 * gap),
                height=HEIGHT - BOTTOM - top,
                middle=(left + right) // 2,
                held_y=y_of(step.held),
                label=str(step.number) if index % every == 0 else "",
            )
        )
    points = [f"{LEFT},{y_of(told.standing.held)}", *(f"{bar.middle},{bar.held_y}" for bar in bars)]
    return Chart(tuple(bars), " ".join(points), y_of(cap) if cap is not None else None)
