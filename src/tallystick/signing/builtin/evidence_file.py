"""The evidence of an envelope as one JSON file: what was signed, by whom, how they were known, and the chain."""

from __future__ import annotations

import json
from typing import Any

from tallystick.signing.builtin.consent import consent_text
from tallystick.signing.builtin.models import BuiltinSigner
from tallystick.signing.chain import VERSION
from tallystick.signing.evidence import chain_of
from tallystick.signing.models import Envelope


def evidence_of(envelope: Envelope, seal: dict[str, Any]) -> bytes:
    """The file as it is embedded before sealing. ``seal`` says which certificate seals, and at what level."""
    claim = envelope.claim
    document = envelope.document
    found: dict[str, Any] = {
        "tallystick_signature": VERSION,
        "key": str(envelope.key),
        "claim": {
            "project": f"{claim.contract.project.number} {claim.contract.project.name}",
            "contract": claim.contract.number,
            "number": claim.number,
            "revision": envelope.claim_revision,
        },
        "document": {
            "name": envelope.document_name,
            "sha256": document.sha256 if document else "",
            "size": document.size if document else 0,
        },
        "rule": envelope.rule,
        "requested_by": envelope.requested_by_name,
        "seal": seal,
        "signers": [_signer(row) for row in signers_of(envelope)],
        "events": chain_of(envelope),
    }
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode()


def signers_of(envelope: Envelope) -> list[BuiltinSigner]:
    """Everybody who was asked, with what is known of them here."""
    rows = BuiltinSigner.objects.filter(signer__envelope=envelope)
    return list(
        rows.select_related("signer__person__company", "message").order_by("signer__order", "signer_id")
    )


def company_of(row: BuiltinSigner) -> str:
    """For whom they sign."""
    return row.signer.person.company.name if row.signer.person else ""


def _signer(row: BuiltinSigner) -> dict[str, Any]:
    signer, message = row.signer, row.message
    company = company_of(row)
    return {
        "name": signer.name,
        "email": signer.email,
        "company": company,
        "state": signer.state,
        "signed_at": signer.signed_at.isoformat() if signer.signed_at else None,
        "signature": {"typed": row.written_name, "drawn": row.strokes},
        "consent": {"version": row.consent_version, "text": consent_text(row.consent_version, company)}
        if row.consent_version
        else None,
        "answered_from": row.answered_from,
        "asked_by_message": {
            "message_id": message.headers.get("Message-ID", ""),
            "status": message.status,
            "mail_server_said": message.last_answer,
            "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        }
        if message
        else None,
    }
