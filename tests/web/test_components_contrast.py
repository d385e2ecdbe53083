"""Every pair of colours that text is set in passes WCAG AA, in both themes, computed from ``tokens.css`` itself."""

import math
import re
from pathlib import Path

import pytest

import tallystick.web

TOKENS = Path(tallystick.web.__file__).parent / "static" / "css" / "tokens.css"
_PAIR = re.compile(r"--([\w-]+): light-dark\(oklch\(([^)/]*)\), oklch\(([^)/]*)\)\)")

TEXT = ["ink", "ink-soft", "ok", "warn", "bad", "info", "accent-text"]
SURFACES = ["paper", "paper-raised", "paper-sunk", "paper-hover"]
PAIRS = [
    *((text, surface) for text in TEXT for surface in SURFACES),
    *((text, "paper-selected") for text in TEXT),
    *((tone, f"{tone}-quiet") for tone in ("ok", "warn", "bad", "info")),
    *(("ink", f"{tone}-quiet") for tone in ("ok", "warn", "bad", "info", "accent")),
    *(("ink-soft", f"{tone}-quiet") for tone in ("ok", "warn", "bad", "info")),
    ("accent-text", "accent-quiet"),
    ("accent-ink", "accent"),
    ("paper", "ink"),
    ("paper", "ink-hover"),
]


def colours(theme: int) -> dict[str, tuple[float, float, float]]:
    found = {}
    for name, light, dark in _PAIR.findall(TOKENS.read_text(encoding="utf-8")):
        lightness, chroma, hue = (float(part) for part in (light, dark)[theme].split())
        found[name] = (lightness, chroma, hue)
    return found


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance (WCAG) of an oklch colour, clipped to what sRGB can show."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "surface"), PAIRS)
def test_text_can_be_read(text: str, surface: str, theme: int) -> None:
    token = colours(theme)
    assert contrast(token[text], token[surface]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("surface", ["paper", "paper-raised"])
def test_the_edge_of_a_control_can_be_seen(surface: str, theme: int) -> None:
    token = colours(theme)
    assert contrast(token["hairline-strong"], token[surface]) >= 3


def test_white_on_black_is_21() -> None:
    assert contrast((1, 0, 0), (0, 0, 0)) == pytest.approx(21, abs=0.01)
