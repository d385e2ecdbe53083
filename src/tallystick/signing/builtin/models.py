"""What the built-in provider knows of a signer beyond the seam: what they read, agreed to and wrote."""

from typing import ClassVar

from django.db import models


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
