"""The built-in provider behind the seam. Its tables are here, so sending it is a matter of our own transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from tallystick.directory.models import Account
from tallystick.notifications.models import AddressState, Message
from tallystick.notifications.states import MessageStatus
from tallystick.signing import mail, settling
from tallystick.signing.builtin.models import BuiltinSigner
from tallystick.signing.builtin.snapshots import snapshot_of
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.registry import BUILTIN, Kind, register
from tallystick.signing.seam import (
    BadNews,
    Capabilities,
    Hint,
    ProviderRef,
    RefusedByProvider,
    SendRequest,
    SignedArtifacts,
    Signer,
    Snapshot,
)
from tallystick.signing.states import OUT, SignerState
from tallystick.signing.taking import loaded

CAPABILITIES = Capabilities(
    is_local=True, embedded=True, poll_every=timedelta(days=1), fetch_gap=timedelta(0)
)
NOT_DELIVERED = (MessageStatus.FAILED, MessageStatus.GIVEN_UP, MessageStatus.SUPPRESSED)


class BuiltinProvider:
    """Asks by an e-mail of ours, has the document read and signed on pages of ours, and seals it (esign §5)."""

    capabilities = CAPABILITIES

    def __init__(self, account: Account) -> None:
        self._account = account

    def send(self, request: SendRequest) -> ProviderRef:
        """Write the signers' rows and the e-mails, in the caller's transaction. Again: nothing more."""
        envelope = self._envelope(request.key)
        asked = {message.address: message for message in mail.ask(envelope, self._path(envelope))}
        for signer in envelope.signers.select_related("person__login"):
            if signer.person is None or signer.person.login is None:
                raise RefusedByProvider(
                    f"{signer.name} has no log-in, so they could not be let in to sign. "
                    "Give them one in the directory, then send it again."
                )
            BuiltinSigner.objects.update_or_create(
                signer=signer, defaults={"message": asked.get(signer.email.strip().lower())}
            )
        return ProviderRef(request.key.hex)

    def find(self, key: UUID) -> ProviderRef | None:
        """What was sent is here, or was not sent."""
        sent = BuiltinSigner.objects.filter(signer__envelope__key=key).exists()
        return ProviderRef(key.hex) if sent else None

    def fetch(self, refs: Sequence[ProviderRef]) -> list[Snapshot]:
        """From our own rows."""
        return [snapshot_of(self._envelope(UUID(hex=ref.id))) for ref in refs]

    def changed_since(self, since: datetime) -> Iterator[Snapshot]:
        """Everything is settled when it happens, so there is never news."""
        return iter(())

    def download(self, ref: ProviderRef) -> SignedArtifacts:
        """Seal what was signed."""
        from tallystick.signing.builtin.sealing import seal_envelope

        return seal_envelope(self._envelope(UUID(hex=ref.id)))

    def void(self, ref: ProviderRef, reason: str) -> None:
        """Nothing more to do: its pages ask the envelope."""

    def finish(self, ref: ProviderRef) -> None:
        """It ends with the first signature by itself."""

    def remind(self, ref: ProviderRef) -> None:
        """Another e-mail to those who have not answered; in the caller's transaction."""
        envelope = self._envelope(UUID(hex=ref.id))
        again = f"{envelope.reminded_at:%Y%m%d%H%M%S}" if envelope.reminded_at else "1"
        mail.ask(envelope, self._path(envelope), again=again)

    def signing_url(self, ref: ProviderRef, signer: Signer, return_url: str) -> str | None:
        """Our own page."""
        return reverse("signature-signing", args=[UUID(hex=ref.id)])

    def sender_url(self, ref: ProviderRef, return_url: str) -> str | None:
        """Bulk and single sending are the same here."""
        return None

    def parse_webhook(self, headers: Mapping[str, str], raw: bytes) -> list[Hint]:
        """Nobody sends us news of our own."""
        raise BadNews("The built-in provider has no webhook.")

    def _envelope(self, key: UUID) -> Envelope:
        return loaded(
            Envelope.objects.filter(
                key=key, provider=BUILTIN, claim__contract__project__account=self._account
            )
        ).get()

    @staticmethod
    def _path(envelope: Envelope) -> str:
        return reverse("signature-signing", args=[envelope.key])


def watch_mail() -> int:
    """Note whose e-mail was not delivered; how many. A chore of every worker."""
    refused = Exists(
        AddressState.objects.filter(
            account=OuterRef("envelope__claim__contract__project__account"), address__iexact=OuterRef("email")
        )
    )
    lost = EnvelopeSigner.objects.filter(
        Q(builtin__message__status__in=NOT_DELIVERED) | refused,
        envelope__provider=BUILTIN,
        envelope__state__in=OUT,
        state__in=[SignerState.WAITING, SignerState.SENT],
    )
    count = 0
    for signer in lost.select_related("builtin__message", "envelope")[:100]:
        envelope = signer.envelope
        told = snapshot_of(envelope, {signer.pk: SignerState.BOUNCED}, reason=_why(signer.builtin.message))
        settling.settle(envelope.pk, told)
        count += 1
    return count


def _why(message: Message | None) -> str:
    if message is None:
        return "The address takes no mail."
    return message.last_answer or message.reason or "The address takes no mail."


register(Kind(BUILTIN, "Built-in signing", "Send for signature", CAPABILITIES, open=BuiltinProvider))
