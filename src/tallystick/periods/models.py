"""Billing periods (R-PERIOD, domain §3)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tallystick.core import clock


class PeriodStatus(models.TextChoices):
    """A project has at most one open period."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class BillingPeriod(models.Model):
    """The dates that claims are grouped by. ``due`` is the last day on which contacts may claim."""

    project = models.ForeignKey("directory.Project", on_delete=models.CASCADE, related_name="periods")
    start = models.DateField()
    end = models.DateField()
    due = models.DateField()
    status = models.CharField(max_length=8, choices=PeriodStatus.choices, default=PeriodStatus.OPEN)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = "project__account"

    class Meta:
        ordering = ("-start",)
        constraints = (
            models.UniqueConstraint(fields=["project", "start", "end"], name="period_range_once_per_project"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(status="open"), name="one_open_period_per_project"
            ),
            models.CheckConstraint(condition=Q(start__lte=F("end")), name="period_starts_before_it_ends"),
            models.CheckConstraint(condition=Q(due__gte=F("start")), name="period_due_on_or_after_start"),
        )

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


class PeriodExtension(models.Model):
    """A later due day for one contract (decisions: one of the two ways past the due day)."""

    period = models.ForeignKey(BillingPeriod, on_delete=models.CASCADE, related_name="extensions")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="extensions")
    due = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "period__project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["period", "contract"], name="one_extension_per_contract"),
        )

    def __str__(self) -> str:
        return f"{self.contract}: due {self.due}"
