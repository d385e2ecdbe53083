"""What can be said of a stream from its bytes: whether it inflates, and whether two are the same."""

from __future__ import annotations

import hashlib
import re
import zlib

from tallystick.pdf.tokens import HEAD, TOKEN, Buffer, NotAsWritten, split_stream

TEST_BUDGET = 256 << 20
LARGEST_MENDED = 64 << 20
CHUNK = 1 << 20
BITE = 64
DEEPEST = 6
MOST_OBJECTS = 60
LARGEST_PLAIN_OBJECT = 1 << 20

FLATE = re.compile(rb"/Filter (?:/FlateDecode|\[ /FlateDecode \])(?= )")


def is_plain_flate(raw: Buffer, start: int, end: int) -> bool:
    """Whether the stream with this dictionary is deflated and nothing else."""
    return FLATE.search(raw, start, end) is not None


def mend_flate(raw: Buffer, data: int, length: int, budget: int) -> tuple[int, bytes | None]:
    """Inflate the stream to see whether it is whole.

    Returns how many bytes that gave, and what to write instead if it is damaged: what could be read of it,
    deflated again. None when it is whole, or too big to be worth it.
    """
    inflate = zlib.decompressobj()
    produced, at, whole = 0, data, False
    end = data + length
    try:
        pending = b""
        while produced < budget:
            if not pending:
                if at >= end:
                    break
                pending = bytes(raw[at : min(at + CHUNK, end)])
                at += len(pending)
            piece = inflate.decompress(pending, CHUNK)
            pending = inflate.unconsumed_tail
            produced += len(piece)
            if inflate.eof:
                whole = True
                break
    except zlib.error:
        whole = False
    else:
        whole = whole or produced >= budget
    if whole or produced > LARGEST_MENDED:
        return produced, None
    return produced, zlib.compress(_salvage(bytes(raw[data : min(end, data + LARGEST_MENDED)])), 6)


def _salvage(data: bytes) -> bytes:
    """What comes out before the fault when the data is fed in small bites."""
    for start, bits in ((0, 15), (2, -15)):
        inflate, good = zlib.decompressobj(bits), bytearray()
        try:
            for at in range(start, len(data), BITE):
                good += inflate.decompress(data[at : at + BITE])
                if len(good) > LARGEST_MENDED:
                    break
        except zlib.error:
            pass
        if good:
            return bytes(good)
    return b""


class ContentDigests:
    """A digest of an object with everything it refers to, so that equal streams of two files are found."""

    def __init__(self, raw: Buffer, spans: dict[int, tuple[int, int]]) -> None:
        self.raw = raw
        self.spans = spans
        self.known: dict[int, bytes] = {}
        self.visited = 0

    def of(self, number: int) -> bytes | None:
        """None when the object leads too far, back to itself, or out of the segment."""
        self.visited = 0
        return self._of(number, ())

    def _of(self, number: int, above: tuple[int, ...]) -> bytes | None:
        if number in self.known:
            return self.known[number]
        self.visited += 1
        span = self.spans.get(number)
        if span is None or number in above or len(above) > DEEPEST or self.visited > MOST_OBJECTS:
            return None
        start, end = span
        head = HEAD.match(self.raw, start)
        if head is None:
            raise NotAsWritten("an object is not where the table says")
        dict_end, data, length = split_stream(self.raw, head.end(), end)
        if length < 0 and end - start > LARGEST_PLAIN_OBJECT:
            return None
        sha, at = hashlib.sha256(), head.end()
        for token in TOKEN.finditer(self.raw, at, dict_end):
            if token.lastgroup == "key":
                return None
            if token.lastgroup == "ref":
                inner = self._of(int(token["ref"]), (*above, number))
                if inner is None:
                    return None
                sha.update(self.raw[at : token.start()])
                sha.update(inner)
                at = token.end()
        sha.update(self.raw[at:dict_end])
        if length >= 0:
            sha.update(b"stream")
            view = memoryview(self.raw)
            try:
                sha.update(view[data : data + length])
            finally:
                view.release()
        self.known[number] = sha.digest()
        return self.known[number]
