"""Which files may be attached, by what they are called and how they begin."""

from dataclasses import dataclass
from pathlib import PurePath

from tallystick.core.errors import BadInput

PAPERS = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heif",
}
"""Files whose pages join a backup."""

COMPANIONS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "zip": "application/zip",
    "dwg": "image/vnd.dwg",
    "dxf": "image/vnd.dxf",
    "ifc": "application/x-step",
    "mpp": "application/vnd.ms-project",
    "xml": "application/xml",
    "json": "application/json",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
}
"""Files that a backup lists and embeds as they are."""

SHOWN_IN_BROWSER = frozenset({"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"})

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Accepted:
    """A name fit for storing and the media type that goes with it."""

    name: str
    media_type: str


def accept(name: str, size: int, *, limit: int) -> Accepted:
    """The cleaned name and type of an upload; ``BadInput`` says in a sentence why it can't be taken."""
    clean = clean_name(name)
    suffix = _suffix(clean)
    media_type = _media_type(suffix)
    if media_type is None:
        what = f"Files ending in .{suffix}" if suffix else "Files without an ending such as .pdf"
        raise BadInput(
            f"{clean} was not added. {what} can't be attached. "
            "Use PDF, a picture, a spreadsheet, a document, an e-mail, a drawing or a .zip of them."
        )
    if size == 0:
        raise BadInput(f"{clean} was not added: the file is empty. Save it again and upload it once more.")
    if size > limit:
        raise BadInput(too_large(clean, limit))
    return Accepted(clean, media_type)


def media_type_of(name: str) -> str:
    """By the ending, which was checked when the file came; whatever else is a stream of bytes."""
    return _media_type(_suffix(name)) or "application/octet-stream"


def too_large(name: str, limit: int) -> str:
    """The sentence for a file over the limit (bytes)."""
    return (
        f"{clean_name(name)} was not added: it is larger than {limit // (1024 * 1024)} MiB. "
        "Make it smaller, or split it into several files."
    )


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, at most 255 characters with its ending kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable()).strip().strip(".") or "Untitled"
    if len(clean) > LONGEST_NAME:
        suffix = PurePath(clean).suffix[:20]
        clean = clean[: LONGEST_NAME - len(suffix)] + suffix
    return clean


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower().lstrip(".")


def _media_type(suffix: str) -> str | None:
    return PAPERS.get(suffix) or COMPANIONS.get(suffix)
