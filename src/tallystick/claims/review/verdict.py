"""What the review of a claim comes to: what was cut, what was rejected, which reasons are missing (domain §5.3, §6.4).

Nothing here writes. ``Verdict`` is made from a claim's lines, or for many claims by one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from tallystick.claims.models import ClaimLine, LineReview
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.core.text import join_and
from tallystick.terms.context import text

ENTRIES = ("work", "quantity", "materials_previous", "materials_new")
"""What is entered on a line, thrice: as claimed, as assessed, as certified."""

MOST_NAMED = 6
"""So many lines a sentence names; of the rest it says how many."""


def claimed_of(line: ClaimLine) -> int:
    """Work and materials of this period as claimed, minor units."""
    return int(
        line.claimed_work
        + line.claimed_materials_previous
        + line.claimed_materials_new
        - line.previous_materials
    )


def assessed_of(line: ClaimLine) -> int:
    """The same as assessed."""
    return int(
        line.assessed_work
        + line.assessed_materials_previous
        + line.assessed_materials_new
        - line.previous_materials
    )


def certified_of(line: ClaimLine) -> int | None:
    """The same as certified, ``None`` before it is."""
    if line.certified_work is None:
        return None
    return int(
        line.certified_work
        + line.certified_materials_previous
        + line.certified_materials_new
        - line.previous_materials
    )


def proposed_of(line: ClaimLine) -> int | None:
    """What the reviewer had assessed when the claim was handed back, where that was something else than claimed."""
    if line.proposed_work is None:
        return None
    return int(
        line.proposed_work
        + line.proposed_materials_previous
        + line.proposed_materials_new
        - line.previous_materials
    )


def is_changed(line: ClaimLine) -> bool:
    """Whether the reviewer assessed anything on the line otherwise than it was claimed."""
    return any(getattr(line, f"claimed_{name}") != getattr(line, f"assessed_{name}") for name in ENTRIES)


def is_cut(line: ClaimLine) -> bool:
    """Whether less is assessed than was claimed; on a line of negative value that is a larger credit."""
    return assessed_of(line) < claimed_of(line)


def name_of(line: ClaimLine) -> str:
    """What a sentence calls the line: its item number, or the beginning of its description."""
    return line.item_number or f"“{line.description[:40]}”"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Names of the lines that matter to the next step, in the document's order."""

    changed: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    """Cut, and nobody said why."""
    standing: tuple[str, ...] = ()
    """Rejected, and yet assessed at no less than was claimed."""


NOTHING_NOTED = Verdict()


def verdict_of(lines: Iterable[ClaimLine]) -> Verdict:
    """What the review of these lines of one claim comes to."""
    changed, rejected, unexplained, standing = [], [], [], []
    for line in lines:
        cut = is_cut(line)
        if is_changed(line):
            changed.append(name_of(line))
        if line.review == LineReview.REJECTED:
            rejected.append(name_of(line))
            if not cut:
                standing.append(name_of(line))
        if cut and not line.review_reason.strip():
            unexplained.append(name_of(line))
    return Verdict(tuple(changed), tuple(rejected), tuple(unexplained), tuple(standing))


_NOTED = Q(review=LineReview.REJECTED) | Q(
    *((f"claimed_{name}__lt", F(f"assessed_{name}")) for name in ENTRIES),
    *((f"claimed_{name}__gt", F(f"assessed_{name}")) for name in ENTRIES),
    _connector=Q.OR,
)


def verdicts_of(claim_ids: Sequence[int]) -> dict[int, Verdict]:
    """The verdict on each of several claims, by one query for the lines on which something was noted."""
    noted: dict[int, list[ClaimLine]] = {claim_id: [] for claim_id in claim_ids}
    columns: list[Any] = [f"{kind}_{name}" for kind in ("claimed", "assessed") for name in ENTRIES]
    rows = (
        ClaimLine.objects.filter(_NOTED, claim_id__in=claim_ids)
        .only(
            "claim_id",
            "item_number",
            "description",
            "previous_materials",
            "review",
            "review_reason",
            *columns,
        )
        .order_by("claim_id", "position", "pk")
    )
    for line in rows:
        noted[line.claim_id].append(line)
    return {claim_id: verdict_of(lines) if lines else NOTHING_NOTED for claim_id, lines in noted.items()}


def needs_verdict(source: ClaimStatus, target: ClaimStatus) -> bool:
    """Whether the step depends on what the review comes to."""
    return target in CERTIFIED and source not in (ClaimStatus.APPROVED, ClaimStatus.APPROVED_AS_NOTED)


def can_certify(verdict: Verdict, target: ClaimStatus) -> Decision:
    """Whether a review that came to this may end in ``target``; the sentence names the lines that stand against it.

    Approved is for claims as they were made. Where anything was changed it is Approved as Noted, with a reason for
    every line that was cut. A line that is rejected and not cut has no answer yet.
    """
    if verdict.standing:
        return refused(
            text(
                "{lines} rejected, but assessed at all that was {bill:past}. Propose an amount, approve "
                "the line after all, or send the {claim} back.",
                lines=lines_named(verdict.standing, "is", "are"),
            )
        )
    if verdict.unexplained:
        return refused(
            text(
                "{lines} assessed at less than was {bill:past}, and no reason is given. Say why on the Review tab.",
                lines=lines_named(verdict.unexplained, "is", "are"),
            )
        )
    if target is ClaimStatus.APPROVED and verdict.changed:
        return refused(
            text(
                "{lines} assessed otherwise than {bill:past}. Use Approve as noted, which says so.",
                lines=lines_named(verdict.changed, "is", "are"),
            )
        )
    return ALLOWED


def lines_named(names: Sequence[str], one: str = "", many: str = "") -> str:
    """``Line 3 is``, ``Lines 3, 4 and 9 are``, ``Lines 1, 2, 3, 4, 5, 6 and 12 more are``."""
    if len(names) == 1:
        return f"Line {names[0]} {one}".strip()
    return f"Lines {join_and(names, limit=MOST_NAMED)} {many}".strip()
