"""The papers that Tallystick makes: pure functions from frozen dataclasses to PDF bytes.

Nothing here computes an amount or asks the database: figures arrive as they were stored, words as the dictionary
in force has them.
"""

from tallystick.documents.papers.backup import (
    LinkSpot,
    RenderedContents,
    count_contents_pages,
    render_contents,
    render_divider,
)
from tallystick.documents.papers.backup_model import (
    BackupClaim,
    BackupPaper,
    BackupWords,
    ContentsPaper,
    DividerPaper,
    LeftOut,
)
from tallystick.documents.papers.claim import render_claim
from tallystick.documents.papers.model import (
    ClaimPaper,
    ClaimWords,
    Group,
    Line,
    LineTotals,
    ListedPaper,
    Party,
    Project,
    Signature,
    Summary,
    VariationBox,
)

__all__ = [
    "BackupClaim",
    "BackupPaper",
    "BackupWords",
    "ClaimPaper",
    "ClaimWords",
    "ContentsPaper",
    "DividerPaper",
    "Group",
    "LeftOut",
    "Line",
    "LineTotals",
    "LinkSpot",
    "ListedPaper",
    "Party",
    "Project",
    "RenderedContents",
    "Signature",
    "Summary",
    "VariationBox",
    "count_contents_pages",
    "render_claim",
    "render_contents",
    "render_divider",
]
