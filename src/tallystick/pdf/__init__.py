"""The PDF engine: many files in, one correct PDF out, at the speed of copying (docs/pdf-engine.md)."""

from tallystick.pdf.divider import divider_pdf
from tallystick.pdf.model import (
    DEFAULT_LIMITS,
    Attachment,
    CheckReport,
    Group,
    IngestResult,
    IngestStatus,
    Limits,
    Part,
    PdfProblem,
    PlanTooLarge,
    SegmentDamaged,
    Stamp,
)
from tallystick.pdf.plan import Plan, plan
from tallystick.pdf.sandbox import IngestJob, check_file, ingest_file, ingest_many
from tallystick.pdf.segment import verify_segment

__all__ = [
    "DEFAULT_LIMITS",
    "Attachment",
    "CheckReport",
    "Group",
    "IngestJob",
    "IngestResult",
    "IngestStatus",
    "Limits",
    "Part",
    "PdfProblem",
    "Plan",
    "PlanTooLarge",
    "SegmentDamaged",
    "Stamp",
    "check_file",
    "divider_pdf",
    "ingest_file",
    "ingest_many",
    "plan",
    "verify_segment",
]
