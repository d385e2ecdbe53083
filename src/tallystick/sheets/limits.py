"""How much of a spreadsheet is read, and what is said of one that can't be."""

from __future__ import annotations

MIB = 1 << 20

MOST_BYTES = 20_000_000
"""The largest file that is looked at."""

MOST_ROWS = 20_000
MOST_COLUMNS = 256
MOST_SHEETS = 60
MOST_CELLS = 600_000
LONGEST_TEXT = 2_000

MOST_UNPACKED = 400 * MIB
"""The most that the parts of a zipped workbook may say, or turn out, to be."""

MOST_PARTS = 4_000

MEMORY = 768 * MIB
CPU_SECONDS = 15
WALL_SECONDS = 30
OUTPUT = 64 * MIB

GUARDED = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program may take for the beginning of a formula."""


class Unreadable(Exception):
    """A file that is no spreadsheet, or one that can't be read; its text is the rest of “It can't be read: …”."""


class NotThis(Exception):
    """A file of another sort, told by a whole sentence with what to do."""
