"""Typing into a claim: changed cells in, all figures recomputed, everything stored at once (domain §6.2)."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.audit.actions import Changes
from tallystick.claims import calc, figures
from tallystick.claims.calc.entry import enter_quantity
from tallystick.claims.chain import follow_previous
from tallystick.claims.edits import EntryEdit
from tallystick.claims.kinds import check_type
from tallystick.claims.models import Claim, ClaimLine, LineReview, RetentionEntry
from tallystick.claims.policies import can_change_retention, can_edit_entries, can_review
from tallystick.claims.states import EDITABLE
from tallystick.claims.storage import TYPED, lines_of, lock_claim, record_on, save_claim
from tallystick.contracts.rules import over_claiming_rule
from tallystick.core.errors import BadInput
from tallystick.core.money import bounded, format_money
from tallystick.core.text import plural
from tallystick.directory.models import OverClaiming
from tallystick.terms.context import text

__all__ = [
    "EntryEdit",
    "Saved",
    "apply_edits",
    "check_findings",
    "preview_edits",
    "recalculate",
    "save_entries",
]


@dataclass(frozen=True, slots=True)
class Saved:
    """The claim as stored, its lines and what the calculation noticed but did not refuse."""

    claim: Claim
    lines: list[ClaimLine]
    figures: calc.ClaimFigures
    warnings: tuple[str, ...]


@transaction.atomic
def save_entries(
    actor: Actor,
    claim: Claim,
    edits: Sequence[EntryEdit],
    *,
    version: int | None = None,
    event: str = "claim.lines_saved",
    facts: Mapping[str, object] | None = None,
) -> Saved:
    """Store the edits and all figures that follow from them.

    The history tells it as ``event`` with ``facts``, which other actions than typing give.

    In Draft and Revise & Resubmit they are what is claimed, and assessed the same; under review they are the
    reviewer's and change only what is assessed. Raises ``BadInput`` (``fields`` by ``line-ID``) where a figure
    can't stand, ``Stale`` where ``version`` is not the claim's any more; then nothing is written.
    """
    claim = lock_claim(claim.pk, version=version)
    can_edit_entries(actor, claim).require()
    return apply_edits(actor, claim, lines_of(claim), edits, event=event, facts=facts)


def apply_edits(
    actor: Actor,
    claim: Claim,
    lines: list[ClaimLine],
    edits: Sequence[EntryEdit],
    *,
    event: str = "claim.lines_saved",
    facts: Mapping[str, object] | None = None,
) -> Saved:
    """The same for a claim from ``lock_claim`` and lines from ``lines_of``, where the actor may type into it."""
    by_id = {line.pk: line for line in lines}
    _check_known(edits, by_id)
    check_type(claim, edits, by_id)
    if any(edit.touches_retention for edit in edits):
        can_change_retention(actor, claim).require()
    if any(edit.review is not None or edit.review_reason is not None for edit in edits):
        can_review(actor, claim).require()
    terms = figures.terms_of(claim.contract)
    changes: Changes = {}
    as_claimed = claim.status in EDITABLE
    for edit in edits:
        line = by_id[edit.line_id]
        before = _snapshot(line)
        _apply(line, edit, terms, as_claimed=as_claimed)
        _note_changes(changes, line, before)
    saved = recalculate(claim, lines, terms)
    if not changes:
        return saved
    save_claim(claim, lines)
    record_on(
        actor,
        event,
        claim,
        changes=changes,
        lines=plural(len({e.line_id for e in edits}), "line"),
        **(facts or {}),
    )
    follow_previous(actor, claim)
    return saved


def preview_edits(claim: Claim, lines: list[ClaimLine], edits: Sequence[EntryEdit]) -> Saved:
    """What the edits would come to, on rows that the caller throws away. Raises ``BadInput`` as saving would."""
    by_id = {line.pk: line for line in lines}
    _check_known(edits, by_id)
    check_type(claim, edits, by_id)
    terms = figures.terms_of(claim.contract)
    for edit in edits:
        _apply(by_id[edit.line_id], edit, terms, as_claimed=claim.status in EDITABLE)
    return recalculate(claim, lines, terms)


def recalculate(claim: Claim, lines: list[ClaimLine], terms: calc.ContractTerms | None = None) -> Saved:
    """Compute everything anew and put it on the rows; the caller saves them. Raises ``BadInput``."""
    terms = terms or figures.terms_of(claim.contract)
    result = figures.calculate(terms, claim, lines)
    warnings = check_findings(claim, lines, result)
    figures.write_back(claim, lines, result)
    return Saved(claim, lines, result, warnings)


def check_findings(claim: Claim, lines: Sequence[ClaimLine], result: calc.ClaimFigures) -> tuple[str, ...]:
    """Raise ``BadInput`` for what can't stand; give the sentences of what may (domain §6.5).

    Over-claiming is decided by the account, the contract or the project (``over_claiming_rule``).
    """
    rule = over_claiming_rule(claim.contract)
    refused = list(result.refusals)
    noticed = list(result.warnings)
    if rule == OverClaiming.REFUSE:
        refused += result.over_claims
    elif rule == OverClaiming.WARN:
        noticed += result.over_claims
    if refused:
        by_key: dict[Hashable | None, ClaimLine] = {line.sov_line_id: line for line in lines}
        sentences = {f"line-{by_key[f.key].pk}": _sentence(f, claim) for f in refused if f.key in by_key}
        where = [by_key[f.key].item_number for f in refused if f.key in by_key]
        first = _sentence(refused[0], claim)
        raise BadInput(f"Line {where[0]}: {first}" if where else first, sentences)
    labels: dict[Hashable | None, str] = {line.sov_line_id: f"Line {line.item_number}: " for line in lines}
    return tuple(labels.get(f.key, "") + _sentence(f, claim) for f in noticed)


def _sentence(finding: calc.Finding, claim: Claim) -> str:
    currency = claim.contract.currency
    locale = claim.contract.project.locale
    return finding.sentence(lambda minor: format_money(minor, currency, locale))


def _check_known(edits: Sequence[EntryEdit], by_id: Mapping[int, ClaimLine]) -> None:
    unknown = [edit.line_id for edit in edits if edit.line_id not in by_id]
    if unknown:
        raise BadInput(
            text(
                "{lines} no longer in this {claim}. Load the page again and type them once more.",
                lines=plural(len(unknown), "line is", "lines are"),
            )
        )


def _apply(line: ClaimLine, edit: EntryEdit, terms: calc.ContractTerms, *, as_claimed: bool) -> None:
    targets = ("claimed", "assessed") if as_claimed else ("assessed",)
    quantity, work = edit.quantity, edit.work
    if terms.method == calc.Method.UNIT and quantity is not None and work is None:
        work = enter_quantity(terms, figures.input_of(line), quantity).work
    for target in targets:
        if quantity is not None:
            setattr(line, f"{target}_quantity", quantity)
        if work is not None:
            setattr(line, f"{target}_work", bounded(work))
        if edit.materials_previous is not None:
            setattr(line, f"{target}_materials_previous", bounded(edit.materials_previous))
        if edit.materials_new is not None:
            setattr(line, f"{target}_materials_new", bounded(edit.materials_new))
    _apply_retention(line, "work", edit.work_retention, edit.work_retention_bp, edit.work_retention_automatic)
    _apply_retention(
        line,
        "materials",
        edit.materials_retention,
        edit.materials_retention_bp,
        edit.materials_retention_automatic,
    )
    if edit.work_released is not None:
        line.work_retention_released = bounded(edit.work_released)
    if edit.materials_released is not None:
        line.materials_retention_released = bounded(edit.materials_released)
    if edit.comment is not None:
        line.comment = edit.comment.strip()
    if edit.review is not None:
        line.review = LineReview(edit.review)
    if edit.review_reason is not None:
        line.review_reason = edit.review_reason.strip()


def _apply_retention(
    line: ClaimLine, on: str, amount: int | None, rate_bp: int | None, automatic: bool
) -> None:
    if automatic:
        setattr(line, f"{on}_retention_entry", RetentionEntry.AUTOMATIC)
    elif rate_bp is not None:
        if not 0 <= rate_bp <= 10000:
            raise BadInput(
                text("{Retention} lies between 0 % and 100 %."), {f"line-{line.pk}": "Type 0 % to 100 %."}
            )
        setattr(line, f"{on}_retention_entry", RetentionEntry.RATE)
        setattr(line, f"{on}_retention_rate_bp", rate_bp)
    elif amount is not None:
        setattr(line, f"{on}_retention_entry", RetentionEntry.AMOUNT)
        setattr(line, f"{on}_retention_this", bounded(amount))


def _snapshot(line: ClaimLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in TYPED}


def _note_changes(changes: Changes, line: ClaimLine, before: Mapping[str, Any]) -> None:
    for name in TYPED:
        after = getattr(line, name)
        if before[name] != after:
            changes[f"#{line.pk} {line.item_number}: {name}"] = [before[name], after]
