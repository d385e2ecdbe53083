"""Photographs of a building site, as far as they can be drawn: sky, frame, formwork, crane, a little noise.

The scene is drawn at once in one picture; time of day, weather, progress and standpoint follow from the seed.
"""

import io
import random
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tallystick.demo.papers.dice import seeded

SIZE = (1280, 960)
_DRAWN = (1600, 1200)
_Colour = tuple[int, int, int]
_SKIES: tuple[tuple[_Colour, _Colour], ...] = (
    ((96, 146, 205), (206, 222, 235)),
    ((128, 150, 172), (214, 216, 214)),
    ((84, 120, 182), (240, 214, 180)),
    ((150, 160, 170), (196, 200, 202)),
)


def photograph(seed: int, *, turned: bool = False) -> bytes:
    """A JPEG of the site; ``turned`` writes it sideways with an EXIF note, as telephones do."""
    rng = seeded(seed)
    grains = np.random.default_rng(seed)
    picture = _sky(rng, grains)
    draw = ImageDraw.Draw(picture)
    horizon = int(_DRAWN[1] * rng.uniform(0.56, 0.7))
    _skyline(draw, rng, horizon)
    _ground(picture, grains, rng, horizon)
    if rng.random() < 0.75:
        _crane(draw, rng, horizon)
    _building(draw, rng, horizon)
    _foreground(draw, rng)
    picture = _exposed(picture, grains, rng)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Samplecam", "SC-12"
    if turned:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80, exif=exif.tobytes())
    return target.getvalue()


def _sky(rng: random.Random, grains: np.random.Generator) -> Image.Image:
    top, bottom = rng.choice(_SKIES)
    height = np.linspace(0, 1, _DRAWN[1])[:, None, None]
    sky = np.asarray(top) * (1 - height) + np.asarray(bottom) * height
    clouds = np.clip(_cloud(grains) * 1.9 - 0.85, 0, 1)[:, :, None] * (1 - height * 0.6)
    mixed = sky * (1 - clouds * 0.8) + 246 * clouds * 0.8
    return Image.fromarray(mixed.astype(np.uint8), "RGB")


def _cloud(grains: np.random.Generator) -> NDArray[np.float64]:
    total = np.zeros((_DRAWN[1], _DRAWN[0]))
    for cells, weight in ((5, 0.5), (11, 0.3), (23, 0.2)):
        small = Image.fromarray((grains.random((cells, cells * 2)) * 255).astype(np.uint8), "L")
        total += np.asarray(small.resize(_DRAWN, Image.Resampling.BICUBIC)) / 255.0 * weight
    return total


def _skyline(draw: ImageDraw.ImageDraw, rng: random.Random, horizon: int) -> None:
    x = -40
    while x < _DRAWN[0]:
        width, height = rng.randint(50, 190), rng.randint(20, 150)
        shade = rng.randint(120, 165)
        draw.rectangle((x, horizon - height, x + width, horizon + 4), fill=(shade, shade + 6, shade + 14))
        x += width + rng.randint(-10, 40)


def _ground(picture: Image.Image, grains: np.random.Generator, rng: random.Random, horizon: int) -> None:
    height = _DRAWN[1] - horizon
    base = np.asarray(rng.choice(((150, 126, 98), (138, 132, 124), (164, 142, 112))), dtype=float)
    depth = np.linspace(0.75, 1.08, height)[:, None, None]
    rough = np.zeros((height, _DRAWN[0], 1))
    for cell, weight in ((60, 0.4), (17, 0.35), (5, 0.25)):
        small = Image.fromarray(
            grains.integers(0, 256, (height // cell * 2 + 2, _DRAWN[0] // cell), dtype=np.uint8)
        )
        rough += (
            np.asarray(small.resize((_DRAWN[0], height), Image.Resampling.BICUBIC))[:, :, None]
            / 255.0
            * weight
        )
    fine = grains.integers(-10, 11, (height, _DRAWN[0], 1), dtype=np.int8)
    earth = np.clip(base * depth * (0.82 + rough * 0.34) + fine, 0, 255).astype(np.uint8)
    picture.paste(Image.fromarray(earth, "RGB"), (0, horizon))


def _crane(draw: ImageDraw.ImageDraw, rng: random.Random, horizon: int) -> None:
    x, top = rng.randint(180, _DRAWN[0] - 180), rng.randint(40, 200)
    colour = rng.choice(((232, 178, 22), (214, 62, 36), (228, 228, 224)))
    half = 11
    for side in (-half, half):
        draw.line((x + side, top, x + side, horizon + 30), fill=colour, width=4)
    for y in range(top, horizon + 20, 24):
        draw.line((x - half, y, x + half, y + 24), fill=colour, width=2)
        draw.line((x + half, y, x - half, y + 24), fill=colour, width=2)
    direction = rng.choice((-1, 1))
    reach, back = rng.randint(420, 760), rng.randint(120, 190)
    tip, tail = x + direction * reach, x - direction * back
    draw.line((tail, top, tip, top), fill=colour, width=4)
    draw.line((x, top - 24, tip, top - 8), fill=colour, width=3)
    for step in range(0, reach, 26):
        at = x + direction * step
        draw.line((at, top, at + direction * 13, top - 20), fill=colour, width=2)
        draw.line((at + direction * 13, top - 20, at + direction * 26, top), fill=colour, width=2)
    draw.line((x, top - 70, tip, top - 8), fill=(70, 70, 70), width=2)
    draw.line((x, top - 70, tail, top), fill=(70, 70, 70), width=2)
    draw.polygon((x - half, top - 2, x, top - 72, x + half, top - 2), fill=colour)
    draw.rectangle((tail - 26, top, tail + 26, top + 46), fill=(96, 96, 98))
    draw.rectangle((x - 4, top + 4, x + 34, top + 42), fill=(52, 70, 84))
    hook = x + direction * rng.randint(reach // 3, reach - 40)
    drop = rng.randint(140, 380)
    draw.line((hook, top, hook, top + drop), fill=(50, 50, 50), width=2)
    draw.rectangle((hook - 26, top + drop, hook + 26, top + drop + 20), fill=(120, 84, 52))


def _building(draw: ImageDraw.ImageDraw, rng: random.Random, horizon: int) -> None:
    """A concrete frame in a simple perspective: one face lit, one in shade; the top floors still in formwork."""
    left, corner, right = rng.randint(60, 240), rng.randint(640, 980), rng.randint(1340, 1560)
    floors = rng.randint(3, 7)
    storey = rng.randint(82, 118) if floors < 6 else rng.randint(62, 84)
    base = horizon + rng.randint(30, 80)
    clad = rng.randint(0, max(0, floors - 3))
    scaffolded = rng.random() < 0.55
    walls = [
        _Wall((x1, x2), base - floor * storey, storey, light, lean)
        for floor in range(floors)
        for x1, x2, light, lean in ((left, corner, 1.0, 0.14), (corner, right, 0.72, -0.12))
    ]
    for number, wall in enumerate(walls):
        _draw_wall(draw, rng, wall, clad=number // 2 < clad, newest=number // 2 == floors - 1)
    for wall in walls:
        top, thick = wall.foot - wall.storey, max(12, wall.storey // 7)
        x1, x2 = wall.span
        wall.fill(draw, ((x1 - 8, top), (x2 + 8, top), (x2 + 8, top - thick), (x1 - 8, top - thick)), _SLAB)
    if scaffolded:
        _scaffold(draw, (left, corner), base, floors * storey)


_SLAB: _Colour = (204, 200, 192)


@dataclass(frozen=True, slots=True)
class _Wall:
    """One side of one storey: where it is, how it is lit, and how its lines run to a point."""

    span: tuple[int, int]
    foot: int
    storey: int
    light: float
    lean: float

    def seen(self, x: int, y: float) -> tuple[float, float]:
        """Where a point of the wall is seen."""
        nearest = self.span[0] if self.lean < 0 else self.span[1]
        return x, y - (x - nearest) * self.lean * (self.foot - 300) / 1800

    def fill(self, draw: ImageDraw.ImageDraw, corners: Iterable[tuple[int, float]], colour: _Colour) -> None:
        """A surface of the wall in a colour, as it is lit."""
        draw.polygon([self.seen(x, y) for x, y in corners], fill=_shaded(colour, self.light))

    def strip(self, draw: ImageDraw.ImageDraw, x1: int, x2: int, inset: int, colour: _Colour) -> None:
        """From foot to head, less ``inset`` at both."""
        low, high = self.foot - inset, self.foot - self.storey + inset
        self.fill(draw, ((x1, low), (x2, low), (x2, high), (x1, high)), colour)

    def line(
        self, draw: ImageDraw.ImageDraw, ends: tuple[int, float, int, float], colour: _Colour, width: int
    ) -> None:
        """A line on the wall."""
        x1, y1, x2, y2 = ends
        draw.line([self.seen(x1, y1), self.seen(x2, y2)], fill=_shaded(colour, self.light), width=width)


def _draw_wall(
    draw: ImageDraw.ImageDraw, rng: random.Random, wall: _Wall, *, clad: bool, newest: bool
) -> None:
    x1, x2 = wall.span
    concrete = _shaded((188, 184, 176), rng.uniform(0.94, 1.04))
    wall.strip(draw, x1, x2, 0, (58, 56, 54))
    bays = max(3, (x2 - x1) // 120)
    width = (x2 - x1) // bays
    for bay in range(bays + 1):
        x = x1 + (x2 - x1) * bay // bays
        wall.strip(draw, x - 9, x + 9, 0, concrete)
        if clad and bay < bays:
            wall.strip(draw, x + 9, x + width - 9, 0, (164, 108, 84))
            glass = _shaded((96, 128, 146), rng.uniform(0.9, 1.2))
            wall.strip(draw, x + width // 4, x + width * 3 // 4, 20, glass)
        elif not newest and bay < bays and rng.random() < 0.4:
            prop = x + width // 2
            wall.line(draw, (prop, wall.foot, prop, wall.foot - wall.storey), (170, 60, 40), 3)
    if newest:
        _formwork(draw, rng, wall)


def _formwork(draw: ImageDraw.ImageDraw, rng: random.Random, wall: _Wall) -> None:
    """The deck of the floor to come: timber edge, starter bars, a handrail."""
    x1, x2 = wall.span
    deck = wall.foot - wall.storey - max(12, wall.storey // 7)
    wall.fill(
        draw, ((x1 - 14, deck), (x2 + 14, deck), (x2 + 14, deck - 9), (x1 - 14, deck - 9)), (206, 164, 96)
    )
    for x in range(x1, x2, 22):
        wall.line(draw, (x, deck, x, deck - rng.randint(24, 46)), (112, 74, 52), 2)
    wall.line(draw, (x1, deck - 40, x2, deck - 40), (230, 120, 30), 3)


def _scaffold(draw: ImageDraw.ImageDraw, span: tuple[int, int], foot: int, height: int) -> None:
    x1, x2 = span
    lean = 0.14 * (foot - 300) / 1800
    for x in range(x1, x2, 46):
        rise = (x - x2) * lean
        draw.line((x, foot - rise, x, foot - height - rise - 24), fill=(168, 172, 176), width=3)
    left = (x1 - x2) * lean
    for level in range(0, height + 30, 44):
        draw.line((x1, foot - level - left, x2, foot - level), fill=(150, 154, 160), width=2)
        if level % 88 == 0:
            draw.line((x1, foot - level - left + 4, x2, foot - level + 4), fill=(176, 138, 82), width=5)


def _foreground(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """What lies about: bundles of bars, pallets, a skip, barriers."""
    for _ in range(rng.randint(2, 4)):
        x, y = rng.randint(20, _DRAWN[0] - 420), rng.randint(_DRAWN[1] - 260, _DRAWN[1] - 60)
        match rng.randint(0, 3):
            case 0:
                for bar in range(9):
                    draw.line(
                        (x, y + bar * 4, x + 380, y - 34 + bar * 4), fill=(104 + bar * 5, 68, 48), width=3
                    )
            case 1:
                for layer in range(5):
                    draw.rectangle(
                        (x, y - layer * 17, x + 150, y - layer * 17 + 13), fill=(196 - layer * 7, 160, 108)
                    )
            case 2:
                draw.polygon(
                    (x, y - 80, x + 250, y - 80, x + 222, y + 20, x + 28, y + 20), fill=(206, 166, 36)
                )
                draw.line((x, y - 80, x + 250, y - 80), fill=(150, 118, 20), width=8)
            case _:
                for post in range(0, 400, 100):
                    draw.rectangle((x + post, y - 70, x + post + 10, y + 10), fill=(222, 98, 28))
                    draw.rectangle((x + post - 40, y - 62, x + post + 52, y - 40), fill=(236, 236, 230))


def _exposed(picture: Image.Image, grains: np.random.Generator, rng: random.Random) -> Image.Image:
    """Lens and sensor: soft corners, a touch of grain, the exposure a little off."""
    small = picture.resize(SIZE, Image.Resampling.BILINEAR)
    pixels = np.asarray(small, dtype=np.float32)
    y, x = np.ogrid[-1 : 1 : SIZE[1] * 1j, -1 : 1 : SIZE[0] * 1j]
    vignette = (1.04 - 0.22 * (x * x + y * y) / 2)[:, :, None]
    grain = grains.integers(-8, 9, (SIZE[1], SIZE[0], 1), dtype=np.int8)
    developed = np.clip(pixels * vignette * rng.uniform(0.9, 1.08) + grain, 0, 255).astype(np.uint8)
    return Image.fromarray(developed, "RGB")


def _shaded(colour: _Colour, light: float) -> _Colour:
    red, green, blue = (max(0, min(255, int(part * light))) for part in colour)
    return red, green, blue
