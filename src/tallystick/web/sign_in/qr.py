"""A QR code as the path of an SVG, drawn here: no other program sees what it says."""

from __future__ import annotations

from dataclasses import dataclass

QUIET = 4
"""Empty squares around it, which readers need."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Side in squares, and a path that fills the dark ones."""

    side: int
    path: str


def squares(text: str) -> Picture:
    """The QR code of a text."""
    import qrcode  # not before it is needed: the web process starts without it

    code = qrcode.QRCode(border=QUIET)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture(len(rows), path)
