"""Rows of the permission matrix for exports and for filling in from a spreadsheet."""

from tests.arch.permission_world import (
    COMMITMENTS_READER,
    CONTRACT_ADMIN,
    CONTRACT_READER,
    MEMBER,
    NOT_TAKEN,
    OWN_UPLOAD,
    UPSTREAM_READER,
    Row,
)

# Whoever uploaded it and nobody else; here somebody else did.
OWN_CLAIM_UPLOAD = "s444444o4"

SHEETS: dict[str, Row] = {
    "claim-fill": (CONTRACT_READER, CONTRACT_READER),
    "claim-fill-check": (OWN_CLAIM_UPLOAD, OWN_CLAIM_UPLOAD),
    "variation-import": (CONTRACT_ADMIN, CONTRACT_ADMIN),
    "variation-import-check": (OWN_UPLOAD, OWN_UPLOAD),
    "claim-export": (CONTRACT_READER, NOT_TAKEN),
    "claim-history-export": (CONTRACT_READER, NOT_TAKEN),
    "claims-export": (COMMITMENTS_READER, COMMITMENTS_READER),
    "retention-export": (COMMITMENTS_READER, NOT_TAKEN),
    "commitments-export": (COMMITMENTS_READER, NOT_TAKEN),
    "head-contracts-export": (UPSTREAM_READER, NOT_TAKEN),
    "periods-export": (MEMBER, NOT_TAKEN),
    "sov-export": (CONTRACT_READER, NOT_TAKEN),
    "variations-export": (CONTRACT_READER, NOT_TAKEN),
    "contract-history-export": (CONTRACT_ADMIN, NOT_TAKEN),
    "contract-retention-export": (CONTRACT_READER, NOT_TAKEN),
    "payments-export": (CONTRACT_READER, NOT_TAKEN),
}
