"""Setting and releasing retention on chosen lines of a claim: what would come of it, and doing it (domain §6.6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims import calc, figures
from tallystick.claims.calc.retention_entry import Change, Release, changed
from tallystick.claims.entries import EntryEdit, Saved, apply_edits, check_findings
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.policies import can_change_retention
from tallystick.claims.states import ClaimType
from tallystick.claims.storage import lines_of, lock_claim
from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import BadInput, Decision, refused
from tallystick.core.money import format_money
from tallystick.terms.context import text


@dataclass(frozen=True, slots=True)
class Kind:
    """Retention on work, or on materials: minor units; ``rate_bp`` is this period's of its base, None without one.

    ``moved`` came over from materials with materials that became work, or left with them (negative).
    """

    before: int
    moved: int
    this: int
    rate_bp: int | None
    entry: str
    releasable: int
    released: int
    after: int

    def __add__(self, other: Kind) -> Kind:
        return Kind(
            self.before + other.before,
            self.moved + other.moved,
            self.this + other.this,
            None,
            "",
            self.releasable + other.releasable,
            self.released + other.released,
            self.after + other.after,
        )


NOTHING_HELD = Kind(0, 0, 0, None, "", 0, 0, 0)


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """A line's retention in a claim. ``changes`` says that a preview differs from what is stored."""

    id: int
    item: str
    description: str
    work: Kind
    materials: Kind
    changes: bool = False

    @property
    def holds_materials(self) -> bool:
        """Whether there is anything to say about retention on materials."""
        kind = self.materials
        return any((kind.before, kind.moved, kind.this, kind.releasable, kind.released, kind.after))

    @property
    def releasable(self) -> int:
        """The most that the claim can release of the line: held before plus this period's (domain §16.3)."""
        return self.work.releasable + self.materials.releasable


@dataclass(frozen=True, slots=True)
class RetentionSheet:
    """The lines' retention in a claim, their sums, and what this person may do to them."""

    rows: tuple[RetentionRow, ...]
    work: Kind
    materials: Kind
    can_see: Decision
    can_set: Decision
    can_release: Decision

    @property
    def total(self) -> Kind:
        """Work and materials together."""
        return self.work + self.materials

    @property
    def with_materials(self) -> bool:
        """Whether there is retention on materials to show."""
        return any(row.holds_materials for row in self.rows)

    @property
    def with_moved(self) -> bool:
        """Whether retention went along with materials that became work."""
        return any(row.work.moved for row in self.rows)


def retention_sheet(actor: Actor, claim: Claim) -> RetentionSheet:
    """The claim's retention as stored. The number of queries does not depend on the lines."""
    can_see = can_see_sov(actor, claim.contract)
    if not can_see:
        return RetentionSheet((), NOTHING_HELD, NOTHING_HELD, can_see, can_see, can_see)
    lines = lines_of(claim)
    result = figures.calculate(figures.terms_of(claim.contract), claim, lines)
    return _sheet(actor, claim, lines, result)


def preview(actor: Actor, claim: Claim, line_ids: Collection[int], change: Change) -> RetentionSheet:
    """What the sheet would be after the change; nothing is written. Raises ``BadInput`` as the change would."""
    can_change(actor, claim, change).require()
    lines = lines_of(claim)
    terms = figures.terms_of(claim.contract)
    inputs = [figures.input_of(line) for line in lines]
    now = figures.calculate(terms, claim, lines)
    chosen = _chosen(lines, line_ids)
    entries = dict(
        zip(chosen, changed([(inputs[i].entry, now.lines[i]) for i in chosen], change), strict=True)
    )
    planned = [
        replace(line, entry=entries[index]) if index in entries else line for index, line in enumerate(inputs)
    ]
    result = calc.calculate(terms, planned, previous_certificates=claim.previous_certificates)
    check_findings(claim, lines, result)
    return _sheet(actor, claim, lines, result, now)


@transaction.atomic
def change_retention(
    actor: Actor,
    claim: Claim,
    line_ids: Collection[int],
    change: Change,
    *,
    version: int | None = None,
) -> Saved:
    """Set or release retention on the chosen lines and store all figures that follow.

    Raises ``BadInput`` where more is asked for than there is, ``Refused``, ``Stale``; then nothing is written.
    """
    claim = lock_claim(claim.pk, version=version)
    can_change(actor, claim, change).require()
    lines = lines_of(claim)
    inputs = [figures.input_of(line) for line in lines]
    now = figures.calculate(figures.terms_of(claim.contract), claim, lines)
    chosen = _chosen(lines, line_ids)
    entries = changed([(inputs[i].entry, now.lines[i]) for i in chosen], change)
    edits = [
        edit
        for index, entry in zip(chosen, entries, strict=True)
        if (edit := _edit(lines[index].pk, inputs[index].entry, entry)) is not None
    ]
    if not isinstance(change, Release):
        return apply_edits(actor, claim, lines, edits, event="claim.retention_set")
    released = sum(entry.work_released + entry.materials_released for entry in entries)
    amount = format_money(released, claim.contract.currency, claim.contract.project.locale)
    return apply_edits(actor, claim, lines, edits, event="claim.retention_released", facts={"amount": amount})


def can_change(actor: Actor, claim: Claim, change: Change) -> Decision:
    """Whether this person may do it to this claim: who, when, and the claim's type (domain §2.2, §4)."""
    return can_release(actor, claim) if isinstance(change, Release) else can_set(actor, claim)


def can_set(actor: Actor, claim: Claim) -> Decision:
    """Set what is retained this period."""
    if claim.claim_type == ClaimType.RELEASE:
        return refused(
            text("This {claim} is for the release of {retention} only: it holds no work to retain on.")
        )
    return can_change_retention(actor, claim)


def can_release(actor: Actor, claim: Claim) -> Decision:
    """Release what is held."""
    if claim.claim_type == ClaimType.WORK:
        return refused(
            text(
                "This {claim} is for work and materials only. "
                "Release {retention} with {a claim} that allows for it."
            )
        )
    return can_change_retention(actor, claim)


def _chosen(lines: Sequence[ClaimLine], line_ids: Collection[int]) -> list[int]:
    wanted = set(line_ids)
    chosen = [index for index, line in enumerate(lines) if line.pk in wanted]
    if not chosen:
        raise BadInput(
            "Choose lines first: tick those that it is about.", {"lines": "Tick at least one line."}
        )
    return chosen


def _edit(line_id: int, before: calc.LineEntry, after: calc.LineEntry) -> EntryEdit | None:
    """The difference of two entries as what somebody would have typed."""
    if before == after:
        return None
    edit = EntryEdit(line_id)
    for kind in ("work", "materials"):
        how, value = getattr(after, f"{kind}_retention_entry"), getattr(after, f"{kind}_retention")
        was = (getattr(before, f"{kind}_retention_entry"), getattr(before, f"{kind}_retention"))
        if (how, value) != was:
            column = {
                calc.RetentionEntry.AUTOMATIC: {f"{kind}_retention_automatic": True},
                calc.RetentionEntry.AMOUNT: {f"{kind}_retention": value},
                calc.RetentionEntry.RATE: {f"{kind}_retention_bp": value},
            }[how]
            edit = replace(edit, **column)
        if getattr(after, f"{kind}_released") != getattr(before, f"{kind}_released"):
            edit = replace(edit, **{f"{kind}_released": getattr(after, f"{kind}_released")})
    return edit


def _sheet(
    actor: Actor,
    claim: Claim,
    lines: Sequence[ClaimLine],
    result: calc.ClaimFigures,
    now: calc.ClaimFigures | None = None,
) -> RetentionSheet:
    rows = []
    work = materials = NOTHING_HELD
    for index, (line, row) in enumerate(zip(lines, result.lines, strict=True)):
        on_work = Kind(
            row.previous_work_retention,
            row.retention_moved,
            row.work_retention_this,
            row.work_retention_rate_bp,
            line.work_retention_entry,
            row.work_releasable,
            row.work_retention_released,
            row.work_retention_held,
        )
        on_materials = Kind(
            row.previous_materials_retention,
            -row.retention_moved,
            row.materials_retention_this,
            row.materials_retention_rate_bp,
            line.materials_retention_entry,
            row.materials_releasable,
            row.materials_retention_released,
            row.materials_retention_held,
        )
        differs = now is not None and now.lines[index] != row
        rows.append(RetentionRow(line.pk, line.item_number, line.description, on_work, on_materials, differs))
        work, materials = work + on_work, materials + on_materials
    return RetentionSheet(
        tuple(rows),
        work,
        materials,
        Decision(True),
        can_set(actor, claim),
        can_release(actor, claim),
    )
