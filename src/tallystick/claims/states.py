"""Statuses of a claim and the ONE table of their transitions (R-CLAIM-2, domain §5)."""

from dataclasses import dataclass

from django.db import models

from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.terms.context import text


class ClaimStatus(models.TextChoices):
    """The six stored statuses."""

    DRAFT = "draft", "Draft"
    UNDER_REVIEW = "under_review", "Under Review"
    REVISE_AND_RESUBMIT = "revise_and_resubmit", "Revise & Resubmit"
    APPROVED = "approved", "Approved"
    APPROVED_AS_NOTED = "approved_as_noted", "Approved as Noted"
    PENDING_OWNER_APPROVAL = "pending_owner_approval", "Pending Owner Approval"


class ListState(models.TextChoices):
    """What the list shows for a contract that has no claim in the chosen period (decisions, Statuses).

    ``LATE`` while the period is open and its due day is over; once it is closed nothing is awaited any more. Who
    declined the invite to bill is awaited neither before nor after.
    """

    NO_CONTACTS = "no_contacts", "No claim contacts"  # terms: allow claim
    SSOV_NOT_APPROVED = "ssov_not_approved", "SSOV not approved"  # terms: allow SSOV
    NOT_INVITED = "not_invited", "Not invited"
    INVITED = "invited", "Invited"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    LATE = "late", "Late"
    NOT_CLAIMED = "not_claimed", "Not claimed"


class ClaimType(models.TextChoices):
    """What a claim may bill (domain §4)."""

    ALL = "all", "Work, materials and retention"  # terms: allow retention
    WORK = "work", "Work and materials"
    RELEASE = "release", "Release of retention only"  # terms: allow retention


class SignatureState(models.TextChoices):
    """How far the signature of a certified claim is, as the list tells it. Requests for signatures belong to a room
    above this one; the list knows their states as ``IN_SIGNATURE_STATE`` sorts them."""

    UNSIGNED = "unsigned", "Not signed"
    OUT = "out", "Out for signature"
    STUCK = "stuck", "Needs attention"
    SIGNED = "signed", "Signed"


IN_SIGNATURE_STATE: dict[SignatureState, frozenset[str]] = {
    SignatureState.OUT: frozenset({"draft", "queued", "sent", "viewed", "partially_signed"}),
    SignatureState.STUCK: frozenset({"bounced", "declined", "expired", "failed"}),
}
"""States of a claim's latest request for signatures; after any other one it is not signed."""


class PaymentState(models.TextChoices):
    """What has been paid of what is due on a claim; an axis of its own beside the status (domain §5.1)."""

    UNPAID = "unpaid", "Unpaid"
    PART_PAID = "part_paid", "Partly paid"
    PAID = "paid", "Paid"
    OVERPAID = "overpaid", "Overpaid"


def payment_state(due: int, paid: int) -> PaymentState:
    """The state of a certified claim, from what is due with tax and what was paid, in minor units.

    Nothing due and nothing paid is paid. A claim with a credit balance is paid when the money has come back.
    """
    if paid == due:
        return PaymentState.PAID
    if paid == 0:
        return PaymentState.UNPAID
    return (
        PaymentState.OVERPAID if abs(paid) > abs(due) or (paid < 0) != (due < 0) else PaymentState.PART_PAID
    )


class Side(models.TextChoices):
    """In which capacity somebody acts on a claim."""

    CONTACT = "contact", "Claim contact"  # terms: allow claim
    ADMIN = "admin", "Administrator"


EDITABLE = frozenset({ClaimStatus.DRAFT, ClaimStatus.REVISE_AND_RESUBMIT})
"""The contact's figures can be changed."""

CERTIFIED = frozenset(
    {ClaimStatus.APPROVED, ClaimStatus.APPROVED_AS_NOTED, ClaimStatus.PENDING_OWNER_APPROVAL}
)
"""Opens signing, accounting and the roll-up to the client; the claim is frozen."""

UNFINISHED = frozenset({ClaimStatus.DRAFT, ClaimStatus.UNDER_REVIEW, ClaimStatus.REVISE_AND_RESUBMIT})
"""The next claim of the contract waits for these."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step, who may take it, and what it is called on a button."""

    source: ClaimStatus
    target: ClaimStatus
    sides: frozenset[Side]
    verb: str


_BOTH = frozenset({Side.CONTACT, Side.ADMIN})
_ADMIN = frozenset({Side.ADMIN})
_S = ClaimStatus

TRANSITIONS: tuple[Transition, ...] = (
    Transition(_S.DRAFT, _S.UNDER_REVIEW, _BOTH, "Submit"),
    Transition(_S.REVISE_AND_RESUBMIT, _S.UNDER_REVIEW, _BOTH, "Resubmit"),
    Transition(_S.UNDER_REVIEW, _S.APPROVED, _ADMIN, "Approve"),
    Transition(_S.UNDER_REVIEW, _S.APPROVED_AS_NOTED, _ADMIN, "Approve as noted"),
    Transition(_S.UNDER_REVIEW, _S.PENDING_OWNER_APPROVAL, _ADMIN, "Pass to owner for approval"),
    Transition(_S.UNDER_REVIEW, _S.REVISE_AND_RESUBMIT, _ADMIN, "Send back for revision"),
    Transition(_S.UNDER_REVIEW, _S.DRAFT, _ADMIN, "Return to draft"),
    Transition(_S.PENDING_OWNER_APPROVAL, _S.APPROVED, _ADMIN, "Approve"),
    Transition(_S.PENDING_OWNER_APPROVAL, _S.APPROVED_AS_NOTED, _ADMIN, "Approve as noted"),
    Transition(_S.APPROVED, _S.DRAFT, _ADMIN, "Reopen"),
    Transition(_S.APPROVED_AS_NOTED, _S.DRAFT, _ADMIN, "Reopen"),
    Transition(_S.PENDING_OWNER_APPROVAL, _S.DRAFT, _ADMIN, "Reopen"),
    Transition(_S.APPROVED, _S.UNDER_REVIEW, _ADMIN, "Reopen for review"),
    Transition(_S.APPROVED_AS_NOTED, _S.UNDER_REVIEW, _ADMIN, "Reopen for review"),
    Transition(_S.PENDING_OWNER_APPROVAL, _S.UNDER_REVIEW, _ADMIN, "Reopen for review"),
)

_BY_STEP = {(t.source, t.target): t for t in TRANSITIONS}


def transition(source: ClaimStatus, target: ClaimStatus) -> Transition | None:
    """The step from ``source`` to ``target``, or ``None`` where the table has none."""
    return _BY_STEP.get((source, target))


def may_step(source: ClaimStatus, target: ClaimStatus, side: Side) -> Decision:
    """Whether somebody acting as ``side`` may take the step, and in words why not."""
    step = transition(source, target)
    if step is None:
        return refused(
            text(
                "{A claim} that is {source} can't become {target}. From here it can become {targets}.",
                source=ClaimStatus(source).label,
                target=ClaimStatus(target).label,
                targets=_targets(source, side),
            )
        )
    if side not in step.sides:
        return refused(f"Only an administrator can do this: {step.verb.lower()}.")
    return ALLOWED


def steps_from(source: ClaimStatus, side: Side) -> list[Transition]:
    """The steps open to ``side``, in the table's order."""
    return [t for t in TRANSITIONS if t.source == source and side in t.sides]


def is_reopening(source: ClaimStatus, target: ClaimStatus) -> bool:
    """Whether the step takes a certified claim back: it needs a reason and makes a new revision."""
    return source in CERTIFIED and target not in CERTIFIED


def _targets(source: ClaimStatus, side: Side) -> str:
    labels = [ClaimStatus(t.target).label for t in steps_from(source, side)]
    return " or ".join(labels) if labels else "nothing else by you"
