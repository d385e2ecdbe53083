"""Drawing PDFs with direct content streams: text in every script, rules, tables, page furniture.

A library of its own: it knows nothing of claims and needs no Django.
"""

from tallystick.pdf.draw.characters import left_to_right
from tallystick.pdf.draw.document import Document
from tallystick.pdf.draw.lines import Line
from tallystick.pdf.draw.page import A4, LETTER, Page, Size
from tallystick.pdf.draw.typeset import Typesetter, typesetter

__all__ = ["A4", "LETTER", "Document", "Line", "Page", "Size", "Typesetter", "left_to_right", "typesetter"]
