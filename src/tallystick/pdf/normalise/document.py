"""The whole of normalising, in the one order that works."""

from __future__ import annotations

import pikepdf

from tallystick.pdf.model import Limits
from tallystick.pdf.normalise.annotations import tidy_annotations
from tallystick.pdf.normalise.dests import Destinations
from tallystick.pdf.normalise.embedded import carry_files
from tallystick.pdf.normalise.forms import wrap_fields
from tallystick.pdf.normalise.labels import read_labels
from tallystick.pdf.normalise.layers import read_layers
from tallystick.pdf.normalise.objects import Notes, is_indirect
from tallystick.pdf.normalise.outline import rebuild_outline
from tallystick.pdf.normalise.pages import flatten_pages
from tallystick.pdf.normalise.structure import keep_structure

CATALOGUE_MARKS = "/TallystickMarks"


def normalise(pdf: pikepdf.Pdf, limits: Limits) -> tuple[Notes, bool]:
    """Change the opened document into segment shape; return the notes and whether it was signed.

    Afterwards the catalogue holds the page tree and one flat array of every marked object, in the order of
    ``notes.marks``. Raises ValueError with the reason when there are no usable pages.
    """
    notes = Notes()
    pages = flatten_pages(pdf, notes, limits.pages)
    dests = Destinations(pdf, pages)
    tidy_annotations(pdf, pages, dests)
    rebuild_outline(pdf, notes, dests, limits.outline_items)
    read_labels(pdf, notes, len(pages))
    read_layers(pdf, notes)
    signed = wrap_fields(pdf, pages, notes)
    keep_structure(pdf, notes)
    carry_files(pdf, notes)
    root = pdf.Root
    for key in list(root.keys()):
        if key not in ("/Type", "/Pages"):
            del root[key]
    flat = [thing for things in notes.marks.values() for thing in things]
    if not all(is_indirect(thing) for thing in flat):
        raise ValueError("its objects refer to each other in a way that can't be followed")
    root[CATALOGUE_MARKS] = pikepdf.Array(flat)
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    return notes, signed
