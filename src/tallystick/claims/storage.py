"""Loading a claim's rows for writing, and writing back what changed.

Every write notes what it replaced (``ClaimChange``), so that the claim can be shown as it was on any day.
"""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.audit.actions import Changes
from tallystick.claims.line_rows import insert_lines, update_lines
from tallystick.claims.models import Claim, ClaimChange, ClaimLine
from tallystick.core import clock
from tallystick.core.errors import NotFound, Stale
from tallystick.terms.context import text

_LINE_FIELDS = [f for f in ClaimLine._meta.concrete_fields if f.name not in ("id", "claim", "sov_line")]
_LINE_NAMES = tuple(f.attname for f in _LINE_FIELDS)
_LINE_VALUES = attrgetter(*_LINE_NAMES)
_CLAIM_OF_LINE = ClaimLine._meta.get_field("claim")
_CLAIM_NAMES = tuple(
    f.attname
    for f in Claim._meta.concrete_fields
    if f.name not in ("id", "contract", "version", "updated_at")
)
_CLAIM_VALUES = attrgetter(*_CLAIM_NAMES)

TYPED = (
    "claimed_work",
    "claimed_quantity",
    "claimed_materials_previous",
    "claimed_materials_new",
    "assessed_work",
    "assessed_quantity",
    "assessed_materials_previous",
    "assessed_materials_new",
    "work_retention_entry",
    "work_retention_rate_bp",
    "work_retention_this",
    "work_retention_released",
    "materials_retention_entry",
    "materials_retention_rate_bp",
    "materials_retention_this",
    "materials_retention_released",
    "review",
    "review_reason",
    "comment",
)
"""Columns of a line that people type. Their changes stand in the history, line by line."""

_FOLLOWS_RULES = frozenset({"work_retention_this", "materials_retention_this"})


def lock_claim(claim_id: int, *, version: int | None = None, deleted: bool = False) -> Claim:
    """The claim, held until the transaction ends. With ``version``: ``Stale`` if it was written since.

    One that was deleted is not found, unless ``deleted`` allows for it.
    """
    claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("contract__project__account", "contract__company", "period")
        .filter(pk=claim_id)
        .first()
    )
    if claim is None or (claim.deleted_at is not None and not deleted):
        raise NotFound(text("This {claim} was deleted in the meantime."))
    if version is not None and claim.version != version:
        raise Stale(
            text("Somebody else changed this {claim} while you were working on it. ")
            + "Nothing of yours was saved yet: look at what changed, then save again."
        )
    claim.as_loaded = _CLAIM_VALUES(claim)
    return claim


def lines_of(claim: Claim) -> list[ClaimLine]:
    """All lines in the document's order, with their schedule of values lines; one query."""
    lines = list(ClaimLine.objects.filter(claim=claim).select_related("sov_line").order_by("position", "pk"))
    for line in lines:
        _CLAIM_OF_LINE.set_cached_value(line, claim)
        line.as_loaded = _LINE_VALUES(line)
    return lines


def save_claim(claim: Claim, lines: Sequence[ClaimLine] = (), *, added: Sequence[ClaimLine] = ()) -> None:
    """Write the claim's row as its next version, those of its lines that changed, and what all of that replaced.

    The claim comes from ``lock_claim`` and the lines from ``lines_of``. ``added`` are new lines, created here.
    """
    claim.version += 1
    claim.updated_at = clock.now()
    before: dict[str, Any] = {}
    if own := _replaced(claim.as_loaded, _CLAIM_VALUES(claim), _CLAIM_NAMES):
        before["claim"] = own
    changed: list[ClaimLine] = []
    columns: set[str] = set()
    for line in lines:
        values = _LINE_VALUES(line)
        if values == line.as_loaded:
            continue
        replaced = _replaced(line.as_loaded, values, _LINE_NAMES)
        if _was_typed(line, replaced):
            replaced["version"], line.version = line.version, claim.version
        before.setdefault("lines", {})[line.pk] = replaced
        changed.append(line)
        columns.update(replaced)
    claim.save()
    update_lines(changed, columns)
    if added:
        for line in added:
            line.version = claim.version
        insert_lines(claim, added)
        before["added"] = [line.pk for line in added]
    if before:
        ClaimChange.objects.create(claim=claim, version=claim.version, at=claim.updated_at, before=before)
    claim.as_loaded = _CLAIM_VALUES(claim)
    for line in (*changed, *added):
        line.as_loaded = _LINE_VALUES(line)


def save_paid(claim: Claim, paid: int) -> None:
    """Note what was paid on the claim. Its version stays: nothing that was claimed or certified has changed,
    and nobody who works on its figures is in the way; its PDF, which tells what is paid, is drawn anew by its
    fingerprint. The claim comes from ``lock_claim``."""
    before, claim.paid = claim.paid, paid
    if before == paid:
        return
    claim.save(update_fields=["paid"])
    ClaimChange.objects.create(
        claim=claim, version=claim.version, at=clock.now(), before={"claim": {"paid": before}}
    )
    claim.as_loaded = _CLAIM_VALUES(claim)


def _replaced(old: tuple[Any, ...], new: tuple[Any, ...], names: Sequence[str]) -> dict[str, Any]:
    return {
        name: was.isoformat() if isinstance(was, date) else was
        for name, was, now in zip(names, old, new, strict=True)
        if was != now
    }


def _was_typed(line: ClaimLine, replaced: dict[str, Any]) -> bool:
    """Whether a person changed the line, and not only the figures behind its entries."""
    return any(
        name in replaced
        and (name not in _FOLLOWS_RULES or getattr(line, name.replace("_this", "_entry")) == "amount")
        for name in TYPED
    )


def record_on(
    actor: Actor,
    name: str,
    claim: Claim,
    /,
    *,
    changes: Changes | None = None,
    **facts: object,
) -> None:
    """Record an event about the claim; ``facts`` fill its sentence, and one of them may be called ``name``."""
    record_in(claim.contract.project, actor, name, claim, changes=changes, facts=facts)
