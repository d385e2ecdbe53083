"""Progress claims and their lines. Every figure that is shown anywhere is stored here by one calculation."""

# terms: allow-file claim, claims, retention, variation

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tallystick.claims.states import ClaimStatus, ClaimType
from tallystick.core import clock
from tallystick.core.fields import BasisPointsField, MoneyField, QuantityField, UnitPriceField
from tallystick.core.rows import PlainRow


class SummaryFigures(models.Model):
    """The face of the document, stored when the lines are saved (domain §16.2). Minor units throughout.

    Lines 1 to 9 in their order; ``work_retention`` and ``materials_retention`` are 5a and 5b.
    """

    original_sum = MoneyField()
    net_variations = MoneyField()
    sum_to_date = MoneyField()
    completed_to_date = MoneyField()
    work_retention = MoneyField()
    materials_retention = MoneyField()
    total_retention = MoneyField()
    earned_less_retention = MoneyField()
    previous_certificates = MoneyField()
    payment_due = MoneyField()
    balance_to_finish = MoneyField()
    tax = MoneyField()
    payment_due_with_tax = MoneyField()

    variation_additions_previous = MoneyField()
    variation_additions_this = MoneyField()
    variation_deductions_previous = MoneyField()
    variation_deductions_this = MoneyField()

    claimed_this_period = MoneyField(help_text="Work and new materials as claimed, before retention.")
    assessed_this_period = MoneyField(help_text="The same as assessed.")
    certified_this_period = MoneyField(
        null=True, default=None, help_text="The same as certified, once it is."
    )
    retention_this_period = MoneyField()
    retention_released = MoneyField()

    class Meta:
        abstract = True


class CustomKind(models.TextChoices):
    """What is typed into an account's own field."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    DATE = "date", "Date"
    CHOICE = "choice", "One of several"
    YES_NO = "yes_no", "Yes or no"


class CustomField(models.Model):
    """A field of claims that an account added (domain §12); claims keep its values by its id."""

    account = models.ForeignKey(
        "directory.Account", on_delete=models.CASCADE, related_name="claim_custom_fields"
    )
    label = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=CustomKind.choices)
    choices = models.JSONField(
        default=list, blank=True, help_text="What is offered, where it is one of several."
    )
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it is asked for no longer; claims keep their values."
    )
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """How rules and forms name it."""
        return f"custom:{self.pk}"


class Claim(SummaryFigures):
    """Claim N of a contract. *Previous* is the chain: N starts from N−1 (decisions, Claims)."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="claims")
    period = models.ForeignKey(
        "periods.BillingPeriod",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        help_text="Empty only for claims brought in from elsewhere; they can't be compiled (R-COMPILE-4).",
    )
    number = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=0, help_text="Counts reopenings of a certified claim.")
    reference = models.CharField(max_length=60, blank=True, help_text="The claimant's own number.")
    status = models.CharField(max_length=24, choices=ClaimStatus.choices, default=ClaimStatus.DRAFT)
    claim_type = models.CharField(max_length=8, choices=ClaimType.choices, default=ClaimType.ALL)
    billing_date = models.DateField()
    period_start = models.DateField()
    period_end = models.DateField()
    is_late = models.BooleanField(default=False)
    is_final = models.BooleanField(default=False)
    comment = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    submitted_on = models.DateField(
        null=True,
        blank=True,
        help_text="The day that the claimant's own paper names; empty: the day on which it was submitted here.",
    )
    payment_date = models.DateField(
        null=True, blank=True, help_text="When it is, or will be, paid, as whoever pays it says."
    )
    received_on = models.DateField(
        null=True, blank=True, help_text="The day from which the time to answer runs, in the project's zone."
    )
    certified_at = models.DateTimeField(null=True, blank=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    custom = models.JSONField(
        default=dict, blank=True, help_text="Values of the account's own fields, by the field's id."
    )
    paid = MoneyField(help_text="What was paid on it, tax included; kept by the room of payments.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text="Goes up with every write, so that a stale page can't overwrite a newer one."
    )
    frozen = models.JSONField(
        null=True,
        default=None,
        help_text="Copies of the names, addresses and dates that the certified document prints.",
    )

    account_path: ClassVar[str] = "contract__project__account"
    as_loaded: tuple[Any, ...]
    """The row's values when ``storage`` loaded it for writing."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "number"],
                condition=Q(deleted_at__isnull=True),
                name="claim_number_once_per_contract",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="claim_numbers_start_at_one"),
        )
        indexes = (
            models.Index(fields=["contract", "-number"], name="claim_latest_of_contract"),
            # The list joins each contract to its claims of one period; a project's dashboard adds up all claims of
            # all periods from these columns alone.
            models.Index(
                fields=[
                    "period",
                    "contract",
                    "status",
                    "deleted_at",
                    "claimed_this_period",
                    "certified_this_period",
                    "retention_this_period",
                    "retention_released",
                    "payment_due_with_tax",
                    "paid",
                ],
                name="claim_sums_of_period",
            ),
        )

    def __str__(self) -> str:
        return f"Claim {self.number} of {self.contract}"


class LineReview(models.TextChoices):
    """The reviewer's mark on a line (domain §6.4)."""

    NO_ACTION = "no_action", "Not reviewed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class RetentionEntry(models.TextChoices):
    """How a line's retention for the period came about."""

    AUTOMATIC = "automatic", "By the contract's rules"
    AMOUNT = "amount", "Typed as an amount"
    RATE = "rate", "Typed as a percentage"


class ClaimLine(PlainRow):
    """One line of a claim.

    The entries stand three times for ever: as *claimed*, *assessed* and *certified*. The figures behind them
    follow from what is assessed and are written by the same calculation that writes the claim's face; while the
    claimant works on the claim, assessed is the same as claimed. ``proposed_*`` is what the reviewer last assessed
    when the claim was sent back or reopened, where that was something else than claimed.
    ``materials_previous`` is what remains in store of what earlier claims stored; ``materials_new`` came in
    this period.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="lines")
    sov_line = models.ForeignKey("contracts.SovLine", on_delete=models.PROTECT, related_name="claim_lines")
    position = models.PositiveIntegerField()

    item_number = models.CharField(max_length=40, blank=True)
    cost_code = models.CharField(max_length=40, blank=True)
    description = models.CharField(max_length=500)
    is_new_variation = models.BooleanField(
        default=False,
        help_text="Its variation is on a claim for the first time (the box on the certificate).",
    )
    scheduled_value = MoneyField()
    scheduled_quantity = QuantityField()
    unit = models.CharField(max_length=20, blank=True)
    unit_price = UnitPriceField()

    previous_work = MoneyField()
    previous_quantity = QuantityField()
    previous_materials = MoneyField()
    previous_work_retention = MoneyField()
    previous_materials_retention = MoneyField()
    previous_materials_moved = MoneyField()

    claimed_work = MoneyField()
    claimed_quantity = QuantityField()
    claimed_materials_previous = MoneyField()
    claimed_materials_new = MoneyField()

    assessed_work = MoneyField()
    assessed_quantity = QuantityField()
    assessed_materials_previous = MoneyField()
    assessed_materials_new = MoneyField()

    certified_work = MoneyField(null=True, default=None)
    certified_quantity = QuantityField(null=True, default=None)
    certified_materials_previous = MoneyField(null=True, default=None)
    certified_materials_new = MoneyField(null=True, default=None)

    proposed_work = MoneyField(null=True, default=None)
    proposed_quantity = QuantityField(null=True, default=None)
    proposed_materials_previous = MoneyField(null=True, default=None)
    proposed_materials_new = MoneyField(null=True, default=None)

    work_retention_entry = models.CharField(
        max_length=10, choices=RetentionEntry.choices, default=RetentionEntry.AUTOMATIC
    )
    work_retention_rate_bp = BasisPointsField(default=0)
    work_retention_this = MoneyField()
    work_retention_released = MoneyField()
    materials_retention_entry = models.CharField(
        max_length=10, choices=RetentionEntry.choices, default=RetentionEntry.AUTOMATIC
    )
    materials_retention_rate_bp = BasisPointsField(default=0)
    materials_retention_this = MoneyField()
    materials_retention_released = MoneyField()

    materials_moved = MoneyField()
    retention_moved = MoneyField()
    materials_stored = MoneyField()
    total_completed = MoneyField()
    percent_bp = BasisPointsField(null=True, default=None)
    balance = MoneyField()
    work_retention_held = MoneyField()
    materials_retention_held = MoneyField()
    gross_this_period = MoneyField()
    net_this_period = MoneyField()

    review = models.CharField(max_length=10, choices=LineReview.choices, default=LineReview.NO_ACTION)
    review_reason = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text="The claim's version at which something was last typed on this line."
    )

    account_path: ClassVar[str] = "claim__contract__project__account"
    as_loaded: tuple[Any, ...]
    """The row's values when ``storage`` loaded it for writing."""

    class Meta:
        ordering = ("claim", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["claim", "sov_line"], name="sov_line_once_per_claim"),
            models.CheckConstraint(
                condition=Q(work_retention_rate_bp__range=(0, 10000))
                & Q(materials_retention_rate_bp__range=(0, 10000)),
                name="claim_line_rates_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item_number} {self.description}".strip()


class ClaimChange(models.Model):
    """What one write to a claim replaced, so that the claim can be shown as it was on any day (domain §6.9).

    ``before`` holds the old values of changed columns, the claim's own and by line:
    ``{"claim": {"status": "draft"}, "lines": {"12": {"claimed_work": 500000}}, "added": [13]}``.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField(help_text="The claim's version after the write.")
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField()

    account_path: ClassVar[str] = "claim__contract__project__account"

    class Meta:
        ordering = ("claim", "-pk")
        indexes = (models.Index(fields=["claim", "-id"], name="change_latest_of_claim"),)

    def __str__(self) -> str:
        return f"{self.claim} before version {self.version}"
