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
from tallystick.documents.papers.claim import DrawnForSigning, render_claim, render_for_signing
from tallystick.documents.papers.model import (
    ClaimPaper,
    ClaimWords,
    Compared,
    Difference,
    Differences,
    Group,
    Line,
    LineTotals,
    ListedPaper,
    Paid,
    Part,
    Party,
    Project,
    Retention,
    RetentionRow,
    Signature,
    SignPlace,
    SignSpot,
    Summary,
    VariationBox,
    VariationRow,
)
from tallystick.documents.papers.payment_schedule import render_payment_schedule
from tallystick.documents.papers.payment_schedule_model import (
    PaymentSchedulePaper,
    ScheduleDate,
    ScheduleGroup,
    ScheduleRow,
    ScheduleTotal,
    ScheduleWords,
)

__all__ = [
    "BackupClaim",
    "BackupPaper",
    "BackupWords",
    "ClaimPaper",
    "ClaimWords",
    "Compared",
    "ContentsPaper",
    "Difference",
    "Differences",
    "DividerPaper",
    "DrawnForSigning",
    "Group",
    "LeftOut",
    "Line",
    "LineTotals",
    "LinkSpot",
    "ListedPaper",
    "Paid",
    "Part",
    "Party",
    "PaymentSchedulePaper",
    "Project",
    "RenderedContents",
    "Retention",  # terms: allow
    "RetentionRow",
    "ScheduleDate",
    "ScheduleGroup",
    "ScheduleRow",
    "ScheduleTotal",
    "ScheduleWords",
    "SignPlace",
    "SignSpot",
    "Signature",
    "Summary",
    "VariationBox",
    "VariationRow",
    "count_contents_pages",
    "render_claim",
    "render_contents",
    "render_divider",
    "render_for_signing",
    "render_payment_schedule",
]
