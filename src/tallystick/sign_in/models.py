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
