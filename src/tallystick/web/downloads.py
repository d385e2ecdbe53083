"""Giving a stored file out: in parts, once, under its own name in any script, and never as something it is not.

The caller has loaded what owns the file through its policy. Memory does not grow with the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header, parse_etags

from tallystick.documents.kinds import SHOWN_IN_BROWSER
from tallystick.web.request import PageRequest

BLOCK = 1 << 18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")

# A PDF is drawn by the browser's own viewer, which a sandboxed page may not start; it can load nothing, though.
_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PDF_POLICY = f"{_POLICY}; style-src 'unsafe-inline'; object-src 'self'"
_SANDBOXED_POLICY = f"{_POLICY}; img-src 'self'; style-src 'unsafe-inline'; sandbox"


def give_out(
    request: PageRequest,
    path: Path,
    *,
    name: str,
    media_type: str,
    digest: str,
    inline: bool,
    cache: str = "private, no-cache",
) -> HttpResponseBase:
    """The file, the part of it that was asked for, or 304 where the reader has it already.

    ``digest`` names the bytes: the same digest is the same content. Only PDFs and plain pictures are ever shown
    in the browser; everything else is a download, whatever ``inline`` says. The cache may keep the file but asks
    every time, so that whoever may no longer see it no longer does.
    """
    etag = f'"{digest}"'
    shown = inline and media_type in SHOWN_IN_BROWSER
    if _has_it(request, etag):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = _content(request, path, etag, media_type)
        response.headers["Content-Disposition"] = _disposition(name, shown)
    _say(
        response,
        {
            "ETag": etag,
            "Accept-Ranges": "bytes",
            "Cache-Control": cache,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Content-Security-Policy": _PDF_POLICY
            if shown and media_type == "application/pdf"
            else _SANDBOXED_POLICY,
        },
    )
    return response


def _say(response: HttpResponseBase, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        response.headers[name] = value


def _has_it(request: PageRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in [one.removeprefix("W/") for one in known]


def _disposition(name: str, shown: bool) -> str:
    """By RFC 6266: any script in the name, nothing that ends the header."""
    clean = "".join(char for char in name if char.isprintable()) or "file"
    return content_disposition_header(not shown, clean) or "inline"


def _content(request: PageRequest, path: Path, etag: str, media_type: str) -> HttpResponseBase:
    size = path.stat().st_size
    part = _part(request, etag, size)
    if part is None:
        response = FileResponse(path.open("rb"), content_type=media_type)
        response.headers["Content-Length"] = str(size)
        return response
    first, last = part
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}, content_type=media_type)
    handle = path.open("rb")
    handle.seek(first)
    streamed = StreamingHttpResponse(_Slice(handle, last - first + 1), status=206, content_type=media_type)
    _say(
        streamed,
        {
            "Content-Length": str(last - first + 1),
            "Content-Range": f"bytes {first}-{last}/{size}",
        },
    )
    return streamed


def _part(request: PageRequest, etag: str, size: int) -> tuple[int, int] | None:
    """First and last byte that were asked for; ``None`` for the whole file. First after last: there is no such part.

    Several parts at once, and parts of another version, are answered by the whole, as RFC 9110 allows.
    """
    if request.headers.get("If-Range", etag) != etag:
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if match is None or not any(match.groups()):
        return None
    begin, end = match.groups()
    if len(begin) > 18 or len(end) > 18:
        return None
    if not begin:
        length = min(int(end), size)
        return (size - length, size - 1) if length else (1, 0)
    first, last = int(begin), min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return None
    return (first, last) if first < size else (1, 0)


class _Slice:
    """So many bytes from where the file stands, block by block; closes the file when the answer is over."""

    def __init__(self, handle: BinaryIO, length: int) -> None:
        self._handle = handle
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (block := self._handle.read(min(BLOCK, self._left))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        """Called by the response."""
        self._handle.close()
