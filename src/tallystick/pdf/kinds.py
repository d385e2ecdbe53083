"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

PDF = "application/pdf"
UNKNOWN = "application/octet-stream"
IMAGES = frozenset(
    (
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/gif",
        "image/bmp",
        "image/webp",
        "image/heic",
        "image/avif",
    )
)
HEAD_BYTES = 4096

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"AC10", "image/vnd.dwg"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_OFFICE = (
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
    (b"opendocument.text", "application/vnd.oasis.opendocument.text"),
)
_CALLED = {
    "application/zip": "a ZIP archive",
    "application/x-ole-storage": "an older Office file",
    "application/x-7z-compressed": "a 7z archive",
    "application/vnd.rar": "a RAR archive",
    "application/gzip": "a compressed archive",
    "application/rtf": "a text document (RTF)",
    "application/postscript": "a PostScript file",
    "image/vnd.dwg": "a drawing (DWG)",
    "image/vnd.adobe.photoshop": "a Photoshop picture",
    "image/svg+xml": "a drawing (SVG)",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "a spreadsheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "a Word document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "a presentation",
    "application/vnd.oasis.opendocument.spreadsheet": "a spreadsheet",
    "application/vnd.oasis.opendocument.text": "a text document",
    "message/rfc822": "an e-mail message",
    "text/csv": "a table (CSV)",
    "text/html": "a web page",
    "text/xml": "an XML file",
    "text/plain": "a text file",
    UNKNOWN: "a file of an unknown kind",
}
_TEXT_SUFFIXES = {
    "csv": "text/csv",
    "html": "text/html",
    "htm": "text/html",
    "xml": "text/xml",
    "eml": "message/rfc822",
}


def kind_of(head: bytes, name: str) -> str:
    """Media type of a file that begins with ``head`` (4 KiB are enough).

    A PDF's header may stand anywhere in the first kilobyte. A name that ends in .pdf is only believed when the
    bytes say nothing else.
    """
    suffix = name.rpartition(".")[2].lower()
    for start, kind in _STARTS:
        if head.startswith(start) and (
            kind != "image/bmp" or suffix in ("bmp", "dib") or head[6:10] == bytes(4)
        ):
            return kind
    boxed = _boxed_picture(head)
    if boxed:
        return boxed
    if b"%PDF-" in head[:1100]:
        return PDF
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return next((kind for mark, kind in _OFFICE if mark in head), _by_office_suffix(suffix))
    return PDF if suffix == "pdf" else _text_kind(head, suffix)


def _boxed_picture(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "image/avif"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "image/heic"
    return ""


def _text_kind(head: bytes, suffix: str) -> str:
    if b"<svg" in head:
        return "image/svg+xml"
    return _TEXT_SUFFIXES.get(suffix, "text/plain") if _is_text(head) else UNKNOWN


def called(kind: str) -> str:
    """The kind in words: "a spreadsheet"."""
    return _CALLED.get(kind, _CALLED[UNKNOWN])


def _by_office_suffix(suffix: str) -> str:
    known = {"xlsx": 0, "xlsm": 0, "docx": 1, "pptx": 2, "ods": 3, "odt": 4}
    return _OFFICE[known[suffix]][1] if suffix in known else "application/zip"


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    for ending in range(4):
        try:
            head[: len(head) - ending].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False
