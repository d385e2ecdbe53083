"""Pictures to PDF: as they are where img2pdf can, drawn anew by Pillow where it can't. Runs in the child only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import img2pdf
from PIL import Image, ImageFile, ImageOps, ImageSequence

from tallystick.pdf.model import Limits

A4 = (595.276, 841.89)
USUAL_DPI = 96.0
SENSIBLE_DPI = (40.0, 2400.0)
JPEG_QUALITY = 92
MOST_FRAMES = 2000
SMALLEST_SIDE = 3.0

Size = tuple[float, float]


class PictureRefused(ValueError):
    """The picture can't be used; the text says why."""


def picture_to_pdf(source: Path, kind: str, target: Path, limits: Limits) -> tuple[bool, bool]:
    """Write the picture as a PDF of one page per frame.

    Returns whether it went in unchanged, and whether it was damaged. Raises PictureRefused.
    """
    Image.MAX_IMAGE_PIXELS = limits.image_pixels
    damaged = _look(source, kind, limits)
    # An animation is one picture to a reader; of a moving GIF, WebP or PNG only the first frame is a page.
    if kind in ("image/jpeg", "image/png", "image/tiff") and not damaged:
        try:
            _losslessly(source, target)
        except Exception:
            target.unlink(missing_ok=True)
        else:
            return True, False
    _redrawn(source, kind, target, limits)
    return False, damaged


def _look(source: Path, kind: str, limits: Limits) -> bool:
    """Whether the picture is cut off or damaged; raises PictureRefused when it is too big or not a picture."""
    if kind in ("image/heic", "image/avif"):
        import pillow_heif

        pillow_heif.register_heif_opener()
        if hasattr(pillow_heif, "register_avif_opener"):
            pillow_heif.register_avif_opener()
    try:
        with Image.open(source) as picture:
            width, height = picture.size
            if width * height > limits.image_pixels:
                raise PictureRefused(f"it says it is {width:,} × {height:,} pixels, which is too big")
            frames = int(getattr(picture, "n_frames", 1))
            if frames > MOST_FRAMES:
                raise PictureRefused(f"it has more than {MOST_FRAMES:,} pages")
            if picture.format == "JPEG":
                # An eighth of the size is decoded much faster and is cut off where the whole would be.
                picture.draft("RGB", (max(width // 8, 1), max(height // 8, 1)))
            try:
                picture.load()
            except (OSError, SyntaxError, ValueError):
                return True
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise PictureRefused("it says it is bigger than any picture that can be printed") from fault
    except Exception as fault:
        raise PictureRefused("its picture data can't be read") from fault
    return False


def fit_page(width: float, height: float, dpi: Size) -> Size:
    """Page size in points: the picture's own size at its stated resolution, shrunk to A4 if it is bigger."""
    low, high = SENSIBLE_DPI
    across = dpi[0] if low <= dpi[0] <= high else USUAL_DPI
    up = dpi[1] if low <= dpi[1] <= high else USUAL_DPI
    w, h = width * 72 / across, height * 72 / up
    room = A4 if h >= w else (A4[1], A4[0])
    scale = min(1.0, room[0] / w, room[1] / h)
    return max(w * scale, SMALLEST_SIDE), max(h * scale, SMALLEST_SIDE)


def _layout(pixels_wide: int, pixels_high: int, dpi: Any) -> tuple[float, float, float, float]:
    try:
        stated = (float(dpi[0]), float(dpi[1]))
    except (TypeError, IndexError, ValueError):
        stated = (0.0, 0.0)
    width, height = fit_page(pixels_wide, pixels_high, stated)
    return width, height, width, height


def _losslessly(source: Path, target: Path) -> None:
    with target.open("wb") as out:
        img2pdf.convert(
            str(source),
            outputstream=out,
            layout_fun=_layout,
            rotation=img2pdf.Rotation.ifvalid,
            nodate=True,
            producer="",
            creator="",
        )


def _redrawn(source: Path, kind: str, target: Path, limits: Limits) -> None:
    pages: list[bytes] = []
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with Image.open(source) as picture:
            dpi = picture.info.get("dpi", (0.0, 0.0))
            for frame in _frames(picture, kind):
                pages.append(_encode(frame, dpi))
                if sum(map(len, pages)) > limits.output_bytes // 4:
                    raise PictureRefused("its pages take too much room")
    except PictureRefused:
        raise
    except Exception as fault:
        if not pages:
            raise PictureRefused("its picture data can't be read") from fault
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    with target.open("wb") as out:
        img2pdf.convert(pages, outputstream=out, layout_fun=_layout, nodate=True, producer="", creator="")


def _frames(picture: Image.Image, kind: str) -> Iterator[Image.Image]:
    if kind != "image/tiff":
        yield picture
        return
    yield from ImageSequence.Iterator(picture)


def _encode(frame: Image.Image, dpi: Any) -> bytes:
    """The frame upright, on white where it is transparent; as JPEG if it is a photograph, else as PNG."""
    upright = ImageOps.exif_transpose(frame) or frame
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    elif upright.mode in ("1", "L", "RGB"):
        flat = upright
    elif upright.mode.startswith("I") or upright.mode == "F":
        flat = _eight_bits(upright)
    else:
        flat = upright.convert("RGB")
    buffer = io.BytesIO()
    resolution = (
        dpi if isinstance(dpi, tuple) and len(dpi) == 2 and all(0 < float(d) < 1e5 for d in dpi) else None
    )
    options: dict[str, Any] = {"dpi": (float(resolution[0]), float(resolution[1]))} if resolution else {}
    if flat.mode == "RGB" and frame.format != "PNG" and _is_photograph(flat):
        flat.save(buffer, "JPEG", quality=JPEG_QUALITY, **options)
    else:
        flat.save(buffer, "PNG", **options)
    return buffer.getvalue()


def _is_photograph(picture: Image.Image) -> bool:
    small = picture.resize((min(picture.width, 128), min(picture.height, 128)), Image.Resampling.NEAREST)
    return small.getcolors(1024) is None


def _eight_bits(picture: Image.Image) -> Image.Image:
    grey = picture.convert("F")
    low, high = grey.getextrema()
    span = (float(high) - float(low)) or 1.0  # type: ignore[arg-type]
    return grey.point(lambda value: (value - low) * (255.0 / span)).convert("L")
