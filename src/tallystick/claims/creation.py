"""Starting a claim, and taking a draft away again (R-CLAIM-1, decisions, Claims)."""

from datetime import date

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims import calc, figures
from tallystick.claims.line_rows import insert_lines
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.numbering import reference_for
from tallystick.claims.policies import (
    blocking_claim,
    can_create_claim,
    can_delete,
    latest_claim,
    offered_types,
    side_of,
)
from tallystick.claims.states import ClaimStatus, ClaimType, Side
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim
from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.states import VariationStatus
from tallystick.contracts.sub_sov import billable_lines
from tallystick.core import clock
from tallystick.core.errors import NotFound, Refused
from tallystick.periods.models import BillingPeriod
from tallystick.terms.context import text


@transaction.atomic
def create_claim(
    actor: Actor,
    contract: Contract,
    period: BillingPeriod | None,
    *,
    billing_date: date | None = None,
    reference: str = "",
    claim_type: ClaimType | None = None,
    is_final: bool = False,
    in_spite_of_unfinished: bool = False,
) -> Claim:
    """The contract's next claim, with all lines of the contract and its approved variations, in Draft.

    Its previous columns come from the claim before it. While that one is unfinished only an administrator who
    says so (``in_spite_of_unfinished``) may go ahead. Without a ``reference`` the account's numbering gives one, where
    it has a pattern (``numbering``). ``claim_type`` says what it may hold, without it as much as
    the actor may bill; ``is_final`` that it is meant to be the contract's last. Raises ``Refused``.
    """
    contract = _locked(contract)
    can_create_claim(actor, contract, period, claim_type).require()
    if period is None or period.project_id != contract.project_id:
        raise Refused("This billing period belongs to another project. Choose one of this project.")
    _check_unfinished(actor, contract, in_spite_of_unfinished)
    claim_type = claim_type or next(iter(offered_types(actor, contract, period)))

    before = latest_claim(contract)
    if claim_type == ClaimType.RELEASE and (before is None or not before.total_retention):
        raise Refused(
            text("No {retention} is held on {contract}, so there is none to release.", contract=contract)
        )
    number = before.number + 1 if before else 1
    claim = Claim.objects.create(
        contract=contract,
        period=period,
        number=number,
        reference=reference.strip() or reference_for(contract, number),
        claim_type=claim_type,
        is_final=is_final,
        billing_date=billing_date or period.due,
        period_start=period.start,
        period_end=period.end,
        previous_certificates=before.earned_less_retention if before else 0,
        created_by_id=actor.login_id,
    )
    terms = figures.terms_of(contract)
    lines = _new_lines(claim, before, terms)
    figures.write_back(claim, lines, figures.calculate(terms, claim, lines))
    insert_lines(claim, lines)
    claim.save()
    record_on(actor, "claim.created", claim)
    return claim


def _locked(contract: Contract) -> Contract:
    return (
        Contract.objects.select_for_update(of=("self",))
        .select_related("project__account", "company")
        .get(pk=contract.pk)
    )


def _check_unfinished(actor: Actor, contract: Contract, in_spite: bool) -> None:
    blocking = blocking_claim(contract)
    if blocking is None:
        return
    is_admin = side_of(actor, contract) is Side.ADMIN
    if in_spite and is_admin:
        return
    status = ClaimStatus(blocking.status).label
    what_to_do = (
        text("Finish it first, or create the next {claim} in spite of it: its figures will follow.")
        if is_admin
        else text("The next {claim} can be created when that one is certified.")
    )
    raise Refused(
        text("{Claim} {number} of this contract is {status}. ", number=blocking.number, status=status)
        + what_to_do
    )


def _new_lines(claim: Claim, before: Claim | None, terms: calc.ContractTerms) -> list[ClaimLine]:
    previous_lines = lines_of(before) if before else []
    known_variations = {line.sov_line.variation_id for line in previous_lines}
    states = figures.states_after(terms, previous_lines)
    lines = []
    for position, sov_line in enumerate(claimable_lines(claim.contract), 1):
        line = new_line(claim, sov_line, position, states.get(sov_line.pk, calc.NOTHING_YET))
        line.is_new_variation = sov_line.variation_id not in known_variations
        lines.append(line)
    return lines


def new_line(claim: Claim, sov_line: SovLine, position: int, before: calc.LineState) -> ClaimLine:
    """A line of the claim on which nothing is entered yet, not saved; all that was in store still is."""
    line = ClaimLine(
        claim=claim,
        sov_line=sov_line,
        position=position,
        item_number=sov_line.item_number,
        cost_code=sov_line.cost_code,
        description=sov_line.description,
        scheduled_value=sov_line.scheduled_value,
        scheduled_quantity=sov_line.quantity,
        unit=sov_line.unit,
        unit_price=sov_line.unit_price,
    )
    figures.bring_forward(line, before)
    line.claimed_materials_previous = line.assessed_materials_previous = line.previous_materials
    return line


def claimable_lines(contract: Contract) -> list[SovLine]:
    """The contract's own lines, or their breakdown (R-SSOV), then those of its approved variations by their number."""
    own = billable_lines(contract)
    varied = (
        contract.lines.filter(variation__status=VariationStatus.APPROVED)
        .select_related("variation")
        .order_by("variation__approved_on", "variation__number", "position", "pk")
    )
    return [*own, *varied]


def _own_lines(claim: Claim) -> set[int]:
    """The lines of the contract itself that the claim bills."""
    return set(
        ClaimLine.objects.filter(claim=claim, sov_line__variation=None).values_list("sov_line_id", flat=True)
    )


@transaction.atomic
def delete_claim(actor: Actor, claim: Claim) -> None:
    """Take the contract's latest draft away; ``restore_claim`` brings it back. Deleting twice changes nothing."""
    contract_id = claim.contract_id
    Contract.objects.select_for_update().get(pk=contract_id)
    try:
        claim = lock_claim(claim.pk)
    except NotFound:
        return
    can_delete(actor, claim).require()
    claim.deleted_at = clock.now()
    save_claim(claim)
    record_on(actor, "claim.deleted", claim)


@transaction.atomic
def restore_claim(actor: Actor, claim: Claim) -> Claim:
    """Bring a deleted draft back, unless the contract has gone on without it."""
    contract = _locked(claim.contract)
    if side_of(actor, contract) is not Side.ADMIN:
        raise Refused(text("Only an administrator restores {claims}."))
    claim = lock_claim(claim.pk, deleted=True)
    if claim.deleted_at is None:
        return claim
    latest = latest_claim(contract)
    if latest is not None and latest.number >= claim.number:
        raise Refused(
            text(
                "{Claim} {number} was created since, in the place of this one. "
                "Delete that one first, then restore this one.",
                number=latest.number,
            )
        )
    if _own_lines(claim) != {line.pk for line in billable_lines(contract)}:
        raise Refused(
            text(
                "The {sov} was changed since this {claim} was deleted, so it can't be restored. Create it anew."
            )
        )
    claim.deleted_at = None
    save_claim(claim)
    record_on(actor, "claim.restored", claim)
    return claim
