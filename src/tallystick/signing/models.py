"""Envelopes: one request for signatures on one claim's document, its signers, its evidence, news about it."""

# terms: allow-file claim, claims

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from tallystick.core import clock
from tallystick.core.ids import new_id
from tallystick.signing.states import FINAL, LIVE, EnvelopeState, SignerState, SigningRule


class ProjectSigning(models.Model):
    """How a project has its claims signed. Without a row the defaults hold."""

    project = models.OneToOneField("directory.Project", on_delete=models.CASCADE, related_name="signing")
    provider = models.CharField(max_length=20, default="builtin", help_text="Names a kind of provider.")
    rule = models.CharField(max_length=3, choices=SigningRule.choices, default=SigningRule.ANY)
    expiry_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    remind_after_days = models.PositiveSmallIntegerField(
        default=3, validators=[MaxValueValidator(60)], help_text="0: no reminders."
    )
    remind_every_days = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    account_path: ClassVar[str] = "project__account"

    def __str__(self) -> str:
        return f"Signing on {self.project}"


class Envelope(models.Model):
    """One request for signatures on a claim as it was certified. It is written before anything is sent.

    ``key`` is ours and goes to the provider, so that after a lost answer the envelope is found by it; ``provider_ref``
    is the provider's. The signed file never changes: it is stored by its content.
    """

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="envelopes")
    claim_revision = models.PositiveIntegerField(help_text="The revision that is signed, and no other.")
    claim_version = models.PositiveIntegerField(help_text="The claim's version when it was asked for.")
    provider = models.CharField(max_length=20)
    key = models.UUIDField(default=new_id, unique=True, editable=False)
    provider_ref = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16, choices=EnvelopeState.choices, default=EnvelopeState.QUEUED)
    rule = models.CharField(max_length=3, choices=SigningRule.choices)
    is_draft = models.BooleanField(
        default=False, help_text="Somebody completes and sends it in the provider's own pages."
    )
    subject = models.CharField(max_length=300)
    message = models.TextField(blank=True)

    document = models.ForeignKey(
        "documents.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    document_name = models.CharField(max_length=255, blank=True)
    sign_spot = models.JSONField(
        null=True,
        default=None,
        help_text="Where the document has its line to sign: page, x, y, width, height.",
    )
    anchor = models.CharField(
        max_length=40, blank=True, help_text="What the texts drawn for the provider's fields begin with."
    )
    signed_file = models.ForeignKey(
        "documents.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    certificate = models.ForeignKey(
        "documents.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.ForeignKey(
        "documents.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    run = models.ForeignKey(
        "runs.Run", on_delete=models.SET_NULL, null=True, blank=True, related_name="envelopes"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_by_name = models.CharField(max_length=200)
    requested_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    all_signed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the provider said so; the signed file is fetched after that."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it ended, or why it is not out yet, as a sentence.")
    void_requested_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)
    void_requested_by_name = models.CharField(max_length=200, blank=True)

    remind_after_days = models.PositiveSmallIntegerField(default=0)
    remind_every_days = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    # What the worker has to do, and who is at it.
    may_exist = models.BooleanField(
        default=False, help_text="A try to send it has begun: it is looked for before the next one."
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.CharField(max_length=120, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    fetch_at = models.DateTimeField(null=True, blank=True, help_text="News came: worth a look from then on.")
    fetched_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = "claim__contract__project__account"

    class Meta:
        ordering = ("-requested_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=sorted(state.value for state in LIVE)),
                name="one_live_envelope_per_claim",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="envelope_once_per_provider_ref",
            ),
            models.CheckConstraint(
                condition=~Q(state=EnvelopeState.COMPLETED.value) | Q(signed_file__isnull=False),
                name="completed_envelope_has_its_file",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(state.value for state in FINAL), ended_at__isnull=False)
                | Q(state__in=sorted(state.value for state in LIVE), ended_at__isnull=True),
                name="final_envelope_has_ended",
            ),
        )
        indexes = (
            models.Index(fields=["claim", "-requested_at"], name="envelope_latest_of_claim"),
            models.Index(fields=["state", "next_try_at"], name="envelope_by_next_try"),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def is_live(self) -> bool:
        """Whether the claim is out by it."""
        return self.state in LIVE


class EnvelopeSigner(models.Model):
    """One of those who are asked: the claim contact as they were when it was sent (R-SIGN-4)."""

    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="signers")
    person = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    order = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=SignerState.choices, default=SignerState.WAITING)
    viewed_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why declined, or why mail came back.")

    account_path: ClassVar[str] = "envelope__claim__contract__project__account"

    class Meta:
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=["envelope", "email"], name="asked_once_per_envelope"),)

    def __str__(self) -> str:
        return self.name


class EnvelopeEvent(models.Model):
    """One thing that happened to an envelope: evidence, only ever appended.

    Each row holds the digest of the one before it, so that none can be changed or taken out unnoticed (``evidence``).
    """

    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="events")
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    name = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    account_path: ClassVar[str] = "envelope__claim__contract__project__account"

    class Meta:
        ordering = ("envelope", "position")
        constraints = (
            models.UniqueConstraint(fields=["envelope", "position"], name="evidence_position_once"),
        )

    def __str__(self) -> str:
        return self.name


class ProviderNews(models.Model):
    """A webhook as it came in, its proof checked. The same news, delivered again, is not kept again."""

    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="signature_news")
    provider = models.CharField(max_length=20)
    body_sha256 = models.CharField(max_length=64)
    provider_ref = models.CharField(max_length=200)
    event = models.CharField(max_length=80)
    recipient = models.CharField(max_length=120, blank=True)
    generated_at = models.CharField(max_length=60, blank=True)
    envelope = models.ForeignKey(
        Envelope,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="news",
        help_text="Empty: none of this account's is called so.",
    )
    raw = models.TextField()
    received_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["account", "provider", "provider_ref", "event", "recipient", "generated_at"],
                name="news_once",
            ),
        )
        indexes = (models.Index(fields=["received_at"], name="news_by_age"),)

    def __str__(self) -> str:
        return f"{self.event} {self.provider_ref}"


class ProviderCursor(models.Model):
    """Up to when an account's envelopes at a provider were looked over for changes."""

    account = models.ForeignKey(
        "directory.Account", on_delete=models.CASCADE, related_name="signature_cursors"
    )
    provider = models.CharField(max_length=20)
    since = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, help_text="Why the last look did not work.")

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "provider"], name="cursor_once_per_provider"),
        )

    def __str__(self) -> str:
        return f"{self.provider} up to {self.since}"


from tallystick.signing.builtin.models import (  # noqa: E402, F401 - tables of the app's own provider
    BuiltinSigner,
    SealCertificate,
)
from tallystick.signing.docusign.models import (  # noqa: E402, F401 - tables of one of the app's providers
    DocusignConnection,
    DocusignReading,
)
