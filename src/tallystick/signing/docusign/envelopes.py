"""What an envelope is made of, by DocuSign's schema: every scalar is a text, numbers as well (esign §1.2)."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from tallystick.core import clock
from tallystick.signing.docusign.models import DocusignConnection
from tallystick.signing.seam import Anchors, SendRequest, Signer

LONGEST_SUBJECT = 100
LONGEST_MESSAGE = 10_000
WARN_DAYS = 3
EVENTS = (
    "envelope-sent",
    "envelope-delivered",
    "envelope-completed",
    "envelope-declined",
    "envelope-voided",
    "recipient-completed",
    "recipient-declined",
    "recipient-autoresponded",
)

Json = dict[str, Any]


def definition(request: SendRequest, connection: DocusignConnection) -> Json:
    """The body that makes the envelope. Our key is its ``transactionId``: by that it is found after a lost answer."""
    made: Json = {
        "emailSubject": request.subject[:LONGEST_SUBJECT],
        "emailBlurb": request.message[:LONGEST_MESSAGE],
        "status": "created" if request.as_draft else "sent",
        "transactionId": str(request.key),
        "allowReassign": "false",
        "documents": [
            {
                "documentBase64": base64.b64encode(document.path.read_bytes()).decode(),
                "name": document.name,
                "fileExtension": "pdf",
                "documentId": str(number),
            }
            for number, document in enumerate(request.documents, start=1)
        ],
        "recipients": {"signers": [_signer(signer) for signer in request.signers]},
        "customFields": {
            "textCustomFields": [
                {"name": name, "value": value[:100], "show": "false", "required": "false"}
                for name, value in request.labels.items()
            ]
        },
        "notification": _notification(request),
    }
    if address := webhook_address(connection):
        made["eventNotification"] = _news_to(address)
    return made


def _signer(signer: Signer) -> Json:
    """All in the same place of the order are asked at once, and each of them has to sign."""
    made: Json = {
        "email": signer.email,
        "name": signer.name[:100],
        "recipientId": signer.id,
        "routingOrder": str(signer.order),
    }
    if tabs := _tabs(signer.anchors):
        made["tabs"] = tabs
    return made


def _tabs(anchors: Anchors) -> Json:
    """Fields where the document has their texts; one that has none lets the signer choose the place."""
    named = (
        ("signHereTabs", anchors.signature, "-4"),
        ("dateSignedTabs", anchors.date, "0"),
        ("fullNameTabs", anchors.name, "0"),
    )
    return {
        kind: [
            {
                "anchorString": text,
                "anchorUnits": "pixels",
                "anchorXOffset": "0",
                "anchorYOffset": down,
                "anchorIgnoreIfNotPresent": "false",
                "anchorCaseSensitive": "true",
            }
        ]
        for kind, text, down in named
        if text
    }


def _notification(request: SendRequest) -> Json:
    """Reminders and expiry are DocuSign's own work; it counts in days."""
    days = max(1, -((clock.now() - request.expires_at) // timedelta(days=1)))
    return {
        "useAccountDefaults": "false",
        "reminders": {
            "reminderEnabled": "true" if request.remind_after_days else "false",
            "reminderDelay": str(request.remind_after_days),
            "reminderFrequency": str(request.remind_every_days),
        },
        "expirations": {
            "expireEnabled": "true",
            "expireAfter": str(days),
            "expireWarn": str(WARN_DAYS if days > WARN_DAYS else 0),
        },
    }


def webhook_address(connection: DocusignConnection) -> str:
    """Where DocuSign tells news of this account; empty where it could not, or nobody could prove that it was it."""
    if not connection.hmac_keys or not settings.PUBLIC_URL.startswith("https://"):
        return ""
    return settings.PUBLIC_URL + reverse("docusign-news", args=[connection.key])


def _news_to(address: str) -> Json:
    return {
        "url": address,
        "requireAcknowledgment": "true",
        "loggingEnabled": "true",
        "includeHMAC": "true",
        "deliveryMode": "SIM",
        "events": list(EVENTS),
        "eventData": {"version": "restv2.1", "format": "json", "includeData": ["custom_fields"]},
    }
