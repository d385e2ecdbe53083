"""Tables of the DocuSign provider: the account's connection, and when an envelope was last read."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tallystick.core import clock
from tallystick.core.ids import new_id


class ConnectionState(models.TextChoices):
    """Whether the connection can be used."""

    CONNECTED = "connected", "Connected"
    RECONNECT = "reconnect", "Has to be connected again"


class DocusignConnection(models.Model):
    """An account's log-in at DocuSign. Tokens and keys are sealed (``vault``), each bound to account and column.

    ``key`` is the secret part of the webhook's address. Who refreshes the tokens notes so in ``refreshing_since``.
    """

    account = models.OneToOneField(
        "directory.Account", on_delete=models.CASCADE, related_name="docusign_connection"
    )
    key = models.UUIDField(default=new_id, unique=True, editable=False)
    state = models.CharField(
        max_length=10, choices=ConnectionState.choices, default=ConnectionState.CONNECTED
    )
    problem = models.TextField(blank=True, help_text="Why it has to be connected again, as a sentence.")
    docusign_account_id = models.CharField(max_length=64)
    docusign_account_name = models.CharField(max_length=200, blank=True)
    base_uri = models.CharField(max_length=200)
    user_name = models.CharField(max_length=200, blank=True)
    user_email = models.CharField(max_length=254, blank=True)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    connected_by_name = models.CharField(max_length=200)
    connected_at = models.DateTimeField(default=clock.now)

    access_token = models.TextField()
    access_expires_at = models.DateTimeField()
    refresh_token = models.TextField()
    refreshed_at = models.DateTimeField(default=clock.now)
    refreshing_since = models.DateTimeField(null=True, blank=True)
    hmac_keys = models.TextField(
        blank=True, help_text="JSON list of the account's active Connect keys, sealed."
    )

    waits_until = models.DateTimeField(
        null=True, blank=True, help_text="Nothing is asked before: DocuSign's limit was reached."
    )

    account_path: ClassVar[str] = "account"

    def __str__(self) -> str:
        return f"DocuSign ({self.docusign_account_name or self.docusign_account_id})"


class DocusignReading(models.Model):
    """When an envelope's details were last read: DocuSign allows that once in 15 minutes (esign §1.6)."""

    connection = models.ForeignKey(DocusignConnection, on_delete=models.CASCADE, related_name="readings")
    envelope_id = models.CharField(max_length=64)
    read_at = models.DateTimeField()

    account_path: ClassVar[str] = "connection__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["connection", "envelope_id"], name="reading_once_per_envelope"),
        )
        indexes = (models.Index(fields=["read_at"], name="docusign_reading_by_age"),)

    def __str__(self) -> str:
        return self.envelope_id
