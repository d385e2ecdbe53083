"""Issued payment schedules, payment notices and pay less notices: frozen papers with the figures that they show."""

# terms: allow-file claim, claims, retention

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tallystick.core import clock
from tallystick.core.fields import MoneyField
from tallystick.payment_schedules.states import PaperKind, ServiceMethod


class ScheduleFigures(models.Model):
    """What was claimed and what is scheduled for this claim, minor units, as printed.

    work + adjustment − retention + released = due; due + tax = total, on both sides.
    """

    claimed_work = MoneyField(help_text="Work and materials of the period, before retention.")
    claimed_retention = MoneyField()
    claimed_released = MoneyField()
    claimed_due = MoneyField()
    claimed_tax = MoneyField()
    claimed_total = MoneyField()
    scheduled_work = MoneyField()
    scheduled_retention = MoneyField()
    scheduled_released = MoneyField()
    scheduled_due = MoneyField()
    scheduled_tax = MoneyField()
    scheduled_total = MoneyField()
    adjustment = MoneyField(
        help_text="By which earlier certificates differ from what the lines say; mostly 0."
    )

    class Meta:
        abstract = True


class PaymentSchedule(ScheduleFigures):
    """One issued paper. It is never changed: it is withdrawn, and another revision issued (domain §6.10)."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="payment_schedules")
    kind = models.CharField(max_length=20, choices=PaperKind.choices, default=PaperKind.PAYMENT_SCHEDULE)
    revision = models.PositiveIntegerField(
        default=0, help_text="Counts what was issued for the claim before."
    )
    claim_revision = models.PositiveIntegerField(default=0)
    received_on = models.DateField(help_text="The day from which the time to answer was counted.")
    serve_by = models.DateField(null=True, blank=True)
    pay_by = models.DateField(null=True, blank=True)
    rule_key = models.CharField(max_length=40, help_text="The row of jurisdictions.toml.")
    law = models.JSONField(help_text="The row as it was, the dates and how they were counted.")
    lines = models.JSONField(help_text="Claimed, scheduled and the reason, line by line, as printed.")
    retention_reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    issued_by_name = models.CharField(max_length=200)
    service_method = models.CharField(
        max_length=8, choices=ServiceMethod.choices, default=ServiceMethod.EMAIL
    )
    served_to = models.CharField(max_length=200, help_text="To whom, at which address.")
    served_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True)

    account_path: ClassVar[str] = "claim__contract__project__account"

    class Meta:
        ordering = ("claim", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["claim", "kind", "revision"], name="payment_schedule_revision_once"
            ),
            models.UniqueConstraint(
                fields=["claim", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_payment_schedule",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.claim}"
