"""Rows of the permission matrix for claims and documents, and the things that their addresses name."""

from tallystick.audit.models import Event
from tallystick.claims.creation import create_claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.models import Contract
from tallystick.directory.models import Person
from tallystick.periods.models import BillingPeriod
from tests import factories as make
from tests.arch.permission_rows_documents import DOCUMENTS, add_documents
from tests.arch.permission_rows_docusign import add_docusign
from tests.arch.permission_rows_invites import add_invites
from tests.arch.permission_rows_law import LAW, add_law
from tests.arch.permission_rows_messages import add_messages
from tests.arch.permission_rows_money import MONEY, add_money
from tests.arch.permission_rows_sign_in import add_sign_in
from tests.arch.permission_rows_signatures import SIGNATURES, add_signatures
from tests.arch.permission_world import (
    COMMITMENTS_READER,
    CONTRACT_ADMIN,
    CONTRACT_READER,
    NOT_TAKEN,
    PROJECT_ADMIN,
    Row,
    World,
    held_sheet,
)

CLAIMS: dict[str, Row] = {
    # A project's claims
    "claims": (COMMITMENTS_READER, NOT_TAKEN),
    "claim-new": (COMMITMENTS_READER, COMMITMENTS_READER),
    "claim-batch": (NOT_TAKEN, PROJECT_ADMIN),
    "claim-statuses": (NOT_TAKEN, PROJECT_ADMIN),
    # One claim, a draft: its contact may type and submit, and only an administrator deletes it
    "claim": (CONTRACT_READER, NOT_TAKEN),
    "claim-checks": (CONTRACT_READER, NOT_TAKEN),
    "claim-entries": (CONTRACT_READER, CONTRACT_READER),
    "claim-summary": (CONTRACT_READER, NOT_TAKEN),
    "claim-papers": (CONTRACT_READER, NOT_TAKEN),
    "claim-review": (CONTRACT_READER, CONTRACT_READER),
    "claim-comparison": (CONTRACT_READER, NOT_TAKEN),
    "claim-variations": (NOT_TAKEN, CONTRACT_READER),
    "claim-history": (CONTRACT_READER, NOT_TAKEN),
    "claim-event": (CONTRACT_READER, NOT_TAKEN),
    "claim-as-at": (CONTRACT_READER, NOT_TAKEN),
    "claim-as-at-pdf": (CONTRACT_READER, NOT_TAKEN),
    "claim-revision-pdf": (CONTRACT_READER, NOT_TAKEN),
    "claim-details": (CONTRACT_READER, CONTRACT_READER),
    "claim-status": (NOT_TAKEN, CONTRACT_READER),
    "claim-deletion": (NOT_TAKEN, CONTRACT_ADMIN),
    "claim-restoration": (NOT_TAKEN, CONTRACT_ADMIN),
    **MONEY,
    **LAW,
    **DOCUMENTS,
    **SIGNATURES,
}


def add_claims(world: World) -> None:
    """Add what the addresses of claims and documents name to ``world.ids``."""
    # On a contract of its own, so that the lines of the other one can still be changed.
    first = Contract.objects.select_related("project", "company").get(pk=world.ids["contract_id"])
    contract = make.make_contract(first.project, first.company)
    make.contracts.add_claim_contact(make.OPERATOR, contract, Person.objects.get(pk=world.ids["person_id"]))
    period = BillingPeriod.objects.get(pk=world.ids["period_id"])
    claim = create_claim(make.OPERATOR, contract, period)
    for status in (ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED, ClaimStatus.DRAFT):
        move_claim(make.OPERATOR, claim, status, reason="For a second look")
    world.ids["claim_id"] = claim.pk
    world.ids["revision"] = 0
    world.ids["event_id"] = (
        Event.objects.filter(subject_type="claims.claim", subject_id=str(claim.pk)).latest("pk").pk
    )
    add_money(world)
    add_law(world)
    add_messages(world)
    add_docusign(world)
    add_invites(world)
    add_sign_in(world)
    world.ids["held_claim_id"] = held_sheet(world.admin, "claim", world.ids["claim_id"])
    add_documents(world)
    add_signatures(world)
