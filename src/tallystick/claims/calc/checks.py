"""Looks over the figures of a claim for what can't be, or can't be meant."""

from collections.abc import Sequence

from tallystick.claims.calc.figures import LineFigures, Totals
from tallystick.claims.calc.findings import Finding, FindingKind
from tallystick.claims.calc.terms import NO_ENTRY, ContractTerms, LineEntry, LineInput, RetentionEntry


def findings_of(
    contract: ContractTerms,
    lines: Sequence[LineInput],
    figures: Sequence[LineFigures],
    totals: Totals,
    original: int,
) -> tuple[Finding, ...]:
    """Everything noticed, line by line, then about the whole claim."""
    found: list[Finding] = []
    for line, row in zip(lines, figures, strict=True):
        scheduled, total = row.scheduled_value, row.total_completed
        if not (0 <= total <= scheduled or scheduled <= total <= 0):
            found.append(Finding(FindingKind.OVER_CLAIMED, row.key, total, scheduled))
        if line.entry is not NO_ENTRY:
            found += _line_findings(line.entry, row)
    cap = contract.cap.amount(original, totals.scheduled_value)
    if cap is not None and totals.retention_held > cap and totals.retention_this > 0:
        found.append(Finding(FindingKind.RETENTION_ABOVE_CAP, None, totals.retention_held, cap))
    return tuple(found)


def _line_findings(entry: LineEntry, row: LineFigures) -> list[Finding]:
    found: list[Finding] = []
    if row.work_retention_released and _beyond(row.work_retention_released, row.work_releasable):
        found.append(
            Finding(
                FindingKind.WORK_RELEASE_TOO_LARGE, row.key, row.work_retention_released, row.work_releasable
            )
        )
    if row.materials_retention_released and _beyond(
        row.materials_retention_released, row.materials_releasable
    ):
        found.append(
            Finding(
                FindingKind.MATERIALS_RELEASE_TOO_LARGE,
                row.key,
                row.materials_retention_released,
                row.materials_releasable,
            )
        )
    if row.materials_previous != row.previous_materials and _beyond(
        row.materials_previous, row.previous_materials
    ):
        found.append(
            Finding(
                FindingKind.STORED_MATERIALS_GREW, row.key, row.materials_previous, row.previous_materials
            )
        )
    if entry.work_retention_entry == RetentionEntry.AMOUNT and entry.work_retention and not row.work:
        found.append(Finding(FindingKind.WORK_RETENTION_WITHOUT_BASE, row.key, entry.work_retention, 0))
    if (
        entry.materials_retention_entry == RetentionEntry.AMOUNT
        and entry.materials_retention
        and not row.materials_new
    ):
        found.append(
            Finding(FindingKind.MATERIALS_RETENTION_WITHOUT_BASE, row.key, entry.materials_retention, 0)
        )
    return found


def _beyond(value: int, limit: int) -> bool:
    """Whether the value lies outside of zero to the limit, whichever sign that has."""
    return not (0 <= value <= limit or limit <= value <= 0)
