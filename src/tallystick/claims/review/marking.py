"""Reviewing a claim line by line: approve, reject with a reason, propose an amount (R-CLAIM-3, domain §6.4).

A mark never changes an amount by itself. A proposed amount becomes what is *assessed*; what was claimed stays beside
it for ever. Everything goes through ``entries.apply_edits``: one transaction, one event, the chain follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims.entries import EntryEdit, Saved, apply_edits
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.policies import can_review, can_take_proposed
from tallystick.claims.review.verdict import ENTRIES, is_cut, lines_named, name_of
from tallystick.claims.storage import lines_of, lock_claim
from tallystick.claims.totals import grouped
from tallystick.contracts.states import AccountingMethod
from tallystick.core.errors import BadInput
from tallystick.core.money import apply_rate
from tallystick.core.text import plural
from tallystick.terms.context import text

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Mark:
    """What the reviewer says about a line; ``None`` leaves a thing as it is.

    ``review`` is the mark, ``reason`` what is said with it. Amounts (minor units; ``quantity`` in ten-thousandths) are
    proposed, which means assessed; ``of_claimed_bp`` proposes a share of what was claimed; ``as_claimed`` takes
    back whatever was proposed.
    """

    line_id: int
    review: LineReview | None = None
    reason: str | None = None
    work: int | None = None
    quantity: int | None = None
    materials_previous: int | None = None
    materials_new: int | None = None
    of_claimed_bp: int | None = None
    as_claimed: bool = False


@transaction.atomic
def mark_lines(actor: Actor, claim: Claim, marks: Sequence[Mark], *, version: int | None = None) -> Saved:
    """Note the marks, reasons and proposed amounts; the same ones again change nothing.

    A rejected line needs a reason, now or from before. An approved or cleared line that isn't cut keeps none: there
    is nothing left to explain. Raises ``Refused``, ``Stale``, ``BadInput`` (``fields`` by ``line-ID``); then nothing
    is written.
    """
    claim = lock_claim(claim.pk, version=version)
    can_review(actor, claim).require()
    lines = lines_of(claim)
    by_id = {line.pk: line for line in lines}
    by_unit = claim.contract.accounting_method == AccountingMethod.UNIT
    edits: list[EntryEdit] = []
    problems: dict[str, str] = {}
    for mark in marks:
        line = by_id.get(mark.line_id)
        if line is None:
            edits.append(EntryEdit(mark.line_id))  # saving says that the line is gone
            continue
        edit = _edit(mark, line, by_unit=by_unit)
        if problem := _problem(edit, line):
            problems[f"line-{line.pk}"] = problem
        edits.append(edit)
    if problems:
        raise BadInput(_needs_reason([by_id[int(key.removeprefix("line-"))] for key in problems]), problems)
    return _save(actor, claim, lines, edits)


@transaction.atomic
def approve_remaining(
    actor: Actor,
    claim: Claim,
    *,
    line_ids: Collection[int] | None = None,
    group: int | None = None,
    version: int | None = None,
) -> Saved:
    """Approve every line that has no mark yet, as it is assessed now: all of them, or those of ``line_ids`` or of a
    ``group`` (a variation's id, 0 for the contract's own lines). Pressing it twice changes nothing."""
    claim = lock_claim(claim.pk, version=version)
    can_review(actor, claim).require()
    lines = lines_of(claim)
    members = lines if group is None else grouped(lines).get(group or None, [])
    edits = [
        _edit(Mark(line.pk, LineReview.APPROVED), line)
        for line in members
        if line.review == LineReview.NO_ACTION and (line_ids is None or line.pk in line_ids)
    ]
    return _save(actor, claim, lines, edits)


@transaction.atomic
def take_proposed(
    actor: Actor, claim: Claim, line_ids: Collection[int], *, version: int | None = None
) -> Saved:
    """The claimant takes over what the reviewer proposed on these lines as what is claimed (domain §6.4).

    Lines without a proposal stay as they are; taking the same again changes nothing. Raises ``Refused``, ``Stale``.
    """
    claim = lock_claim(claim.pk, version=version)
    can_take_proposed(actor, claim).require()
    lines = lines_of(claim)
    by_id = {line.pk: line for line in lines}
    edits = []
    for line_id in line_ids:
        line = by_id.get(line_id)
        if line is None or line.proposed_work is not None:
            proposed = {name: getattr(line, f"proposed_{name}") for name in ENTRIES} if line else {}
            edits.append(EntryEdit(line_id, **proposed))
    return apply_edits(actor, claim, lines, edits, event="claim.proposal_taken")


def _save(actor: Actor, claim: Claim, lines: list[ClaimLine], edits: Sequence[EntryEdit]) -> Saved:
    return apply_edits(actor, claim, lines, edits, event="claim.reviewed", facts={"summary": _summary(edits)})


def _edit(mark: Mark, line: ClaimLine, *, by_unit: bool = False) -> EntryEdit:
    """The mark as an edit of the line, with the reason that stays."""
    edit = EntryEdit(
        line.pk,
        review=mark.review.value if mark.review is not None else None,
        review_reason=mark.reason.strip()[:LONGEST_REASON] if mark.reason is not None else None,
        work=mark.work,
        quantity=mark.quantity,
        materials_previous=mark.materials_previous,
        materials_new=mark.materials_new,
    )
    if mark.as_claimed:
        edit = replace(edit, **{name: getattr(line, f"claimed_{name}") for name in ENTRIES})
    elif mark.of_claimed_bp is not None:
        edit = replace(edit, **_share(line, mark.of_claimed_bp, by_unit))
    agreed = edit.review in (LineReview.APPROVED, LineReview.NO_ACTION)
    if agreed and mark.reason is None and not _will_be_cut(edit, line):
        edit = replace(edit, review_reason="")
    return edit


def _share(line: ClaimLine, share_bp: int, by_unit: bool) -> dict[str, Any]:
    """A share of what was claimed on the line; by unit of its quantity, from which the work follows."""
    entered = "quantity" if by_unit else "work"
    return {
        name: apply_rate(getattr(line, f"claimed_{name}"), share_bp) for name in (entered, "materials_new")
    }


def _will_be_cut(edit: EntryEdit, line: ClaimLine) -> bool:
    """Whether the line will stand below what was claimed once the edit is in."""
    if edit.quantity is not None and edit.work is None:
        return True  # the work follows from the quantity later; a reason that stays does no harm
    changed = {name: getattr(edit, name) for name in ENTRIES if getattr(edit, name) is not None}
    if not changed:
        return is_cut(line)
    parts = ("work", "materials_previous", "materials_new")
    after = sum(changed.get(name, getattr(line, f"assessed_{name}")) for name in parts)
    return bool(after < sum(getattr(line, f"claimed_{name}") for name in parts))


def _problem(edit: EntryEdit, line: ClaimLine) -> str:
    """Why the line can't be left so: it would be rejected without a word."""
    review = line.review if edit.review is None else edit.review
    reason = line.review_reason if edit.review_reason is None else edit.review_reason
    if review == LineReview.REJECTED and not reason.strip():
        return text("Say why this line is rejected: the {contract_company} reads it, and so do the papers.")
    return ""


def _needs_reason(lines: Sequence[ClaimLine]) -> str:
    return text(
        "{lines} rejected without a reason. Say why: the {contract_company} reads it.",
        lines=lines_named([name_of(line) for line in lines], "is", "are"),
    )


_TOLD = {
    LineReview.APPROVED.value: "approved",
    LineReview.REJECTED.value: "rejected",
    LineReview.NO_ACTION.value: "no longer marked",
}


def _summary(edits: Sequence[EntryEdit]) -> str:
    """``3 approved, 1 rejected``; where no mark was set, what else was noted."""
    marks = Counter(edit.review for edit in edits if edit.review is not None)
    told = [f"{count} {_TOLD[review]}" for review, count in marks.items()]
    others = sum(edit.review is None for edit in edits)
    if others:
        told.append(f"{plural(others, 'line')} noted")
    return ", ".join(told)
