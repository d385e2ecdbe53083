"""Rows of the permission matrix for signatures, and the envelope that their addresses name."""

from datetime import timedelta

from tallystick.claims.models import Claim
from tallystick.core import clock
from tallystick.signing.models import Envelope
from tallystick.signing.states import SigningRule
from tests.arch.permission_world import (
    ACCOUNT_ADMIN,
    CONTRACT_ADMIN,
    CONTRACT_READER,
    NOT_TAKEN,
    PROJECT_ADMIN,
    Row,
    World,
)

NOTHING = "s44444444"
NOT_ASKED = "s44434433"

SIGNATURES: dict[str, Row] = {
    "claims-signing": (NOT_TAKEN, PROJECT_ADMIN),
    "claims-signing-reminders": (NOT_TAKEN, PROJECT_ADMIN),
    "claims-signing-voiding": (NOT_TAKEN, PROJECT_ADMIN),
    "account-seal": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "account-seal-removal": (NOT_TAKEN, ACCOUNT_ADMIN),
    "project-signing": (PROJECT_ADMIN, PROJECT_ADMIN),
    "signature": (CONTRACT_READER, NOT_TAKEN),
    "signature-voiding": (NOT_TAKEN, CONTRACT_ADMIN),
    "signature-reminder": (NOT_TAKEN, CONTRACT_ADMIN),
    # Nobody of these readers is asked to sign; whoever sees the claim is led to where it says how far it is.
    "signature-signing": (CONTRACT_READER, CONTRACT_READER),
    "signature-opening": (NOT_TAKEN, NOT_ASKED),
    "signature-refusal": (NOT_TAKEN, NOT_ASKED),
    # It is not drawn, and not signed (tests/signing/test_signing_pages.py).
    "signature-page": (NOTHING, NOT_TAKEN),
    "signature-document": (NOTHING, NOT_TAKEN),
    "signature-evidence": (NOTHING, NOT_TAKEN),
}


def add_signatures(world: World) -> None:
    """An envelope of the claim; nobody has drawn or sent it."""
    claim = Claim.objects.get(pk=world.ids["claim_id"])
    envelope = Envelope.objects.create(
        claim=claim,
        claim_revision=claim.revision,
        claim_version=claim.version,
        provider="builtin",
        rule=SigningRule.ANY,
        subject="Please sign",
        requested_by_name="Somebody",
        expires_at=clock.now() + timedelta(days=30),
    )
    world.ids["envelope_key"] = envelope.key
    world.ids["page_number"] = 1
