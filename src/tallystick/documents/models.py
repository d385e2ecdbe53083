"""Files and what they belong to: attachments, the claim's PDF, signed versions, compiled backups."""

# terms: allow-file claims, claim

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tallystick.core import clock


class StoredFile(models.Model):
    """Bytes in the account's content-addressed store, and what ingest made of them.

    The same bytes uploaded twice by one account are one row. ``ingest`` is an ``IngestResult`` as JSON;
    it is empty until the file has been looked at.
    """

    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="files")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120, blank=True)
    ingest = models.JSONField(null=True, default=None)
    unlocked_at = models.DateTimeField(
        null=True, default=None, help_text="When somebody opened it with its password, which is not kept."
    )
    taken_at = models.DateTimeField(
        null=True, default=None, help_text="When a worker began to look at it; after a while another may."
    )
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "sha256"], name="file_content_once_per_account"),
        )
        indexes = (models.Index(fields=["id"], condition=Q(ingest__isnull=True), name="file_not_looked_at"),)

    def __str__(self) -> str:
        return self.sha256[:12]


class Attachment(models.Model):
    """A paper on a claim, a contract or a company's record, under the name that it was uploaded with."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    claim = models.ForeignKey(
        "claims.Claim", on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    company = models.ForeignKey(
        "directory.Company", on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    answers = models.CharField(
        max_length=120, blank=True, help_text="Which of the project's required papers it is."
    )
    position = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = "file__account"

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(claim__isnull=False, contract__isnull=True, company__isnull=True)
                    | Q(claim__isnull=True, contract__isnull=False, company__isnull=True)
                    | Q(claim__isnull=True, contract__isnull=True, company__isnull=False)
                ),
                name="attachment_has_one_owner",
            ),
        )

    def __str__(self) -> str:
        return self.name


class InsuranceCertificate(models.Model):
    """Which of a company's papers is the certificate of an insurance; the paper's own policy guards it."""

    insurance = models.OneToOneField(
        "directory.Insurance", on_delete=models.CASCADE, related_name="certificate"
    )
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="certifies")

    account_path: ClassVar[str] = "insurance__company__account"

    def __str__(self) -> str:
        return f"Certificate of {self.insurance}"


class ClaimDocument(models.Model):
    """A rendering of a claim's own PDF. The digest is of everything that the paper shows."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="documents")
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "claim__contract__project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["claim", "digest"], name="claim_rendered_once_per_content"),
        )

    def __str__(self) -> str:
        return f"PDF of {self.claim}"


class SignedDocument(models.Model):
    """The signed version of a claim's PDF; it takes the default one's place everywhere (R-COMPILE-6)."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="signed_documents")
    revision = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    stored_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = "claim__contract__project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["claim"], condition=Q(withdrawn_at__isnull=True), name="one_signed_version_per_claim"
            ),
        )

    def __str__(self) -> str:
        return f"Signed {self.claim}"


class Backup(models.Model):
    """A compiled backup: ONE PDF of the selected claims with all of their papers (R-COMPILE-2)."""

    project = models.ForeignKey("directory.Project", on_delete=models.CASCADE, related_name="backups")
    run = models.OneToOneField("runs.Run", on_delete=models.CASCADE, related_name="backup")
    selection = models.JSONField(help_text="Ids of the claims, in the order of the document.")
    digest = models.CharField(max_length=64, help_text="Of everything in the document; the cache key.")
    file_key = models.CharField(max_length=200, help_text="Where the storage has it.")
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    plan_digest = models.CharField(max_length=64, help_text="The same digest is the same bytes.")
    page_count = models.PositiveIntegerField()
    paper_count = models.PositiveIntegerField(
        default=0, help_text="Of the claims' papers, their own not counted."
    )
    manifest_sha256 = models.CharField(max_length=64)
    notes = models.JSONField(default=list, help_text="What could not be merged, and why.")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, default=None, help_text="When those who asked were told.")

    account_path: ClassVar[str] = "project__account"

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=["project", "digest"], name="backup_by_digest"),)

    def __str__(self) -> str:
        return self.file_name
