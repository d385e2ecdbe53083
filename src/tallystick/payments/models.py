"""Payments issued."""

# terms: allow-file claim, claims, cheque, Cheque

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tallystick.core import clock
from tallystick.core.fields import MoneyField


class PaymentMethod(models.TextChoices):
    """How the money went (domain §11)."""

    ELECTRONIC = "electronic", "Electronic transfer"
    CHEQUE = "cheque", "Cheque"
    CARD = "card", "Card"
    OTHER = "other", "Other"


class Payment(models.Model):
    """Money paid on a contract, against one of its certified claims or on account; tax included.

    A payment that was entered by mistake is voided, never deleted.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="payments")
    claim = models.ForeignKey(
        "claims.Claim", on_delete=models.PROTECT, null=True, blank=True, related_name="payments"
    )
    number = models.PositiveIntegerField()
    amount = MoneyField(help_text="Negative where money came back.")
    paid_on = models.DateField()
    method = models.CharField(max_length=12, choices=PaymentMethod.choices, default=PaymentMethod.ELECTRONIC)
    reference = models.CharField(
        max_length=60, blank=True, help_text="Of the transfer or cheque, as on the bank statement."
    )
    note = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    void_reason = models.TextField(blank=True)

    account_path: ClassVar[str] = "contract__project__account"

    class Meta:
        ordering = ("contract", "number")
        constraints = (
            models.UniqueConstraint(fields=["contract", "number"], name="payment_number_once_per_contract"),
            models.CheckConstraint(condition=~Q(amount=0), name="payment_is_not_nothing"),
        )

    def __str__(self) -> str:
        return f"Payment {self.number} on {self.contract}"
