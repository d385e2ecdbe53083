"""One backup, from the selection to the written file: papers gathered, listed, laid out, checked.

What can't be merged is never left out in silence: it is listed on the contents page, a divider page stands in its
place, and its bytes are embedded.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.core.dates import format_instant, format_range
from tallystick.core.errors import TallystickProblem
from tallystick.core.text import plural
from tallystick.documents import papers
from tallystick.documents.examination import examine
from tallystick.documents.manifest import MANIFEST_NAME, digest_of, manifest_bytes
from tallystick.documents.models import ClaimDocument, StoredFile
from tallystick.documents.rendering import default_pdf, file_name, load_claim
from tallystick.documents.selection import ChosenClaim, Selection
from tallystick.documents.store import FileMissing, local_path
from tallystick.documents.words import dictionary_of, paper_size
from tallystick.pdf import Attachment as Embedded
from tallystick.pdf import (
    Group,
    IngestResult,
    IngestStatus,
    Link,
    Part,
    Plan,
    SegmentDamaged,
    Stamp,
    check_file,
    ingest_file,
    plan,
)
from tallystick.terms.context import text


@dataclass(slots=True)
class _Paper:
    """One paper of a claim on its way into the document."""

    key: str
    name: str
    stored: StoredFile
    result: IngestResult
    source: Path
    divider: IngestResult | None = None

    @property
    def pages(self) -> int:
        return self.shown.page_count

    @property
    def shown(self) -> IngestResult:
        return self.divider or self.result


@dataclass(slots=True)
class _Bundle:
    """A claim with its papers; the first is its own PDF."""

    chosen: ChosenClaim
    papers: list[_Paper] = field(default_factory=list)


class Compilation:
    """Everything of one backup, from the selection to the written file."""

    def __init__(self, selection: Selection, *, compiled_by: str, at: datetime) -> None:
        self.selection = selection
        self.project = selection.project
        self.words = dictionary_of(self.project)
        self.compiled_by = compiled_by
        self.at = at
        self.size = paper_size(self.words)
        self.drawn = _drawn(selection.claim_ids)
        self.bundles = [self._bundle(item) for item in selection.chosen]
        self.notes = self._notes()
        self.manifest_sha256 = ""
        self.plan = self._plan()

    def write(self, target: Path) -> None:
        """Write the file and check what came out: it opens, and its page count is the sum."""
        self.plan.write(target)
        report = check_file(target, self.plan.page_count)
        if not report.ok:
            target.unlink(missing_ok=True)
            raise TallystickProblem(
                f"The compiled document did not pass its check, so it was not kept. {report.problem}"
            )

    # --- gathering ---------------------------------------------------------------------------------------

    def _bundle(self, chosen: ChosenClaim) -> _Bundle:
        bundle = _Bundle(chosen)
        claim = chosen.claim
        if chosen.signed is not None:
            bundle.papers.append(self._paper(chosen, chosen.signed.file, chosen.signed.name, "own"))
        else:
            stored = self.drawn.get((claim.pk, chosen.fingerprint)) or default_pdf(load_claim(claim.pk))
            bundle.papers.append(self._paper(chosen, stored, file_name(claim), "own"))
        for attachment in chosen.attachments:
            bundle.papers.append(self._paper(chosen, attachment.file, attachment.name, f"a{attachment.pk}"))
        return bundle

    def _paper(self, chosen: ChosenClaim, stored: StoredFile, name: str, key: str) -> _Paper:
        try:
            result = examine(stored, name)
            source = local_path(stored)
        except FileMissing as cause:
            raise FileMissing(
                f"Nothing was compiled: {name}, a paper of {chosen.title}, can't be found. {cause}"
            ) from cause
        paper = _Paper(f"c{chosen.claim.pk}-{key}", name, stored, result, source)
        if not result.merged:
            paper.divider = self._divider(chosen, paper)
        return paper

    def _divider(self, chosen: ChosenClaim, paper: _Paper) -> IngestResult:
        page = papers.render_divider(
            papers.DividerPaper(
                size=self.size,
                locale=self.project.locale,
                file_name=paper.name,
                file_size=readable_size(paper.result.size),
                belongs_to=chosen.title,
                reason=paper.result.note,
                what_to_do=what_to_do(paper.result.status),
                sha256=paper.result.sha256,
                footer=self.project.paper_footer,
            )
        )
        return prepared(page, f"{paper.name} (divider)")

    def _notes(self) -> list[dict[str, str]]:
        return [
            {
                "claim": bundle.chosen.title,
                "name": paper.name,
                "status": paper.result.status.value,
                "note": paper.result.note,
                "left_out": "" if paper.divider is None else "yes",
            }
            for bundle in self.bundles
            for paper in bundle.papers
            if paper.divider is not None
        ]

    # --- laying out --------------------------------------------------------------------------------------

    def _plan(self) -> Plan:
        blank = self._contents_paper(first_page=None, page_count=None)
        contents_pages = papers.count_contents_pages(blank)
        page_count = contents_pages + sum(p.pages for b in self.bundles for p in b.papers)
        manifest = self._manifest(contents_pages, page_count)
        self.manifest_sha256 = digest_of(manifest)
        contents = papers.render_contents(self._contents_paper(contents_pages, page_count))
        front = prepared(contents.pdf, "Contents")
        if contents.page_count != contents_pages or front.segment is None:
            raise TallystickProblem("The contents pages could not be made. Try again.")
        parts: list[Part | Group] = [Part(front.segment, "Contents", label="Contents ", own_outline=False)]
        for bundle in self.bundles:
            parts.append(
                Group(
                    bundle.chosen.title,
                    [Part(_segment(p), p.name) for p in bundle.papers],
                    opened=False,
                )
            )
        return plan(
            parts,
            title=text("{Claim_backup}") + f" – {self.project.number} {self.project.name}",
            author=self.compiled_by,
            language=self.project.locale,
            created=self.at,
            attachments=[
                Embedded(manifest, MANIFEST_NAME, "What is in this document", "application/json", "Data"),
                *self._originals(),
            ],
            stamp=Stamp("{title}   {page} / {pages}") if self._stamped() else None,
            links=self._links(contents.links),
        )

    def _links(self, spots: Sequence[papers.LinkSpot]) -> list[Link]:
        """Each row of the contents leads to the page that it names. The contents are part 0."""
        targets: dict[str, int] = {}
        part = 1
        for bundle in self.bundles:
            targets[f"c{bundle.chosen.claim.pk}"] = part
            for paper in bundle.papers:
                targets[paper.key] = part
                part += 1
        return [Link(0, spot.page_index, spot.rect, targets[spot.target]) for spot in spots]

    def _stamped(self) -> bool:
        return self.project.stamp_backup_pages or bool(settings.PAGE_STAMP)

    def _originals(self) -> list[Embedded]:
        """What the pages don't tell in full is embedded byte for byte, each content once."""
        found: dict[str, Embedded] = {}
        for bundle in self.bundles:
            for paper in bundle.papers:
                if paper.result.embed_original:
                    found.setdefault(
                        paper.result.sha256,
                        Embedded(
                            paper.source,
                            paper.name,
                            bundle.chosen.title,
                            paper.result.kind or "application/octet-stream",
                            sha256=paper.result.sha256,
                        ),
                    )
        return list(found.values())

    def _contents_paper(self, first_page: int | None, page_count: int | None) -> papers.ContentsPaper:
        page = None if first_page is None else first_page + 1
        claims, left_out = [], []
        for bundle in self.bundles:
            listed = []
            claim_page = page
            for paper in bundle.papers:
                listed.append(
                    papers.BackupPaper(paper.key, paper.name, paper.pages, page, self._remark(paper))
                )
                if paper.divider is not None:
                    left_out.append(
                        papers.LeftOut(paper.key, paper.name, bundle.chosen.title, paper.result.note, page)
                    )
                page = None if page is None else page + paper.pages
            claims.append(self._contents_claim(bundle.chosen, claim_page, tuple(listed)))
        return papers.ContentsPaper(
            words=papers.BackupWords.of(self.words),
            size=self.size,
            locale=self.project.locale,
            project=papers.Project(self.project.number, self.project.name, self.project.address),
            compiled_by=self.compiled_by,
            compiled_at=format_instant(self.at, self.project.time_zone, self.project.locale, with_zone=True),
            periods=self._periods(),
            claims=tuple(claims),
            left_out=tuple(left_out),
            page_count=page_count,
            paper_count=sum(len(bundle.papers) - 1 for bundle in self.bundles),  # their own PDFs aside
            manifest_sha256=self.manifest_sha256 or "0" * 64,
            footer=self.project.paper_footer,
            created=self.at,
        )

    def _contents_claim(
        self, chosen: ChosenClaim, page: int | None, listed: tuple[papers.BackupPaper, ...]
    ) -> papers.BackupClaim:
        claim = chosen.claim
        name = text("{Claim} {number}", number=claim.number)
        return papers.BackupClaim(
            key=f"c{claim.pk}",
            company=claim.contract.company.name,
            contract=f"{claim.contract.number} {claim.contract.title}",
            name=f"{name}, revision {claim.revision}" if claim.revision else name,
            status=ClaimStatus(claim.status).label,
            period=format_range(claim.period_start, claim.period_end, self.project.locale),
            amount=claim.certified_this_period if claim.status in CERTIFIED else None,
            currency=claim.contract.currency,
            first_page=page,
            papers=listed,
        )

    def _remark(self, paper: _Paper) -> str:
        if paper.divider is not None:
            return "Not merged: see its page"
        if paper.key.endswith("-own") and paper.result.status == IngestStatus.SIGNED:
            return "Signed version"
        return REMARKS.get(paper.result.status, "")

    def _periods(self) -> tuple[str, ...]:
        ranges = {(i.claim.period_start, i.claim.period_end) for i in self.selection.chosen}
        return tuple(format_range(start, end, self.project.locale) for start, end in sorted(ranges))

    def _manifest(self, contents_pages: int, page_count: int) -> bytes:
        page = contents_pages + 1
        claims = []
        for bundle in self.bundles:
            claim = bundle.chosen.claim
            listed = []
            for paper in bundle.papers:
                listed.append(
                    {
                        "name": paper.name,
                        "first_page": page,
                        "pages": paper.pages,
                        "bytes": paper.result.size,
                        "sha256": paper.result.sha256,
                        "status": paper.result.status.value,
                        "note": paper.result.note,
                        "merged": paper.divider is None,
                        "embedded": paper.result.embed_original,
                    }
                )
                page += paper.pages
            claims.append(
                {
                    "contract": claim.contract.number,
                    "company": claim.contract.company.name,
                    "claim": claim.number,
                    "revision": claim.revision,
                    "status": claim.status,
                    "signed": bundle.chosen.signed is not None,
                    "papers": listed,
                }
            )
        return manifest_bytes(
            project={"number": self.project.number, "name": self.project.name},
            compiled_by=self.compiled_by,
            compiled_at=self.at.isoformat(timespec="seconds"),
            claims=claims,
            contents_pages=contents_pages,
            page_count=page_count,
        )


REMARKS = {
    IngestStatus.REPAIRED: "Repaired",
    IngestStatus.RASTERISED: "Pages turned into pictures; original embedded",
    IngestStatus.SIGNED: "Was signed; original embedded",
    IngestStatus.PORTFOLIO: "Portfolio; original embedded",
}


def _drawn(claim_ids: list[int]) -> dict[tuple[int, str], StoredFile]:
    """The claims' own PDFs that exist, by claim and fingerprint, in a few queries however many claims there are."""
    found: dict[tuple[int, str], StoredFile] = {}
    for start in range(0, len(claim_ids), 500):
        documents = ClaimDocument.objects.filter(claim_id__in=claim_ids[start : start + 500])
        found |= {(one.claim_id, one.digest): one.file for one in documents.select_related("file")}
    return found


def what_to_do(status: IngestStatus) -> str:
    """The next step for somebody who meets a divider page."""
    if status is IngestStatus.PASSWORD:
        return "Open the embedded original with its password, or type the password on the paper and compile again."
    if status is IngestStatus.UNREADABLE:
        return "Ask whoever sent the file for a sound copy, attach that one and compile again."
    return "Open the embedded original with the program that it was made with."


def readable_size(size: int) -> str:
    """Bytes as people read them: ``3.4 MB``."""
    if size < 1000:
        return plural(size, "byte")
    tenths, unit = size // 100, "kB"
    if tenths >= 10_000:
        tenths, unit = size // 100_000, "MB"
    return f"{tenths // 10}.{tenths % 10} {unit}" if tenths < 1000 else f"{tenths // 10} {unit}"


def prepared(pdf: bytes, name: str) -> IngestResult:
    """A PDF of our own, ready for splicing. It is known by its content and prepared once."""
    folder = Path(settings.DATA) / "segments" / "own"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = folder / f"{hashlib.sha256(pdf).hexdigest()}.pdf"
    source.write_bytes(pdf)
    try:
        result = ingest_file(source, folder, name=name)
    finally:
        source.unlink(missing_ok=True)
    if result.segment is None:
        raise SegmentDamaged(f"{name} could not be prepared. Try again.")
    return result


def _segment(paper: _Paper) -> Path:
    segment = paper.shown.segment
    if segment is None:
        raise SegmentDamaged(f"{paper.name} is not prepared. Try again.")
    return segment
