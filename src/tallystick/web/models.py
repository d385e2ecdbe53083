"""What the web layer itself has to remember."""

from typing import ClassVar

from django.db import models

from tallystick.core import clock


class FailedSignIn(models.Model):
    """One attempt that did not succeed. Kept for a day, to slow down guessing.

    The address typed is kept as a keyed digest: people type passwords into the wrong field.
    """

    address = models.CharField(max_length=64)
    network = models.CharField(max_length=64, help_text="Where it came from: an IPv4 address or IPv6 /64.")
    at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = ""

    class Meta:
        indexes = (
            models.Index(fields=["address", "at"], name="failed_sign_in_by_address"),
            models.Index(fields=["network", "at"], name="failed_sign_in_by_network"),
        )

    def __str__(self) -> str:
        return f"{self.network} at {self.at}"
