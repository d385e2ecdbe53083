"""The papers of a compiled backup (R-COMPILE-2; decisions, Backups)."""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.core.money import format_money
from tallystick.core.text import plural
from tallystick.documents.papers.backup_model import BackupClaim, BackupPaper, ContentsPaper, DividerPaper
from tallystick.documents.papers.furniture import HAIRLINE, SOFT, Foot, capital, one_line, page_size, pens
from tallystick.pdf.draw import Document, Line, left_to_right
from tallystick.pdf.draw.flow import Flow
from tallystick.pdf.draw.table import Column, Look, Table

_MARGIN = 42.0
_INDENT = 12.0


@dataclass(frozen=True, slots=True)
class LinkSpot:
    """Where a reader may click on the contents, for whoever knows where the targets are.

    ``rect`` is left, bottom, right, top in points from the page's lower left corner, as link annotations count.
    """

    page_index: int
    rect: tuple[float, float, float, float]
    target: str


@dataclass(frozen=True, slots=True)
class RenderedContents:
    """The contents pages, and what on them should lead somewhere."""

    pdf: bytes
    page_count: int
    links: tuple[LinkSpot, ...]


def count_contents_pages(paper: ContentsPaper) -> int:
    """How many pages the contents will have; page numbers and the digest may still be missing."""
    return len(_Contents(paper).document.pages)


def render_contents(paper: ContentsPaper) -> RenderedContents:
    """The contents pages. As many as ``count_contents_pages`` says, whatever the page numbers are."""
    contents = _Contents(paper)
    return RenderedContents(contents.document.to_bytes(), len(contents.document.pages), tuple(contents.links))


def render_divider(paper: DividerPaper) -> bytes:
    """The page that stands in for a paper that could not be merged."""
    return _divider(paper).to_bytes()


class _Contents:
    def __init__(self, paper: ContentsPaper) -> None:
        self._paper = paper
        self._words = paper.words
        self._pens = pens(paper.locale)
        self.links: list[LinkSpot] = []
        self._title = capital(paper.words.backup)
        self._project = f"{paper.project.number} {paper.project.name}".strip()
        self.document = Document(
            title=f"{self._title} – {self._project}",
            language=paper.locale,
            author=paper.compiled_by,
            created=paper.created,
        )
        foot = Foot(paper.footer, self._pens.regular, page_size(paper.size), _MARGIN)
        self._first = True
        self._flow = Flow(self.document, page_size(paper.size), foot.margins(38), self._begin)
        self._facts()
        self._claims()
        if paper.left_out:
            self._left_out()
        self._proof()
        foot.draw(self.document, "Contents page")

    def _begin(self, flow: Flow) -> float:
        page, pen = flow.page, self._pens
        if self._first:
            self._first = False
            y = page.stack(
                pen.semibold.wrap(self._title, flow.width, 20), flow.left, flow.top - 4, 20, leading=24
            )
            y = page.stack(pen.regular.wrap(self._project, flow.width, 11), flow.left, y + 3, 11, leading=15)
            lines = pen.regular.wrap(self._paper.project.address, flow.width, 8.5)
            y = page.stack(lines, flow.left, y, 8.5, leading=11.5, gray=SOFT)
            page.rule(flow.left, y + 8, flow.right, 1)
            return y + 16
        text = left_to_right(f"{self._title} · {self._project} · Contents, continued")
        page.show(one_line(text, pen.regular, flow.width, 8), flow.left, flow.top + 6, 8, SOFT)
        page.rule(flow.left, flow.top + 13, flow.right, 0.4, HAIRLINE)
        return flow.top + 22

    def _facts(self) -> None:
        paper, flow = self._paper, self._flow
        pages = plural(paper.page_count, "page") if paper.page_count is not None else "pages"
        contents = (
            f"{plural(len(paper.claims), self._words.claim, self._words.claims)}, "
            f"{plural(paper.paper_count, 'paper')}, {pages}"
        )
        periods = self._words.billing_period if len(paper.periods) == 1 else self._words.billing_periods
        cells = [
            (capital(periods), "\n".join(paper.periods)),
            (
                "Compiled",
                f"{paper.compiled_at}\nby {paper.compiled_by}" if paper.compiled_by else paper.compiled_at,
            ),
            ("In this document", contents),
        ]
        width = (flow.width - 36) / 3
        sets = [
            (self._pens.regular.line(label), self._pens.regular.wrap(value, width, 9))
            for label, value in cells
        ]
        rows = max(len(lines) for _, lines in sets)
        shown = min(rows, int((flow.bottom - flow.y - 40) / 12.5))
        for at, (label, lines) in enumerate(sets):
            x = flow.left + at * (width + 18)
            flow.page.show(label, x, flow.y + 7, 7, SOFT)
            flow.page.stack(lines[:shown], x, flow.y + 9, 9, leading=12.5)
        flow.y += 9 + 12.5 * shown + 16
        flow.fresh = False
        for _, lines in sets:
            if lines[shown:]:
                flow.text(lines[shown:], 9, leading=12.5)

    # --- claims and their papers ----------------------------------------------------------------------------

    def _claims(self) -> None:
        flow = self._flow
        amounts = [
            format_money(claim.amount, claim.currency, self._paper.locale)
            for claim in self._paper.claims
            if claim.amount is not None
        ]
        widest = max((self._pens.semibold.width(amount, 8.5) for amount in amounts), default=0)
        money = min(max(widest, 60.0), 150.0)
        look = Look(size=8.5, leading=11.4, gutter=9, padding=2.8)
        middle = flow.width - 26 - 26 - money - 4 * look.gutter
        columns = [
            Column("Page", 26, "right"),
            Column(f"{capital(self._words.claim)} and its papers", middle * 0.64),
            Column("Status", middle * 0.36),
            Column("Pages", 26, "right"),
            Column("Certified", money, "right"),
        ]
        table = Table(flow, columns, self._pens.regular, look)
        table.begin(keep=60)
        if not self._paper.claims:
            table.span([self._pens.regular.line(f"No {self._words.claims} are in this document.")], first=1)
        for claim in self._paper.claims:
            self._claim(table, claim)
        table.on_next_page = None
        flow.y += 18

    def _claim(self, table: Table, claim: BackupClaim) -> None:
        bold, regular = self._pens.semibold, self._pens.regular
        width, status_width = table.columns[1].width, table.columns[2].width
        name = bold.wrap(claim.company, width, 8.5)
        about = (
            f"{claim.contract}\n{claim.name}, {claim.period}"
            if claim.period
            else f"{claim.contract}\n{claim.name}"
        )
        cells: list[Sequence[Line]] = [
            [bold.figure(_number(claim.first_page))],
            [*name, *regular.wrap(about, width, 8.5)],
            regular.wrap(claim.status, status_width, 8.5),
            [],
            self._amount(claim, table.columns[4].width),
        ]
        again = one_line(left_to_right(f"{claim.company} · {claim.name} (continued)"), regular, width, 8.5)
        table.on_next_page = None
        table.row(cells, keep=20 if claim.papers else 0, rule=1 if claim.papers else 0.6)
        self._link(table, table.height(cells), claim.key)
        table.on_next_page = lambda: table.span([again], first=1, gray=SOFT)
        for at, paper in enumerate(claim.papers):
            last = at == len(claim.papers) - 1
            self._paper_row(table, paper, last=last)

    def _amount(self, claim: BackupClaim, width: float) -> list[Line]:
        if claim.amount is None:
            return [self._pens.regular.line("–")]
        text = format_money(claim.amount, claim.currency, self._paper.locale)
        return self._pens.semibold.wrap(text, width, 8.5)

    def _paper_row(self, table: Table, paper: BackupPaper, *, last: bool) -> None:
        regular = self._pens.regular
        name = regular.wrap(paper.name or "(without a name)", table.columns[1].width - _INDENT, 8.5)
        cells: list[Sequence[Line]] = [
            [regular.figure(_number(paper.first_page))],
            name,
            regular.wrap(paper.note, table.columns[2].width, 8.5),
            [regular.figure(f"{paper.pages:,}")],
            [],
        ]
        table.row(cells, indents={1: _INDENT}, gray=0.2, rule=0.6 if last else 1)
        self._link(table, table.height(cells), paper.key)

    def _link(self, table: Table, height: float, target: str) -> None:
        flow = self._flow
        top = max(flow.y - height, flow.top)
        page_height = flow.size.height
        rect = (flow.left, page_height - flow.y, table.right, page_height - top)
        self.links.append(LinkSpot(flow.page_index, rect, target))

    # --- what is missing, and how to prove what is here -----------------------------------------------------

    def _left_out(self) -> None:
        flow, bold, regular = self._flow, self._pens.semibold, self._pens.regular
        flow.need(110)
        flow.text([bold.line("Not merged")], 11.5, leading=16)
        embedded = all(paper.embedded for paper in self._paper.left_out)
        text = "A divider page stands in place of each of these papers, with the reason."
        if embedded:
            text += " The originals are embedded in this PDF as attachments, byte for byte."
        flow.text(regular.wrap(text, flow.width, 8.5), 8.5, leading=11.6)
        flow.y += 4
        look = Look(size=8.5, leading=11.4, gutter=9, padding=2.8)
        middle = flow.width - 26 - 3 * look.gutter
        table = Table(
            flow,
            [
                Column("Page", 26, "right"),
                Column("Paper", middle * 0.3),
                Column(capital(self._words.claim), middle * 0.3),
                Column("Why", middle * 0.4),
            ],
            regular,
            look,
        )
        table.begin(keep=30)
        for paper in self._paper.left_out:
            reason = (
                paper.reason if paper.embedded or embedded else f"{paper.reason} The original isn’t embedded."
            )
            cells: list[Sequence[Line]] = [
                [regular.figure(_number(paper.page))],
                bold.wrap(paper.name or "(without a name)", table.columns[1].width, 8.5),
                regular.wrap(left_to_right(paper.claim), table.columns[2].width, 8.5),
                regular.wrap(reason, table.columns[3].width, 8.5),
            ]
            table.row(cells, rule=0.6)
            self._link(table, table.height(cells), paper.key)
        flow.y += 18

    def _proof(self) -> None:
        flow, regular = self._flow, self._pens.regular
        flow.need(64)
        flow.page.rule(flow.left, flow.y, flow.right, 0.4, HAIRLINE)
        flow.y += 7
        text = (
            "A manifest is embedded in this PDF. It names every paper with its pages, size and SHA-256 digest, and "
            "who compiled it when, so that anyone can prove later what was in it. The manifest’s own digest is"
        )
        flow.text(regular.wrap(text, flow.width, 7.6), 7.6, leading=10.4, gray=0.2)
        digest = self._paper.manifest_sha256 or " "
        flow.text(self._pens.semibold.wrap(digest, flow.width, 7.6), 7.6, leading=12)


def _number(page: int | None) -> str:
    return "" if page is None else str(page)


# --- dividers -----------------------------------------------------------------------------------------------


def _divider(paper: DividerPaper) -> Document:
    pen = pens(paper.locale)
    document = Document(title=f"Not merged: {paper.file_name}", language=paper.locale, created=paper.created)
    foot = Foot(paper.footer, pen.regular, page_size(paper.size), _MARGIN)
    flow = Flow(document, page_size(paper.size), foot.margins(120), lambda flow: flow.top)
    flow.text([pen.regular.line("In place of a paper that couldn’t be merged")], 10, leading=16, gray=SOFT)
    flow.y += 4
    flow.text(pen.semibold.wrap(paper.file_name or "(without a name)", flow.width, 18), 18, leading=23)
    flow.y += 8
    flow.page.rule(flow.left, flow.y, flow.right, 1)
    flow.y += 16
    sections = [
        ("Belongs to", left_to_right(paper.belongs_to)),
        ("Size", paper.file_size),
        ("Why it isn’t here", paper.reason),
        ("What to do", paper.what_to_do),
        (
            "Where the original is",
            "The original is embedded in this PDF as an attachment, byte for byte. Open the list of attachments "
            "in your PDF reader to save it."
            if paper.embedded
            else "The original isn’t embedded in this PDF. It stays in Tallystick, with what it belongs to.",
        ),
        ("SHA-256 digest of the original", paper.sha256),
    ]
    for label, text in sections:
        if not text.strip():
            continue
        small = label.startswith("SHA")
        size = 8.0 if small else 10.5
        lines = pen.regular.wrap(text, min(flow.width, 430), size)
        flow.need(30)
        flow.text([pen.regular.line(label)], 8, leading=13, gray=SOFT)
        flow.text(lines, size, leading=size * 1.42)
        flow.y += 12
    foot.draw(document, "Page" if len(document.pages) > 1 else "")
    return document
