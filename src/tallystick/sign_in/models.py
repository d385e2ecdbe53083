"""What is remembered about signing in."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tallystick.core import clock
from tallystick.core.ids import new_id
from tallystick.sign_in.states import AttemptKind, Proof


class Attempt(models.Model):
    """One attempt that did not succeed, or has not yet. Kept for a day, to slow down guessing.

    The address typed is kept as a keyed digest: people type passwords into the wrong field.
    """

    kind = models.CharField(max_length=16, choices=AttemptKind.choices)
    address = models.CharField(max_length=64)
    network = models.CharField(max_length=64, help_text="Where it came from: an IPv4 address or IPv6 /64.")
    at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = ""

    class Meta:
        indexes = (
            models.Index(fields=["kind", "address", "at"], name="attempt_by_address"),
            models.Index(fields=["kind", "network", "at"], name="attempt_by_network"),
            models.Index(fields=["at"], name="attempt_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.kind} from {self.network} at {self.at}"


class SignInCode(models.Model):
    """A code that somebody asked for, from the asking to its end. It goes with the browser that asked.

    ``login`` is empty where the address has none: such a row is answered like any other, and no code is right. A
    worker makes the code and mails it, so that the answer to whoever asks takes the same time either way.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.CharField(max_length=64, help_text="Keyed digest of the address that was typed.")
    digest = models.CharField(max_length=64, blank=True, help_text="Keyed digest of the code.")
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    issued_at = models.DateTimeField(null=True, blank=True, help_text="When a worker had seen to it.")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="A newer code took its place.")

    account_path: ClassVar[str] = ""

    class Meta:
        indexes = (
            models.Index(fields=["address", "created_at"], name="sign_in_code_by_address"),
            models.Index(
                fields=["created_at"], condition=models.Q(issued_at=None), name="sign_in_code_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"for {self.login or 'nobody'} at {self.created_at}"


class SignInSession(models.Model):
    """Where somebody is signed in: what the page of one's own sessions tells about one of Django's sessions.

    It goes with that session, and nobody can be signed in by a session that is gone.
    """

    session = models.OneToOneField("sessions.Session", on_delete=models.CASCADE, related_name="+")
    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=16, choices=Proof.choices, blank=True)
    network = models.CharField(max_length=64, help_text="Where it was last used from.")
    agent = models.CharField(max_length=400, blank=True, help_text="What the browser calls itself.")
    begun_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(default=clock.now, help_text="To within five minutes.")

    account_path: ClassVar[str] = ""

    class Meta:
        indexes = (models.Index(fields=["login", "used_at"], name="sign_in_session_by_login"),)

    def __str__(self) -> str:
        return f"{self.login} from {self.network}"


class TotpFactor(models.Model):
    """An app that shows codes. The secret is sealed (``core.vault``), bound to the log-in.

    ``last_step`` is the half minute of the newest code that was taken: none before it is taken again.
    """

    login = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    secret = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="Empty while it is being set up.")
    used_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)

    account_path: ClassVar[str] = ""

    def __str__(self) -> str:
        return f"app of {self.login}"


class Passkey(models.Model):
    """The public half of a passkey; the other half never leaves its device."""

    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, unique=True, help_text="Digest of the credential's id.")
    name = models.CharField(max_length=60)
    credential = models.BinaryField(help_text="Id and public key, as the device attested them.")
    sign_count = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = ""

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of the codes that stand in for a second step that is lost. Only its keyed digest is kept."""

    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = ""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["login", "digest"], name="recovery_code_once_per_login"),
        )

    def __str__(self) -> str:
        return f"of {self.login}, {'used' if self.used_at else 'unused'}"


class AccountSignIn(models.Model):
    """What an account asks of signing in. An account without a row asks nothing."""

    account = models.OneToOneField("directory.Account", on_delete=models.CASCADE, related_name="+")
    second_factor_for_admins = models.BooleanField(
        default=False, help_text="Whether whoever has a level of Admin needs a second factor."
    )

    account_path: ClassVar[str] = "account"

    def __str__(self) -> str:
        return f"signing in to {self.account}"


class CompanySignIn(models.Model):
    """An account's identity provider: single sign-on. An account without a row has none."""

    account = models.OneToOneField("directory.Account", on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(default=new_id, unique=True, editable=False, help_text="Names it in addresses.")
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=300)
    client_secret = models.TextField(help_text="Sealed, bound to the account.")
    domains = models.JSONField(default=list, help_text="Of the addresses that it vouches for.")
    required = models.BooleanField(default=False)
    proved_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody first signed in by it as it is set up now."
    )

    account_path: ClassVar[str] = "account"

    def __str__(self) -> str:
        return f"{self.issuer} for {self.account}"


class SsoLink(models.Model):
    """Who somebody is at an account's identity provider, once they have proved that the address is theirs too."""

    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="+")
    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=300)
    made_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "subject"], name="sso_link_once_per_subject"),
            models.UniqueConstraint(fields=["account", "login"], name="sso_link_once_per_login"),
        )

    def __str__(self) -> str:
        return f"{self.login} in {self.account}"
