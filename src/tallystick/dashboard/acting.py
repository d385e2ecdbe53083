"""Acting on a whole group of the month with one click, by the actions that act on one.

Whoever clicks acts on what the page showed: a contract that has moved on since is left alone and named, and one that
has come into the group since is not acted on unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims.policies import can_administer_claims
from tallystick.claims.states import ClaimStatus, ListState
from tallystick.contracts.models import Contract
from tallystick.core.batches import batched
from tallystick.core.errors import BadInput
from tallystick.dashboard.month import Member, month_of
from tallystick.periods.invites import Invited, send_invites
from tallystick.periods.models import BillingPeriod, InviteType
from tallystick.reminders.asking import Reminded, remind_now
from tallystick.signing.requesting import Requested, request_signatures
from tallystick.terms import text

INVITED = frozenset({ListState.NOT_INVITED.value, ListState.DECLINED.value})
"""Groups that can be sent invites; whoever said No is asked once more."""

REMINDED = frozenset(
    {
        ListState.INVITED.value,
        ListState.ACCEPTED.value,
        ListState.LATE.value,
        ClaimStatus.DRAFT.value,
        ClaimStatus.REVISE_AND_RESUBMIT.value,
    }
)
"""Groups that can be reminded of what is still to come."""


SIGNED = frozenset({ClaimStatus.APPROVED.value, ClaimStatus.APPROVED_AS_NOTED.value})
"""Groups whose claims can be sent for signature."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A group as a page showed it: its state (the list's filter), the ids of its contracts. The period comes with its
    project."""

    period: BillingPeriod
    state: str
    seen: frozenset[int]


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of it: an outcome for each contract that was still in the group; ``moved`` are those that were shown
    and are in another state now, ``gone`` how many can't be seen any more, ``joined`` how many are new in the group."""

    outcomes: Sequence[Invited | Reminded]
    moved: tuple[Member, ...]
    gone: int
    joined: int


def invite_group(actor: Actor, shown: Shown, claim_type: InviteType = InviteType.ALL) -> Acted:
    """Send invites to the contracts of a group. Raises ``Refused``."""
    if shown.state not in INVITED:
        raise BadInput("This group is not sent invites. Load the page again.")
    again = shown.state == ListState.DECLINED

    def send(contracts: Sequence[Contract]) -> list[Invited]:
        return send_invites(actor, shown.period, contracts, claim_type, again=again)

    can_administer_claims(actor, shown.period.project, text("send {invites}")).require()
    return _act(actor, shown, send)


def remind_group(actor: Actor, shown: Shown) -> Acted:
    """Remind the contracts of a group of what is still to come. Raises ``Refused``."""
    if shown.state not in REMINDED:
        raise BadInput("This group is not reminded. Load the page again.")
    can_administer_claims(actor, shown.period.project, text("remind {claim_contacts}")).require()
    return _act(actor, shown, lambda contracts: remind_now(actor, shown.period, contracts))


@transaction.atomic
def sign_group(actor: Actor, shown: Shown) -> Requested:
    """Send the claims of a group for signature: those that were seen in it and still are. What can't go is left out and
    said; the same click again follows the same run. Raises ``Refused``, and ``BadInput`` where none can go."""
    if shown.state not in SIGNED:
        raise BadInput("This group is not sent for signature. Load the page again.")
    project = shown.period.project
    group = month_of(actor, project, shown.period).group(shown.state)
    members = group.members if group else ()
    claims = [one.claim_id for one in members if one.claim_id and one.contract_id in shown.seen]
    if not claims:
        raise BadInput("None of these is in this group any more. Look at the page as it is now.")
    return request_signatures(actor, project, claims)


@transaction.atomic
def _act(
    actor: Actor, shown: Shown, do: Callable[[Sequence[Contract]], Sequence[Invited | Reminded]]
) -> Acted:
    # Whoever else acts on the period's contracts comes before this or after it.
    period = (
        BillingPeriod.objects.select_for_update(of=("self",))
        .select_related("project")
        .get(pk=shown.period.pk)
    )
    state, seen = shown.state, shown.seen
    month = month_of(actor, period.project, period)
    now = {member.contract_id: member for group in month.groups for member in group.members}
    still = [pk for pk in seen if pk in now and now[pk].state == state]
    moved = sorted(
        (now[pk] for pk in seen if pk in now and now[pk].state != state), key=lambda one: one.number
    )
    group = month.group(state)
    return Acted(
        outcomes=do(_loaded(still)) if still else [],
        moved=tuple(moved),
        gone=sum(pk not in now for pk in seen),
        joined=sum(member.contract_id not in seen for member in group.members) if group else 0,
    )


def _loaded(ids: Sequence[int]) -> list[Contract]:
    found: list[Contract] = []
    for some in batched(ids):
        found += Contract.objects.filter(pk__in=some).select_related("company", "project__account")
    return sorted(found, key=lambda contract: contract.number)
