"""What an account's new projects begin with (domain §12)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tallystick.contracts.models import CommitmentTerms
from tallystick.directory.models import UninvitedClaims


class AccountDefaults(CommitmentTerms):
    """Copied into each project when it is created; projects that exist stay as they are.

    An account without a row has what the columns begin with. A limit of retention is a percentage here, since projects
    differ in currency.
    """

    account = models.OneToOneField(
        "directory.Account", on_delete=models.CASCADE, related_name="project_defaults"
    )
    start_day = models.PositiveSmallIntegerField(default=1)
    end_day = models.PositiveSmallIntegerField(default=31)
    due_day = models.PositiveSmallIntegerField(default=25)
    due_month = models.PositiveSmallIntegerField(
        default=0, help_text="Months from the one in which a period ends to the one of its due day."
    )
    uninvited_claims = models.CharField(
        max_length=8, choices=UninvitedClaims.choices, default=UninvitedClaims.ALL
    )
    remind_every_days = models.PositiveSmallIntegerField(default=0)
    invite_message = models.TextField(blank=True)
    paper_footer = models.CharField(max_length=300, blank=True)

    account_path: ClassVar[str] = "account"

    class Meta(CommitmentTerms.Meta):
        constraints = (  # type: ignore[assignment]
            *CommitmentTerms.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    start_day__range=(1, 31),
                    end_day__range=(1, 31),
                    due_day__range=(1, 31),
                    due_month__range=(0, 2),
                    remind_every_days__range=(0, 3),
                ),
                name="account_defaults_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(retention_cap="amount"), name="account_defaults_cap_in_percent"
            ),
        )

    def __str__(self) -> str:
        return f"New projects of {self.account}"
