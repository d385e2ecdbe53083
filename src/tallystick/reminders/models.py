"""When the next round of each kind is, and when an invite was reminded of last (R-NOTIFY-2)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tallystick.core import clock


class RoundKind(models.TextChoices):
    """What is told by the calendar."""

    BILL = "bill", "Reminders to bill"
    DIGEST = "digest", "Weekly digest"
    INSURANCE = "insurance", "Insurance that expires"


class Round(models.Model):
    """A project's or an account's next turn of one kind: a worker looks only at those whose moment has come."""

    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="rounds")
    project = models.ForeignKey(
        "directory.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="rounds"
    )
    kind = models.CharField(max_length=10, choices=RoundKind.choices)
    next_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(project__isnull=False),
                name="one_round_of_a_kind_per_project",
            ),
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(project__isnull=True),
                name="one_round_of_a_kind_per_account",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.project or self.account}"


class Reminder(models.Model):
    """How often and when last a contract was reminded to bill in a period to which it was invited."""

    invite = models.OneToOneField("periods.Invite", on_delete=models.CASCADE, related_name="reminder")
    last_on = models.DateField(help_text="The day in the project's zone.")
    times = models.PositiveIntegerField(default=1)

    account_path: ClassVar[str] = "invite__period__project__account"

    def __str__(self) -> str:
        return f"{self.invite}: {self.last_on}"
