"""A wrong "a" or "an" on a page as it is read.

Elements marked ``data-verbatim`` hold what people typed and are left alone.
"""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from tallystick.terms.articles import article_for, is_arguable
from tallystick.terms.lint.finding import Finding
from tallystick.terms.lint.markup import INLINE_ELEMENTS, READ_ATTRIBUTES, UNREAD_ELEMENTS, VOID_ELEMENTS

# "a" anywhere, "A" only where a sentence begins: "Building A invoice" has no article.
_ARTICLE = re.compile(
    r"(?:(?<![\w'’.&/-])(?P<small>an?)|(?:^|(?<=[.!?:;“\"(•])|(?<=[.!?:;] ))(?P<large>An?))"
    r"(?=[\s\u00a0]+(?P<next>[“\"'‘(]?[\w$£€][^\s]*))"
)


def wrong_articles(html: str) -> list[Finding]:
    """Every "a" or "an" on a rendered page (or in plain text) that doesn't suit the word after it."""
    reader = _PageReader()
    reader.feed(html)
    reader.close()
    return [finding for passage in reader.passages() for finding in _wrong_in(passage)]


def _wrong_in(passage: str) -> Iterator[Finding]:
    for match in _ARTICLE.finditer(passage):
        written = match["small"] or match["large"]
        following = match["next"].rstrip(".,;:!?")
        right = article_for(following)
        if written.lower() != right and not is_arguable(following):
            yield Finding(0, f"{written} {following}", f"should be “{right} {following}”")


class _PageReader(HTMLParser):
    """Collects what a person reads, in passages: text of different blocks never forms one sentence."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._passages: list[list[str]] = [[]]
        self._unread: list[str] = []

    def passages(self) -> Sequence[str]:
        return [" ".join("".join(passage).split()) for passage in self._passages if passage]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE_ELEMENTS:
            self._break()
        given = dict(attrs)
        if self._unread or tag in UNREAD_ELEMENTS or "data-verbatim" in given:
            if tag not in VOID_ELEMENTS:
                self._unread.append(tag)
            return
        for name in READ_ATTRIBUTES & given.keys():
            self._passages.insert(-1, [given[name] or ""])

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unread:
            while self._unread.pop() != tag:
                pass
        if tag not in INLINE_ELEMENTS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._unread:
            # A letter alone in its element is a label (column A), not an article.
            self._passages[-1].append("A | " if data.strip() == "A" else data)

    def _break(self) -> None:
        if self._passages[-1]:
            self._passages.append([])
