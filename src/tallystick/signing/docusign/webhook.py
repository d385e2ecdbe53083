"""News from DocuSign Connect: the proof over the raw bytes, then only which envelope it is about (esign §1.5, §6)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Mapping, Sequence

from tallystick.core.vault import CannotUnseal, seal, unseal
from tallystick.signing.docusign.models import DocusignConnection
from tallystick.signing.docusign.tokens import place
from tallystick.signing.seam import BadNews, Hint, ProviderRef

logger = logging.getLogger("tallystick.signing.docusign")

LARGEST = 1024 * 1024
MOST_KEYS = 10
_NUMBERED = re.compile(r"x-docusign-signature-[0-9]{1,3}", re.IGNORECASE)


def keys_of(connection: DocusignConnection) -> list[str]:
    """The account's active Connect keys. None where they can't be opened: then nothing is believed."""
    try:
        opened = unseal(connection.hmac_keys, place(connection, "hmac_keys"))
    except CannotUnseal as cause:
        logger.error("the webhook keys of DocuSign connection %s do not open: %s", connection.pk, cause)
        return []
    return [str(key) for key in json.loads(opened)] if opened else []


def sealed_keys(connection: DocusignConnection, keys: Sequence[str]) -> str:
    """The column that keeps them."""
    return seal(json.dumps(list(keys)), place(connection, "hmac_keys")) if keys else ""


def signature_of(key: str, raw: bytes) -> str:
    """What DocuSign writes into the header for this key."""
    return base64.b64encode(hmac.new(key.encode(), raw, hashlib.sha256).digest()).decode()


def is_proved(keys: Sequence[str], headers: Mapping[str, str], raw: bytes) -> bool:
    """Whether any of the keys made any of the numbered signatures, compared in constant time."""
    given = [value.strip() for name, value in headers.items() if _NUMBERED.fullmatch(name)][: MOST_KEYS * 2]
    made = [signature_of(key, raw) for key in keys]
    # Every pair is compared, whatever came out before.
    same = [
        hmac.compare_digest(mine.encode(), theirs.encode("utf-8", "replace"))
        for mine in made
        for theirs in given
    ]
    return True in same


def hints_in(connection: DocusignConnection, headers: Mapping[str, str], raw: bytes) -> list[Hint]:
    """Which envelopes are worth a look. News about another DocuSign account is none. Raises ``BadNews``."""
    if len(raw) > LARGEST:
        raise BadNews("This is larger than any news that DocuSign sends.")
    if not is_proved(keys_of(connection), headers, raw):
        raise BadNews("None of its signatures was made with one of the account's keys.")
    try:
        told = json.loads(raw)
        data = told["data"]
        account, envelope = str(data["accountId"]), str(data["envelopeId"])
    except (ValueError, KeyError, TypeError) as cause:
        raise BadNews("It does not say which envelope it is about.") from cause
    if account.casefold() != connection.docusign_account_id.casefold():
        logger.warning("news for DocuSign account %s came to connection %s", account, connection.pk)
        return []
    return [
        Hint(
            ProviderRef(envelope),
            event=str(told.get("event", "")),
            recipient=str(data.get("recipientId", "")),
            generated_at=str(told.get("generatedDateTime", "")),
            account=account,
        )
    ]
