"""What the built-in provider knows of a signer beyond the seam: what they read, agreed to and wrote."""

from typing import ClassVar

from django.db import models

from tallystick.core import clock


class BuiltinSigner(models.Model):
    """One signer of an envelope that is signed here. The row is there from the sending on."""

    signer = models.OneToOneField("signing.EnvelopeSigner", on_delete=models.CASCADE, related_name="builtin")
    message = models.ForeignKey(
        "notifications.Message",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The e-mail that asked them, for what the mail server said.",
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    consent_version = models.CharField(max_length=20, blank=True)
    written_name = models.CharField(max_length=120, blank=True, help_text="Their signature, typed.")
    strokes = models.JSONField(
        null=True,
        default=None,
        help_text="Their signature, drawn: lines of points in thousandths of its width.",
    )
    answered_from = models.JSONField(
        default=dict, help_text="Address, browser and how they had proved who they are, when they answered."
    )

    account_path: ClassVar[str] = "signer__envelope__claim__contract__project__account"

    def __str__(self) -> str:
        return f"{self.signer} here"


class SealCertificate(models.Model):
    """An account's own certificate, by which its documents are sealed. Its key is kept sealed (``core.vault``)."""

    account = models.OneToOneField(
        "directory.Account", on_delete=models.CASCADE, related_name="seal_certificate"
    )
    pkcs12 = models.TextField(help_text="PKCS#12 without a passphrase, in base64, sealed.")
    subject = models.CharField(max_length=300)
    issuer = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the certificate.")
    valid_until = models.DateTimeField()
    uploaded_by_name = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    def __str__(self) -> str:
        return self.subject
