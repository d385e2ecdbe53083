"""Papers that were written by hand, signed and put through the site office's scanner: pictures, a little askew."""

import io
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tallystick.demo.papers.dice import seeded
from tallystick.demo.papers.fonts import font_path
from tallystick.demo.papers.sheet import A4, Paper, Picture

_PIXELS = (1075, 1520)
_FAX = (1728, 2200)
_INK = 45
_KINDS: tuple[tuple[str, tuple[tuple[str, int], ...], int], ...] = (
    ("TOOLBOX TALK SIGN-ON SHEET", (("Name", 330), ("Company", 270), ("Signature", 220), ("Time", 115)), 18),
    ("DAYWORK SHEET", (("Description of work", 430), ("Hours", 110), ("Rate", 150), ("Signed", 245)), 14),
    ("DELIVERY RECORD", (("Docket", 160), ("Supplier", 300), ("Quantity", 180), ("Received by", 295)), 20),
    ("PERMIT TO LOAD", (("Location", 330), ("Checked", 210), ("Engineer", 395)), 12),
    ("PLANT PRE-START CHECK", (("Plant", 260), ("Hours", 120), ("Condition", 280), ("Operator", 275)), 16),
)


def scan(seed: int) -> bytes:
    """A PDF of one to three scanned pages; nothing in it is text."""
    rng = seeded(seed)
    grains = np.random.default_rng(seed)
    title, columns, rows = _KINDS[seed % len(_KINDS)]
    paper = Paper(None, title="Scan", author="Site office scanner")
    for number in range(1 + seed % 3):
        sheet = _written_sheet(rng, title, columns, rows, number + 1)
        jpeg = _scanned(sheet, rng, grains)
        page = paper.page(rotate=180 if rng.random() < 0.12 else 0)
        page.picture(Picture(jpeg, *_PIXELS, is_gray=True), 0, 0, A4[0])
    return paper.to_bytes()


def fax(seed: int, pages: int = 6) -> bytes:
    """A TIFF of several pages in black and white, as old machines store them."""
    rng = seeded(seed)
    made = []
    for number in range(pages):
        title, columns, rows = _KINDS[(seed + number) % len(_KINDS)]
        sheet = _written_sheet(rng, title, columns, rows, number + 1)
        made.append(sheet.resize(_FAX).point(lambda value: 255 if value > 150 else 0).convert("1"))
    target = io.BytesIO()
    made[0].save(target, "TIFF", compression="group4", save_all=True, append_images=made[1:], dpi=(204, 196))
    return target.getvalue()


def _written_sheet(
    rng: random.Random, title: str, columns: tuple[tuple[str, int], ...], rows: int, number: int
) -> Image.Image:
    sheet = Image.new("L", _PIXELS, 250)
    draw = ImageDraw.Draw(sheet)
    bold = ImageFont.truetype(str(font_path("semibold")), 34)
    small = ImageFont.truetype(str(font_path("regular")), 20)
    draw.text((70, 70), title, font=bold, fill=30)
    draw.text((70, 124), "Ropewalk Quarter, Wickham", font=small, fill=40)
    draw.text((1005, 84), f"Sheet {number}", font=small, fill=40, anchor="rt")
    top, height = 190, (1330 - 190) // (rows + 1)
    x = 70
    for heading, width in columns:
        draw.text((x + 8, top + 8), heading, font=small, fill=30)
        x += width
    for row in range(rows + 2):
        draw.line((70, top + row * height, 1005, top + row * height), fill=70, width=2)
    x = 70
    for width in (0, *(width for _, width in columns)):
        x += width
        draw.line((x, top, x, top + (rows + 1) * height), fill=70, width=2)
    for row in range(1, rng.randint(rows // 2, rows) + 1):
        x = 70
        for _, width in columns:
            _handwriting(
                draw, rng, x + 12, top + row * height + height * 0.68, rng.uniform(0.45, 0.85) * width
            )
            x += width
    draw.text((70, 1390), "Supervisor", font=small, fill=40)
    _handwriting(draw, rng, 200, 1405, 210, big=True)
    return sheet


def _handwriting(
    draw: ImageDraw.ImageDraw, rng: random.Random, x: float, y: float, length: float, *, big: bool = False
) -> None:
    """Something that could be a word: loops that lean to the right."""
    end, height = x + length, 26 if big else 11
    points = [(x, y)]
    while x < end:
        x += rng.uniform(3, 7) * (2 if big else 1)
        if rng.random() < 0.12 and not big:
            x += 9
            draw.line(points, fill=_INK, width=2, joint="curve")
            points = []
        points.append((x, y - height * rng.choice((0, 0.2, 0.6, 1, 1.7)) * rng.uniform(0.6, 1)))
    if len(points) > 1:
        draw.line(points, fill=_INK, width=3 if big else 2, joint="curve")


def _scanned(sheet: Image.Image, rng: random.Random, grains: np.random.Generator) -> bytes:
    turned = sheet.rotate(rng.uniform(-1.3, 1.3), Image.Resampling.BILINEAR, fillcolor=226)
    pixels = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.int16)
    shade = np.linspace(rng.randint(-14, 0), rng.randint(-6, 4), _PIXELS[0])[None, :]
    noise = grains.integers(-7, 8, (_PIXELS[1], _PIXELS[0]), dtype=np.int8)
    target = io.BytesIO()
    Image.fromarray(np.clip(pixels + shade + noise, 0, 255).astype(np.uint8), "L").save(
        target, "JPEG", quality=42
    )
    return target.getvalue()
