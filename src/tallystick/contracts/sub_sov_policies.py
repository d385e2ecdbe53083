"""Who may break a schedule of values down, submit it and decide about it (R-SSOV, R-CONTACT-3, domain §2.2, §7)."""

from tallystick.access.actor import Actor
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer, is_admin_of, is_claim_contact
from tallystick.contracts.states import (
    COMMITMENT_KINDS,
    SUB_SOV_EDITABLE,
    SUB_SOV_STEPS,
    SubSovStatus,
    SubSovStep,
)
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.terms.context import text


def can_use_breakdown(actor: Actor, contract: Contract, uses: bool) -> Decision:
    """Switch the breakdown on or off: an administrator, until claims stand on the lines as they are."""
    decision = can_administer(actor, contract)
    if not decision:
        return decision
    if contract.kind not in COMMITMENT_KINDS:
        return refused(
            text("Only the {sov} of a commitment is broken down; this contract is with the {client}.")
        )
    if not _has_claims(contract):
        return ALLOWED
    if uses:
        return refused(
            text(
                "{Claims} of this contract bill its {sov_lines} as they are, and the next ones stand on their figures. "
                "{An ssov} can be asked for only before the first {claim}."
            )
        )
    return refused(
        text(
            "{Claims} of this contract bill the lines of its {ssov}, and the next ones stand on their figures. "
            "It can't be switched off any more."
        )
    )


def can_see_breakdown(actor: Actor, contract: Contract) -> Decision:
    """Look at the tab: where a breakdown is in use, and administrators of commitments also to switch it on."""
    if contract.uses_sub_sov or (contract.kind in COMMITMENT_KINDS and is_admin_of(actor, contract)):
        return ALLOWED
    return refused(text("This contract is billed by its {sov_lines} as they are: it has no {ssov}."))


def can_edit_breakdown(actor: Actor, contract: Contract) -> Decision:
    """Write detail lines: contacts while it is theirs, administrators on their behalf until it is approved."""
    admin = is_admin_of(actor, contract)
    if not admin and not is_claim_contact(actor, contract):
        return refused(
            text("Only {a claim_contact} of this contract or an administrator can write its {ssov}.")
        )
    if not contract.uses_sub_sov:
        return refused(text("This contract is billed by its {sov_lines} as they are: it has no {ssov}."))
    status = SubSovStatus(contract.sub_sov_status)
    if status in SUB_SOV_EDITABLE:
        return ALLOWED
    if status is SubSovStatus.APPROVED:
        return refused(
            text("The {ssov} is approved. An administrator can reopen it until {a claim} stands on it.")
            if not _has_claims(contract)
            else text("The {ssov} is approved and {claims} stand on it. Record a change as {a variation}.")
        )
    if admin:
        return ALLOWED
    return refused(text("The {ssov} is under review. Wait for the answer, or ask for it to be sent back."))


def can_ask_for_breakdown(actor: Actor, contract: Contract) -> Decision:
    """E-mail the claim contacts to write it: an administrator, while it is theirs to write (domain §7)."""
    decision = can_administer(actor, contract)
    if not decision:
        return decision
    if not contract.uses_sub_sov:
        return refused(text("This contract is billed by its {sov_lines} as they are: it has no {ssov}."))
    status = SubSovStatus(contract.sub_sov_status)
    if status not in SUB_SOV_EDITABLE:
        return refused(text("The {ssov} is {status}, so there is nothing to ask for.", status=status.label))
    if not contract.claim_contacts.filter(person__is_active=True).exists():
        return refused(
            text("The {commitment} has no {claim_contact} to write to. Add one under People first.")
        )
    return ALLOWED


def can_move_breakdown(actor: Actor, contract: Contract, target: SubSovStatus) -> Decision:
    """Take it to another status: the table in ``states`` first, then what the step needs."""
    admin = is_admin_of(actor, contract)
    if not admin and not is_claim_contact(actor, contract):
        return refused(text("Only {a claim_contact} of this contract or an administrator can do this."))
    if not contract.uses_sub_sov:
        return refused(text("This contract is billed by its {sov_lines} as they are: it has no {ssov}."))
    source = SubSovStatus(contract.sub_sov_status)
    step = next((s for s in SUB_SOV_STEPS if (s.source, s.target) == (source, target)), None)
    if step is None:
        return refused(
            text(
                "{An ssov} that is {source} can't become {target}.",
                source=source.label,
                target=SubSovStatus(target).label,
            )
        )
    if not admin and not step.by_contact:
        return refused(f"Only an administrator can do this: {step.verb.lower()}.")
    if source is SubSovStatus.APPROVED and _has_claims(contract):
        return refused(
            text("{A claim} stands on this {ssov}, so it stays approved. Record a change as {a variation}.")
        )
    return ALLOWED


def breakdown_steps(actor: Actor, contract: Contract) -> list[tuple[SubSovStep, Decision]]:
    """The steps from here for this actor, each with whether it is open."""
    if not contract.uses_sub_sov:
        return []
    admin = is_admin_of(actor, contract)
    if not admin and not is_claim_contact(actor, contract):
        return []
    return [
        (step, can_move_breakdown(actor, contract, step.target))
        for step in SUB_SOV_STEPS
        if step.source == contract.sub_sov_status and (admin or step.by_contact)
    ]


def _has_claims(contract: Contract) -> bool:
    return contract.claims.filter(deleted_at__isnull=True).exists()
