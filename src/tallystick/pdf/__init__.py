"""The PDF engine: many files in, one correct PDF out, at the speed of copying (docs/pdf-engine.md).

What is named here is loaded when it is first used, so that a process which only looks at results never loads numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tallystick.pdf.divider import divider_pdf
    from tallystick.pdf.model import (
        DEFAULT_LIMITS,
        Attachment,
        CheckReport,
        Group,
        IngestResult,
        IngestStatus,
        Limits,
        Link,
        Part,
        PdfProblem,
        PlanTooLarge,
        SegmentDamaged,
        Stamp,
    )
    from tallystick.pdf.planning import Plan, plan
    from tallystick.pdf.sandbox import IngestJob, check_file, draw_thumbnail, ingest_file, ingest_many
    from tallystick.pdf.segment import verify_segment

_HOMES = {
    "divider": ("divider_pdf",),
    "planning": ("Plan", "plan"),
    "sandbox": ("IngestJob", "check_file", "draw_thumbnail", "ingest_file", "ingest_many"),
    "segment": ("verify_segment",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "DEFAULT_LIMITS",
    "Attachment",
    "CheckReport",
    "Group",
    "IngestJob",
    "IngestResult",
    "IngestStatus",
    "Limits",
    "Link",
    "Part",
    "PdfProblem",
    "Plan",
    "PlanTooLarge",
    "SegmentDamaged",
    "Stamp",
    "check_file",
    "divider_pdf",
    "draw_thumbnail",
    "ingest_file",
    "ingest_many",
    "plan",
    "verify_segment",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF.get(name, 'model')}"), name)
    globals()[name] = value
    return value
