"""DocuSign as the room for signatures has it. Everybody who is asked has to sign: DocuSign knows no *any one of them*
without signing groups, which its plans may lack, so ``finish`` has nothing to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tallystick.core import clock
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Account
from tallystick.signing.docusign.client import PAGE, Client, Json
from tallystick.signing.docusign.envelopes import definition
from tallystick.signing.docusign.models import ConnectionState, DocusignConnection, DocusignReading
from tallystick.signing.docusign.problems import ENDED, POLLING_GAP, Refusal
from tallystick.signing.docusign.snapshots import snapshot_of
from tallystick.signing.docusign.tokens import PROVIDER, connection_of
from tallystick.signing.docusign.webhook import hints_in
from tallystick.signing.registry import Kind, register
from tallystick.signing.seam import (
    MIB,
    Capabilities,
    Hint,
    ProviderRef,
    RefusedByProvider,
    SendRequest,
    SignedArtifacts,
    Signer,
    Snapshot,
)
from tallystick.signing.states import EnvelopeState

CAPABILITIES = Capabilities(
    needs_connection=True,
    needs_anchors=True,
    sender_view=True,
    correct_in_ui=True,
    any_one=False,
    max_document_bytes=25 * MIB,
    poll_every=POLLING_GAP,
    fetch_gap=POLLING_GAP,
)
READINGS_KEPT = timedelta(days=1)


class DocusignProvider:
    """As one account has connected it."""

    capabilities = CAPABILITIES

    def __init__(self, account: Account) -> None:
        self._connection = connection_of(account)
        self._client = Client(self._connection)

    def send(self, request: SendRequest) -> ProviderRef:
        """One envelope, in one call: document, signers, fields, reminders, expiry and where news goes."""
        size = sum(document.size for document in request.documents)
        if size > CAPABILITIES.max_document_bytes:
            raise RefusedByProvider(
                f"The document has {size // MIB} MB, and DocuSign takes {CAPABILITIES.max_document_bytes // MIB} MB."
            )
        return ProviderRef(self._client.create_envelope(definition(request, self._connection)))

    def find(self, key: UUID) -> ProviderRef | None:
        """By ``transactionId``. Of several, which never should be, the first one; what is voided counts last."""
        found = self._client.by_transaction(str(key))
        found.sort(key=lambda one: (_is_over(one), str(one.get("createdDateTime", ""))))
        return ProviderRef(str(found[0]["envelopeId"])) if found else None

    def fetch(self, refs: Sequence[ProviderRef]) -> list[Snapshot]:
        """Their statuses in one call, and signers of those that were not read within 15 minutes in another."""
        told: list[Snapshot] = []
        for start in range(0, len(refs), PAGE):
            ids = [ref.id for ref in refs[start : start + PAGE]]
            by_id = {str(one["envelopeId"]).casefold(): one for one in self._client.statuses(ids)}
            due = self._readable([one for one in ids if one.casefold() in by_id])
            if due:
                by_id |= {str(one["envelopeId"]).casefold(): one for one in self._client.details(due)}
            told += _snapshots([by_id[one.casefold()] for one in ids if one.casefold() in by_id])
        return told

    def changed_since(self, since: datetime) -> Iterator[Snapshot]:
        """By the list of what changed, which is one call for a hundred of them."""
        for envelope in self._client.changed_since(since):
            if (told := snapshot_of(envelope)) is not None:
                yield told

    def download(self, ref: ProviderRef) -> SignedArtifacts:
        """The signed documents with DocuSign's certificate at their end, and its record of what happened."""
        events = self._client.audit_events(ref.id)
        pdf = self._client.combined(ref.id)
        return SignedArtifacts(pdf=pdf, evidence=json.dumps(events, indent=1, sort_keys=True).encode())

    def void(self, ref: ProviderRef, reason: str) -> None:
        """Take it back; a draft goes into DocuSign's bin."""
        known = self._client.statuses([ref.id])
        if not known or _is_over(known[0]):
            return
        try:
            if str(known[0].get("status", "")).casefold() == "created":
                self._client.discard_draft(ref.id)
            else:
                self._client.void(ref.id, reason)
        except Refusal as problem:
            if problem.code not in ENDED:
                raise

    def finish(self, ref: ProviderRef) -> None:
        """Everybody who was asked signs."""

    def remind(self, ref: ProviderRef) -> None:
        """DocuSign writes once more to those whose turn it is."""
        self._client.resend(ref.id)

    def signing_url(self, ref: ProviderRef, signer: Signer, return_url: str) -> str | None:
        """Signers come by DocuSign's e-mail, and need no account there."""
        return None

    def sender_url(self, ref: ProviderRef, return_url: str) -> str | None:
        """A draft is completed and sent there, one that is out corrected; nothing for one that is over."""
        known = self._client.statuses([ref.id])
        status = str(known[0].get("status", "")).casefold() if known else ""
        if status == "created":
            return self._client.sender_view(ref.id, return_url)
        if status in ("sent", "delivered"):
            return self._client.correct_view(ref.id, return_url)
        return None

    def parse_webhook(self, headers: Mapping[str, str], raw: bytes) -> list[Hint]:
        """By the account's own keys."""
        return hints_in(self._connection, headers, raw)

    @transaction.atomic
    def _readable(self, ids: Sequence[str]) -> list[str]:
        """Those that nobody has read within 15 minutes; noted as read now, so that of several workers one reads."""
        now = clock.now()
        readings = DocusignReading.objects.filter(connection=self._connection)
        readings.filter(read_at__lte=now - READINGS_KEPT).delete()
        made = [DocusignReading(connection=self._connection, envelope_id=one, read_at=now) for one in ids]
        known = set(readings.filter(envelope_id__in=ids).values_list("envelope_id", flat=True))
        DocusignReading.objects.bulk_create(made, ignore_conflicts=True)
        old = readings.filter(envelope_id__in=known, read_at__lte=now - POLLING_GAP)
        again = set(old.select_for_update().values_list("envelope_id", flat=True))
        readings.filter(envelope_id__in=again).update(read_at=now)
        return [one for one in ids if one not in known or one in again]


def _snapshots(envelopes: Sequence[Json]) -> list[Snapshot]:
    return [told for one in envelopes if (told := snapshot_of(one)) is not None]


def _is_over(envelope: Json) -> bool:
    told = snapshot_of(envelope)
    return told is not None and told.state in (
        EnvelopeState.COMPLETED,
        EnvelopeState.DECLINED,
        EnvelopeState.VOIDED,
        EnvelopeState.EXPIRED,
    )


def ready(account: Account) -> Decision:
    """Whether the account can send by it now."""
    if not settings.DOCUSIGN_KEY:
        return refused(
            "This installation has no DocuSign app. Whoever runs it sets TALLYSTICK_DOCUSIGN_KEY first; "
            "docs/docusign.md says how."
        )
    state = DocusignConnection.objects.filter(account=account).values_list("state", flat=True).first()
    if state is None:
        return refused(
            "DocuSign is not connected. An administrator of the account connects it in the account’s settings."
        )
    if state == ConnectionState.RECONNECT:
        return refused(
            "DocuSign has to be connected again. An administrator of the account does so in the account’s settings."
        )
    return ALLOWED


register(Kind(PROVIDER, "DocuSign", "Send to DocuSign", CAPABILITIES, open=DocusignProvider, ready=ready))
