"""What a claim of each type may hold (domain §4): everything, work and materials only, or a release only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallystick.claims.edits import EntryEdit
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import ClaimType
from tallystick.core.errors import BadInput
from tallystick.terms.context import text


def fits(lines: Sequence[ClaimLine], claim_type: str) -> bool:
    """Whether what the lines hold leaves room for the type."""
    if claim_type == ClaimType.WORK:
        return not any(line.work_retention_released or line.materials_retention_released for line in lines)
    if claim_type == ClaimType.RELEASE:
        return not any(
            line.claimed_work
            or line.assessed_work
            or line.claimed_materials_new
            or line.assessed_materials_new
            or line.assessed_materials_previous != line.previous_materials
            or line.claimed_materials_previous != line.previous_materials
            for line in lines
        )
    return True


def check_type(claim: Claim, edits: Sequence[EntryEdit], lines: Mapping[int, ClaimLine]) -> None:
    """Raise ``BadInput`` (``fields`` by ``line-ID``) for what the claim's type leaves no room for.

    Taking something back to nothing is always possible.
    """
    if claim.claim_type == ClaimType.ALL:
        return
    release_only = claim.claim_type == ClaimType.RELEASE
    beyond = _beyond_a_release if release_only else _is_release
    wrong = [edit for edit in edits if beyond(edit, lines[edit.line_id])]
    if not wrong:
        return
    sentence = text(
        "This {claim} is for the release of {retention} only. {Bill} work and materials on {a claim} of their own."
        if release_only
        else "This {claim} is for work and materials only. Release {retention} with {a claim} that allows for it."
    )
    raise BadInput(sentence, {f"line-{edit.line_id}": sentence for edit in wrong})


def _beyond_a_release(edit: EntryEdit, line: ClaimLine) -> bool:
    typed = (
        edit.work,
        edit.quantity,
        edit.materials_new,
        edit.work_retention,
        edit.work_retention_bp,
        edit.materials_retention,
        edit.materials_retention_bp,
    )
    return any(typed) or edit.materials_previous not in (None, line.previous_materials)


def _is_release(edit: EntryEdit, line: ClaimLine) -> bool:
    return bool(edit.work_released or edit.materials_released)
