"""What the papers of a compiled backup show: the contents in front, and the divider in place of a paper."""

from dataclasses import dataclass
from datetime import datetime

from tallystick.documents.papers.model import PaperSize, Project
from tallystick.terms.dictionary import Dictionary


@dataclass(frozen=True, slots=True)
class BackupWords:
    """The nouns of the dictionary in force (R-TERMS), as inside a sentence."""

    backup: str
    """progress claim backup"""
    claim: str
    claims: str
    billing_period: str
    billing_periods: str

    @classmethod
    def of(cls, dictionary: Dictionary) -> "BackupWords":
        """The words of a dictionary."""
        return cls(
            backup=dictionary("claim_backup"),
            claim=dictionary("claim"),
            claims=dictionary.plural("claim"),
            billing_period=dictionary("billing_period"),
            billing_periods=dictionary.plural("billing_period"),
        )


@dataclass(frozen=True, slots=True)
class BackupPaper:
    """One paper under its claim. ``first_page`` counts from 1 in the backup."""

    key: str
    """Names the paper among the link targets."""
    name: str
    pages: int
    first_page: int | None
    note: str = ""
    """What ingest made of it, where that is worth saying: "repaired", "made of an image"."""


@dataclass(frozen=True, slots=True)
class BackupClaim:
    """One claim of the backup with its papers in their order, its own PDF first."""

    key: str
    company: str
    contract: str
    """Number and title."""
    name: str
    """``Progress claim 4, revision 1``"""
    status: str
    period: str
    amount: int | None
    """Certified amount in minor units; None while it isn't certified."""
    currency: str
    first_page: int | None
    papers: tuple[BackupPaper, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A paper that could not be merged. A divider page stands in its place at ``page``."""

    key: str
    name: str
    claim: str
    """Company, contract and number in one line."""
    reason: str
    page: int | None
    embedded: bool = True


@dataclass(frozen=True, slots=True)
class ContentsPaper:
    """The contents pages. ``None`` page numbers are drawn as blanks of the same room."""

    words: BackupWords
    size: PaperSize
    locale: str
    project: Project
    compiled_by: str
    compiled_at: str
    """The instant in the project's zone, as people read it."""
    periods: tuple[str, ...]
    claims: tuple[BackupClaim, ...]
    left_out: tuple[LeftOut, ...]
    page_count: int | None
    """Of the whole backup."""
    paper_count: int
    """Of what was attached; the claims' own PDFs are not counted."""
    manifest_sha256: str
    footer: str = ""
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class DividerPaper:
    """A page in place of a paper that could not be merged."""

    size: PaperSize
    locale: str
    file_name: str
    file_size: str
    """As people read it: ``3.4 MB``."""
    belongs_to: str
    """The claim (company, contract, number), or what else the paper belongs to; may be empty."""
    reason: str
    """What is wrong with it, in a sentence."""
    what_to_do: str
    embedded: bool = True
    """The original is in the PDF as an attachment."""
    sha256: str = ""
    footer: str = ""
    created: datetime | None = None
