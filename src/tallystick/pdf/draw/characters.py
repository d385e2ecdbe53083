"""Characters before they are set: what is dropped, what belongs together, where a line may break, which way it runs."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from bidi import algorithm as unicode_bidi

NBSP = "\u00a0"
_ZWJ = "\u200d"

_NEWLINES = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_DROPPED = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u180e\u2060-\u206f\ufeff\ufff9-\ufffb\u202a-\u202e]"
)
_UNKNOWN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[\U0010fffe\U0010ffff]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff\u200f]"
)
_MARKS = re.compile("[\u200e\u200f\u061c]")

_NOT_FIRST = set(
    "、。，．・：；？！）］｝〉》」』】〕〗’”ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ%％,.:;?!)]}"
)
_NOT_LAST = set("（［｛〈《「『【〔〖‘“([{")


def clean(text: str) -> str:
    """The text as it can be shown: NFC, no control characters, tabs as spaces, every line break as ``\\n``.

    Invisible direction overrides are dropped too: a file called ``invoice\\u202efdp.exe`` shows what it is.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _NEWLINES.sub("\n", text).replace("\t", " ")
    text = _UNKNOWN.sub("\ufffd", _DROPPED.sub("", text))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def language_of(text: str, language: str) -> str:
    """Which regional shapes Han characters take: told by kana or hangul in the text, else by the language."""
    if any("\u3040" <= char <= "\u30ff" for char in text):
        return "ja"
    if any("\uac00" <= char <= "\ud7af" or "\u1100" <= char <= "\u11ff" for char in text):
        return "ko"
    if language.startswith("zh"):
        if "HK" in language or "MO" in language:
            return "zh-HK"
        return "zh-Hant" if "TW" in language or "Hant" in language else "zh-Hans"
    return language[:2] if language[:2] in {"ja", "ko"} else "zh-Hans"


def clusters(text: str) -> Iterator[str]:
    """Characters with the marks, joiners and conjuncts that belong to them; a line never breaks inside one."""
    start = 0
    for at in range(1, len(text)):
        if not _belongs(text, at, start):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _belongs(text: str, at: int, start: int) -> bool:
    char, before = text[at], text[at - 1]
    if char < "\u0300" and before < "\u0300":
        return False
    if char in " \n" or before in " \n":
        return False
    return (
        _extends(char)
        or before == _ZWJ
        or (unicodedata.combining(before) == 9 and unicodedata.category(char) == "Lo")
        or (
            "\U0001f1e6" <= char <= "\U0001f1ff"
            and "\U0001f1e6" <= before <= "\U0001f1ff"
            and at - start == 1
        )
        or ("\u1160" <= char <= "\u11ff" and "\u1100" <= before <= "\u11ff")
    )


@lru_cache(maxsize=4096)
def _extends(char: str) -> bool:
    return (
        unicodedata.category(char)[0] == "M"
        or char in "\u200c\u200d\u0e33\u0eb3"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def breakable_parts(text: str) -> list[str]:
    """The text cut where a line may end: after spaces and hyphens, and between ideographs.

    Thai, Lao, Khmer and Burmese need a dictionary to do it well; they break between clusters.
    """
    parts: list[str] = []
    current = ""
    for cluster in clusters(text):
        if current and _may_break(current[-1], cluster[0]):
            parts.append(current)
            current = ""
        current += cluster
    if current:
        parts.append(current)
    return parts


def _may_break(before: str, after: str) -> bool:
    if after in (" ", "\u200b"):
        return False
    if before in " \u200b-/\u2010\u2013\u2014":
        return True
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return _breaks_anywhere(before) or _breaks_anywhere(after)


@lru_cache(maxsize=8192)
def _breaks_anywhere(char: str) -> bool:
    code = ord(char)
    return (
        0x2E80 <= code <= 0xA4CF  # CJK, kana, bopomofo, yi
        or 0xAC00 <= code <= 0xD7AF
        or 0xF900 <= code <= 0xFAFF
        or 0xFF01 <= code <= 0xFF9F
        or 0x20000 <= code <= 0x3FFFF
        or 0x0E00 <= code <= 0x0EFF  # Thai, Lao
        or 0x1000 <= code <= 0x109F  # Myanmar
        or 0x1780 <= code <= 0x17FF  # Khmer
        or 0x1F000 <= code <= 0x1FAFF  # emoji
    )


def has_right_to_left(text: str) -> bool:
    return _RIGHT_TO_LEFT.search(text) is not None


def base_level(text: str) -> int:
    """1 where the paragraph runs from right to left: told by its first letter (UAX #9, P2 and P3)."""
    return int(unicode_bidi.get_base_level(text)) if has_right_to_left(text) else 0


def left_to_right(text: str) -> str:
    """The text marked as running from left to right, whatever it begins with.

    For sentences of ours that begin with somebody's name.
    """
    return f"\u200e{text}" if has_right_to_left(text) else text


def levels(text: str, base: int) -> list[int]:
    """The bidirectional embedding level of every character (even: left to right), by UAX #9.

    ``base`` is the paragraph's level; ``text`` may be one line of it.
    """
    if not base and not has_right_to_left(text):
        return [0] * len(text)
    storage: dict[str, Any] = unicode_bidi.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = ("L", "R")[base]
    unicode_bidi.get_embedding_levels(text, storage, upper_is_rtl=False, debug=False)
    for at, char in enumerate(storage["chars"]):
        char["at"] = at
        if not char["type"]:  # unassigned so far
            char["type"] = char["orig"] = "R" if has_right_to_left(char["ch"]) else "L"
    unicode_bidi.explicit_embed_and_overrides(storage, False)
    unicode_bidi.resolve_weak_types(storage, False)
    unicode_bidi.resolve_neutral_types(storage, False)
    unicode_bidi.resolve_implicit_levels(storage, False)
    known = {char["at"]: char["level"] for char in storage["chars"]}
    result: list[int] = []
    for at in range(len(text)):
        result.append(known.get(at, result[-1] if result else base))
    for at in range(len(text) - 1, -1, -1):  # rule L1: spaces at the end follow the paragraph
        if not text[at].isspace():
            break
        result[at] = base
    return result


def without_marks(text: str) -> str:
    """The text without the marks that only steer direction."""
    return _MARKS.sub("", text)
