"""A flat page tree: every page a direct child of the root, holding what it used to inherit."""

from __future__ import annotations

from typing import Any

import pikepdf

from tallystick.pdf.normalise.objects import (
    Notes,
    dictionary,
    drop,
    get,
    identity,
    integer,
    is_indirect,
    items,
)

INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
KEPT = {
    "/Type",
    "/Parent",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/BleedBox",
    "/TrimBox",
    "/ArtBox",
    "/Contents",
    "/Rotate",
    "/Group",
    "/Annots",
    "/StructParents",
    "/Tabs",
    "/UserUnit",
    "/VP",
}
LETTER = (0.0, 0.0, 612.0, 792.0)
LARGEST_COORDINATE = 1e7
DEEPEST_TREE = 200

Box = tuple[float, float, float, float]


def flatten_pages(pdf: pikepdf.Pdf, notes: Notes, most: int) -> list[Any]:
    """Rebuild the page tree flat; return the page objects in order.

    Raises ValueError when there is no page or more than ``most``.
    """
    pages = [page.obj for page in pdf.pages]
    if not pages:
        raise ValueError("it has no pages")
    if len(pages) > most:
        raise ValueError(f"it has more than {most:,} pages")
    root = pdf.Root.Pages
    shapes: list[list[float]] = []
    fonts = _FontDictionaries(pdf)
    for page in pages:
        _take_inherited(page)
        for key in list(page.keys()):
            if key not in KEPT:
                del page[key]
        box, rotation = _tidy_boxes(page)
        shapes.append([*box, rotation, _user_unit(page)])
        _tidy_contents(pdf, page)
        fonts.prepare(page)
        page["/Type"] = pikepdf.Name.Page
        page["/Parent"] = root
    for key in list(root.keys()):
        del root[key]
    root["/Type"] = pikepdf.Name.Pages
    root["/Kids"] = pikepdf.Array(pages)
    root["/Count"] = len(pages)
    notes.mark("root", [root])
    notes.mark("pages", pages)
    notes.mark("fonts", fonts.found)
    notes.facts["shapes"] = shapes
    return pages


class _FontDictionaries:
    """Gives every page an indirect /Resources with an indirect /Font, so that a stamp can add its font there."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.found: list[Any] = []
        self._seen: set[Any] = set()
        self._resources: set[Any] = set()

    def prepare(self, page: Any) -> None:
        resources = dictionary(page.get("/Resources"))
        if resources is None:
            resources = pikepdf.Dictionary()
        if not is_indirect(resources):
            resources = self.pdf.make_indirect(resources)
            page["/Resources"] = resources
        elif identity(resources) in self._resources:
            return
        self._resources.add(identity(resources))
        fonts = dictionary(resources.get("/Font"))
        if fonts is None:
            fonts = pikepdf.Dictionary()
        if not is_indirect(fonts):
            fonts = self.pdf.make_indirect(fonts)
            resources["/Font"] = fonts
        if identity(fonts) not in self._seen:
            self._seen.add(identity(fonts))
            self.found.append(fonts)


def _take_inherited(page: Any) -> None:
    missing = [key for key in INHERITED if key not in page]
    node = page.get("/Parent")
    seen: set[Any] = set()
    while missing and dictionary(node) is not None and len(seen) < DEEPEST_TREE:
        if identity(node) in seen:
            return
        seen.add(identity(node))
        for key in list(missing):
            if key in node:
                page[key] = node[key]
                missing.remove(key)
        node = node.get("/Parent")


def read_box(value: Any) -> Box | None:
    """Left, bottom, right, top of a rectangle with some area, else None."""
    numbers = items(value)
    if len(numbers) != 4:
        return None
    try:
        a, b, c, d = (float(number) for number in numbers)
    except (TypeError, ValueError, ArithmeticError):
        return None
    box = (min(a, c), min(b, d), max(a, c), max(b, d))
    if not all(abs(side) < LARGEST_COORDINATE for side in box):
        return None
    return box if box[2] - box[0] > 0 and box[3] - box[1] > 0 else None


def _tidy_boxes(page: Any) -> tuple[Box, int]:
    media = read_box(page.get("/MediaBox"))
    if media is None:
        media = LETTER
        page["/MediaBox"] = pikepdf.Array([0, 0, 612, 792])
    for key in ("/BleedBox", "/TrimBox", "/ArtBox"):
        if key in page and read_box(page[key]) is None:
            del page[key]
    seen = media
    if "/CropBox" in page:
        crop = read_box(page["/CropBox"])
        shared = crop and (
            max(media[0], crop[0]),
            max(media[1], crop[1]),
            min(media[2], crop[2]),
            min(media[3], crop[3]),
        )
        if shared and shared[2] > shared[0] and shared[3] > shared[1]:
            seen = shared
        else:
            del page["/CropBox"]
    rotation = integer(page.get("/Rotate")) % 360
    if rotation % 90:
        rotation = 0
    if rotation:
        page["/Rotate"] = rotation
    else:
        drop(page, "/Rotate")
    return seen, rotation


def _user_unit(page: Any) -> float:
    if "/UserUnit" not in page:
        return 1.0
    try:
        unit = float(page["/UserUnit"])
    except (TypeError, ValueError, ArithmeticError):
        unit = 0.0
    if 0.01 <= unit <= 75_000:
        return unit
    del page["/UserUnit"]
    return 1.0


def _tidy_contents(pdf: pikepdf.Pdf, page: Any) -> None:
    contents = page.get("/Contents")
    streams = [contents] if isinstance(contents, pikepdf.Stream) else items(contents)
    page["/Contents"] = pikepdf.Array([s for s in streams if isinstance(s, pikepdf.Stream)])
    group = page.get("/Group")
    if group is not None and get(group, "/S") is None:
        del page["/Group"]
