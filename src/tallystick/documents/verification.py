"""Proving what a compiled backup held, from the file alone: no database, no network (decisions, Backups).

The manifest's digest stands on the contents page. Whoever has that digest (on paper, in a mail) can tell whether the
manifest is the one that was made, and the manifest tells the digest of every paper; the originals that are
embedded are compared with it, and the pages are counted.
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from tallystick.core.errors import BadInput
from tallystick.core.text import plural
from tallystick.documents.manifest import MANIFEST_NAME, VERSION, digest_of


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. ``problems`` are sentences; none of them means that everything fits."""

    manifest_sha256: str
    compiled_by: str
    compiled_at: str
    claims: int
    papers: int
    originals: int
    page_count: int
    on_contents_page: bool
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"ok": self.ok, **asdict(self)}

    def lines(self) -> list[str]:
        """For people."""
        said = [
            f"Compiled by {self.compiled_by or 'somebody'} at {self.compiled_at}.",
            f"{self.claims} in the manifest with {plural(self.papers, 'paper')}, {plural(self.page_count, 'page')}.",
            f"{plural(self.originals, 'embedded original')} compared.",
            f"Manifest sha256 {self.manifest_sha256}",
        ]
        return [*said, *(self.problems or ("Everything fits.",))]


def verify(path: Path) -> Verification:
    """Compare the file with its manifest. Raises ``BadInput`` where it has none."""
    try:
        with pikepdf.open(path) as pdf:
            return _verify(pdf)
    except pikepdf.PdfError as cause:
        raise BadInput(
            f"{path.name} can't be opened as a PDF: it is damaged, or it is something else."
        ) from cause


def _verify(pdf: pikepdf.Pdf) -> Verification:
    data, have = None, set()
    for spec in pdf.attachments.values():
        content = spec.get_file().read_bytes()
        have.add(hashlib.sha256(content).hexdigest())
        if spec.filename == MANIFEST_NAME and data is None:
            data = content
    if data is None:
        raise BadInput("There is no manifest in this file, so it is no compiled backup of Tallystick's.")
    manifest = _read(data)
    papers = [paper for claim in manifest["claims"] for paper in claim["papers"]]
    problems = []
    if len(pdf.pages) != manifest["page_count"]:
        problems.append(
            f"The file has {plural(len(pdf.pages), 'page')}, the manifest says {manifest['page_count']}."
        )
    problems += [
        f"The original of {paper['name']} is not embedded as it was, or not at all."
        for paper in papers
        if paper["embedded"] and paper["sha256"] not in have
    ]
    sha256 = digest_of(data)
    printed = _printed_on_contents(pdf, sha256, manifest["contents_pages"])
    if not printed:
        problems.append("The digest on the contents page is not the manifest's: one of the two was changed.")
    return Verification(
        manifest_sha256=sha256,
        compiled_by=manifest["compiled_by"],
        compiled_at=manifest["compiled_at"],
        claims=len(manifest["claims"]),
        papers=len(papers) - len(manifest["claims"]),  # the first of each is its own PDF
        originals=sum(1 for paper in papers if paper["embedded"]),
        page_count=manifest["page_count"],
        on_contents_page=printed,
        problems=tuple(problems),
    )


def _read(data: bytes) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(data)
        version = manifest["tallystick_backup"]
    except (ValueError, KeyError, TypeError) as cause:
        raise BadInput("The manifest in this file can't be read: it was changed or damaged.") from cause
    if version != VERSION:
        raise BadInput("This backup was made by a newer version of Tallystick. Verify it with that one.")
    return manifest


def _printed_on_contents(pdf: pikepdf.Pdf, sha256: str, pages: int) -> bool:
    """Whether the contents pages show the digest, however it is broken over lines."""
    contents = pikepdf.new()
    contents.pages.extend(list(pdf.pages)[:pages])
    buffer = io.BytesIO()
    contents.save(buffer)
    document = pypdfium2.PdfDocument(buffer.getvalue())
    try:
        shown = "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
    return sha256 in "".join(shown.split())
