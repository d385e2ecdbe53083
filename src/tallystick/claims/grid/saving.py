"""Saving typed cells: line by line against what others typed meanwhile, the rest at once (decisions; R-CLAIM-5).

A page knows the claim's version. A line on which somebody else has typed since is not overwritten: it comes back with
theirs, for the person to decide. Everything else is saved although the claim has moved on.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.audit.models import Event
from tallystick.claims import calc, figures
from tallystick.claims.edits import EntryEdit
from tallystick.claims.entries import apply_edits
from tallystick.claims.grid.groups import lines_in
from tallystick.claims.grid.typed import Cells, Typed, group_problem, read_cells
from tallystick.claims.models import Claim, ClaimChange, ClaimLine
from tallystick.claims.policies import can_edit_entries
from tallystick.claims.storage import lines_of, lock_claim
from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import BadInput, Stale
from tallystick.terms import text


@dataclass(frozen=True, slots=True)
class LineConflict:
    """A line that was typed into here and by somebody else since the page was made: ``who``, and when."""

    line: ClaimLine
    yours: Cells
    who: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CellsSaved:
    """The claim after saving. ``changed``: lines whose entries a page of the version sent does not have yet.

    ``others`` are those of them on which only others typed; ``saved`` counts the lines that were written; ``reload``
    says that lines came or went.
    """

    claim: Claim
    lines: list[ClaimLine]
    figures: calc.ClaimFigures
    warnings: tuple[str, ...]
    changed: frozenset[int]
    conflicts: tuple[LineConflict, ...]
    others: tuple[LineConflict, ...]
    saved: int
    reload: bool


@transaction.atomic
def save_cells(actor: Actor, claim: Claim, typed: Typed, version: int | None) -> CellsSaved:
    """Save what was typed on a page of ``version``.

    Raises ``BadInput`` for cells that can't be read or can't stand, and ``Stale`` where the claim has taken a step
    since, or the version is none that there ever was; then nothing is written.
    """
    claim = lock_claim(claim.pk)
    can_see_sov(actor, claim.contract).require()
    can_edit_entries(actor, claim).require()
    lines = lines_of(claim)
    since = _since(claim, version)
    by_id = {line.pk: line for line in lines}
    conflicts, accepted = _sorted_out(claim, by_id, typed, version)
    edits = read_cells(claim, lines, accepted)
    touched = {edit.line_id for edit in edits} | since.lines
    newer = {line.pk for line in lines if version is not None and line.version > version}
    told = _told(claim, conflicts)
    others = _told(claim, {line: {} for line in newer - conflicts.keys()})
    if edits:
        saved = apply_edits(actor, claim, lines, edits)
        claim, lines, result, warnings = saved.claim, saved.lines, saved.figures, saved.warnings
    else:
        result = figures.calculate(figures.terms_of(claim.contract), claim, lines)
        warnings = ()
    return CellsSaved(
        claim,
        lines,
        result,
        warnings,
        frozenset(newer | touched),
        told,
        others,
        len({edit.line_id for edit in edits}),
        since.reload,
    )


@dataclass(frozen=True, slots=True)
class _Since:
    """What happened to the claim after a version: which lines were written, whether lines came or went."""

    lines: frozenset[int] = frozenset()
    reload: bool = False


def _since(claim: Claim, version: int | None) -> _Since:
    if version is None or version == claim.version:
        return _Since()
    if version > claim.version or version < 1:
        raise stale()
    changes = changes_since(claim, version)
    if any("status" in change.get("claim", {}) for change in changes):
        raise stale()
    return _Since(
        frozenset(int(line) for change in changes for line in change.get("lines", {})),
        any("added" in change or "removed" in change for change in changes),
    )


def changes_since(claim: Claim, version: int) -> list[dict[str, dict[str, object]]]:
    """What each write after ``version`` replaced, the latest first."""
    rows = ClaimChange.objects.filter(claim=claim, version__gt=version).order_by("-version", "-pk")
    return list(rows.values_list("before", flat=True))


def stale() -> Stale:
    """The refusal of a page that is too old to be typed into."""
    return Stale(
        text("Somebody else changed this {claim} while you were working on it. ")
        + "Nothing of yours was saved yet: look at what changed, then save again."
    )


def as_shown(claim: Claim, lines: list[ClaimLine], version: int | None) -> list[ClaimLine]:
    """The lines as a page of ``version`` showed them."""
    if version is None or version >= claim.version:
        return lines
    before: dict[int, dict[str, object]] = {}
    for change in changes_since(claim, version):
        for line_id, values in change.get("lines", {}).items():
            before.setdefault(int(line_id), {}).update(dict(values))  # type: ignore[call-overload]
    return [_with(line, before[line.pk]) if line.pk in before else line for line in lines]


def _with(line: ClaimLine, values: Mapping[str, object]) -> ClaimLine:
    earlier = copy(line)
    for name, value in values.items():
        setattr(earlier, name, value)
    return earlier


def _sorted_out(
    claim: Claim, by_id: Mapping[int, ClaimLine], typed: Typed, version: int | None
) -> tuple[dict[int, Cells], Typed]:
    """What was typed on lines that others typed on since, and everything else."""
    newer = {line.pk for line in by_id.values() if version is not None and line.version > version}
    if not newer:
        return {}, typed
    conflicts: dict[int, Cells] = {}
    accepted: dict[int | str, Cells] = {}
    for name, cells in typed.items():
        if isinstance(name, str):
            if any(line.pk in newer for line in lines_in(by_id.values(), name.removeprefix("g:"))):
                problem = group_problem()
                raise BadInput(problem, {f"{name}:{column}": problem for column in cells})
            accepted[name] = cells
        elif name in newer and not _says_the_same(claim, by_id[name], cells):
            conflicts[name] = cells
        elif name not in newer:
            accepted[name] = cells
    return conflicts, accepted


_KEPT_AS = {
    "work": "assessed_work",
    "quantity": "assessed_quantity",
    "materials_previous": "assessed_materials_previous",
    "materials_new": "assessed_materials_new",
    "work_released": "work_retention_released",
    "materials_released": "materials_retention_released",
    "review": "review",
    "review_reason": "review_reason",
    "comment": "comment",
}


def _says_the_same(claim: Claim, line: ClaimLine, cells: Cells) -> bool:
    """Whether what was typed is what the other person typed as well."""
    edit: EntryEdit = read_cells(claim, [line], {line.pk: cells})[0]
    if edit.touches_retention and edit.work_released is None and edit.materials_released is None:
        return False
    given = {name: getattr(edit, name) for name in _KEPT_AS}
    return all(value is None or value == getattr(line, _KEPT_AS[name]) for name, value in given.items())


def _told(claim: Claim, conflicts: Mapping[int, Cells]) -> tuple[LineConflict, ...]:
    """Each conflict with who typed on the line last, as the history has it."""
    if not conflicts:
        return ()
    lines = {line.pk: line for line in lines_of(claim) if line.pk in conflicts}
    events = list(
        Event.objects.filter(subject_type=claim._meta.label_lower, subject_id=str(claim.pk)).order_by("-pk")[
            :50
        ]
    )
    told = []
    for line_id, cells in conflicts.items():
        line = lines[line_id]
        label = f"#{line.pk} "
        event = next((e for e in events if any(name.startswith(label) for name in e.changes)), None)
        told.append(
            LineConflict(
                line, cells, event.actor_name if event else "Somebody else", event.at if event else None
            )
        )
    return tuple(told)
