"""The seam between Tallystick and whoever collects signatures (esign §4).

``claims`` and ``web`` know only what stands here. A provider is a folder beside this file that registers a ``Kind``
(``registry``). Its methods talk to the other side and change nothing of ours: ``sending``, ``settling`` and
``collecting`` call them from a worker, in steps that are safe to repeat, and write down what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from tallystick.core.errors import TallystickProblem
from tallystick.signing.states import EnvelopeState, SignerState, SigningRule

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do, and what has to be minded with it.

    ``is_local``: its own tables are in our database; it is called in our transactions, and answers at once.
    ``needs_connection``: somebody has to connect an account first. ``needs_anchors``: fields are placed where texts
    stand in the document, so it gets a copy with them drawn in white. ``embedded``: ``signing_url`` leads to a page
    for one signer. ``sender_view``: a draft can be opened in its own pages, to add documents and recipients.
    ``correct_in_ui``: so can one that is out. ``any_one``: an envelope can end with the first of several signatures;
    else everybody signs, whatever the project chose. ``poll_every`` is the pause between two calls of
    ``changed_since``, ``fetch_gap`` between two fetches of one envelope, however much news of it comes in.
    """

    is_local: bool = False
    needs_connection: bool = False
    needs_anchors: bool = False
    embedded: bool = False
    sender_view: bool = False
    correct_in_ui: bool = False
    any_one: bool = True
    max_document_bytes: int = 25 * MIB
    poll_every: timedelta = timedelta(minutes=15)
    fetch_gap: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF to be signed, as it lies in the store. ``name`` is the file's."""

    name: str
    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Anchors:
    """Texts drawn in white on the copy that goes out, where a signer's fields belong; nobody can guess them.

    Empty on one that shows no place for this signer.
    """

    signature: str = ""
    name: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who is asked to sign. ``id`` is ours (``EnvelopeSigner``), ``order`` counts from 1; equal ones are asked
    at the same time."""

    id: str
    name: str
    email: str
    order: int = 1
    anchors: Anchors = Anchors()


@dataclass(frozen=True, slots=True)
class SendRequest:
    """An envelope to be made. ``key`` is ours, stored before anything is sent: the same key is the same envelope.

    ``labels`` are facts to be kept with it on the other side, such as the number of the claim. With ``as_draft`` it is
    only prepared: somebody goes on in the provider's own pages (``sender_view``).
    """

    key: UUID
    subject: str
    message: str
    documents: tuple[Document, ...]
    signers: tuple[Signer, ...]
    rule: SigningRule
    expires_at: datetime
    remind_after_days: int = 0
    remind_every_days: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    as_draft: bool = False


@dataclass(frozen=True, slots=True)
class ProviderRef:
    """How the other side calls the envelope."""

    id: str


@dataclass(frozen=True, slots=True)
class SignerSnapshot:
    """A signer as the other side knows them; found by ``id`` (ours) where it kept that, else by ``email``."""

    state: SignerState
    id: str = ""
    email: str = ""
    name: str = ""
    at: datetime | None = None
    """When they came into this state."""
    reason: str = ""
    """Why they declined, or why mail to them came back."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An envelope as the other side tells it now. ``key`` is ours, where the other side kept it."""

    ref: ProviderRef
    state: EnvelopeState
    key: UUID | None = None
    signers: tuple[SignerSnapshot, ...] = ()
    at: datetime | None = None
    reason: str = ""
    """Why it was declined or voided."""


@dataclass(frozen=True, slots=True)
class SignedArtifacts:
    """What is left when everybody has signed. ``pdf`` is the signed file byte for byte, its certificate of completion
    included where the provider puts it there; else ``certificate`` is that one alone. ``evidence`` is JSON."""

    pdf: bytes
    evidence: bytes = b""
    certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class Hint:
    """News that something happened to an envelope: only a reason to look, never the truth itself.

    ``account`` is the provider's id of the account that the news is about, compared with the connected one.
    """

    ref: ProviderRef
    event: str
    recipient: str = ""
    generated_at: str = ""
    account: str = ""


class ProviderProblem(TallystickProblem):
    """Something went wrong at the provider; ``str()`` says it to a person. Raised as one of the kinds below."""


class RefusedByProvider(ProviderProblem):
    """For good: trying the same again would be refused again. Nothing was made."""


class Unavailable(ProviderProblem):
    """Not now, and certainly nothing happened: a limit was reached, it is down, it could not be reached.

    ``retry_at`` is when it makes sense to try again, where the provider said so.
    """

    def __init__(self, message: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class AnswerLost(ProviderProblem):
    """It may have happened, or not: time-out, broken connection, 5xx. ``find`` comes before the next try."""


class NotConnected(ProviderProblem):
    """Somebody has to connect, or connect again, before anything goes out."""


class BadNews(ProviderProblem):
    """A webhook whose proof does not hold, or that can't be read: answered with 401 or 400, and not kept."""


class SignatureProvider(Protocol):
    """One connected provider. Methods may raise any ``ProviderProblem``; anything else counts as ``AnswerLost``."""

    capabilities: Capabilities

    def send(self, request: SendRequest) -> ProviderRef:
        """Make the envelope and send it, or only make it with ``as_draft``."""
        ...

    def find(self, key: UUID) -> ProviderRef | None:
        """The envelope made with our key, after an answer was lost; ``None`` when there certainly is none."""
        ...

    def fetch(self, refs: Sequence[ProviderRef]) -> list[Snapshot]:
        """These envelopes as they are now, in as few calls as possible; one that is unknown there is left out."""
        ...

    def changed_since(self, since: datetime) -> Iterator[Snapshot]:
        """Every envelope of the account that changed since; also ones that we know nothing of."""
        ...

    def download(self, ref: ProviderRef) -> SignedArtifacts:
        """The signed file and its evidence, once the envelope is completed."""
        ...

    def void(self, ref: ProviderRef, reason: str) -> None:
        """Take it back. Done already, or ended some other way meanwhile: no problem, ``fetch`` tells which."""
        ...

    def finish(self, ref: ProviderRef) -> None:
        """By the rule *any one*: let it be complete with the signatures that it has. A provider that ends such
        envelopes by itself does nothing."""
        ...

    def remind(self, ref: ProviderRef) -> None:
        """Ask those who have not signed once more."""
        ...

    def signing_url(self, ref: ProviderRef, signer: Signer, return_url: str) -> str | None:
        """A page where this signer signs now (``embedded``); short-lived, asked for when it is opened."""
        ...

    def sender_url(self, ref: ProviderRef, return_url: str) -> str | None:
        """Its own page where a draft is completed and sent, or one that is out corrected (``sender_view``)."""
        ...

    def parse_webhook(self, headers: Mapping[str, str], raw: bytes) -> list[Hint]:
        """Check the proof over the raw bytes, then read which envelopes are worth a look. Raises ``BadNews``."""
        ...
