"""Filling many fixed-width fields of a window at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tallystick.pdf.segment import WIDTH

if TYPE_CHECKING:
    from tallystick.pdf.segment import Int64s

SPACE = 32
_POWERS = 10 ** np.arange(WIDTH, dtype=np.int64)


def fill(window: bytearray, places: Int64s, values: Int64s) -> None:
    """Write ``values`` at ``places``; of a field on the window's edge only the inner part is written."""
    digits = format_numbers(values)
    target = np.frombuffer(window, np.uint8)
    if places[0] < 0 or places[-1] + WIDTH > len(window):
        cells = places[:, None] + np.arange(WIDTH)
        inside = (cells >= 0) & (cells < len(window))
        target[cells[inside]] = digits[inside]
    else:
        target[places[:, None] + np.arange(WIDTH)] = digits


def format_numbers(values: Int64s) -> npt.NDArray[np.uint8]:
    """Each number in ``WIDTH`` bytes, digits first, spaces after."""
    rest = values.astype(np.int32)
    digits = np.empty((len(rest), WIDTH), np.uint8)
    for place in range(WIDTH - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        digits[:, place] = digit
    digits += 48
    leading = WIDTH - np.maximum(np.searchsorted(_POWERS, values, side="right"), 1)
    if leading.any():
        padded = np.full((len(values), 2 * WIDTH), SPACE, np.uint8)
        padded[:, :WIDTH] = digits
        flat = padded.reshape(-1)
        begins = np.arange(len(values)) * (2 * WIDTH) + leading
        digits = flat[begins[:, None] + np.arange(WIDTH)]
    return digits
