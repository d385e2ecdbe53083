"""Commitments and head contracts, their schedules of values, variations, contacts and private lists."""

# terms: allow-file claims, claim, GST, VAT, sales tax

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tallystick.contracts.states import (
    AccountingMethod,
    ContractKind,
    ContractStatus,
    RetentionCap,
    RuleLimit,
    StoredMaterialsMode,
    SubSovStatus,
    TaxBasis,
    VariationStatus,
)
from tallystick.core import clock
from tallystick.core.fields import BasisPointsField, MoneyField, QuantityField, UnitPriceField
from tallystick.core.rows import PlainRow
from tallystick.directory.models import OverClaiming
from tallystick.jurisdictions import Role


class Contract(models.Model):
    """A subcontract, a purchase order or a head contract."""

    project = models.ForeignKey("directory.Project", on_delete=models.PROTECT, related_name="contracts")
    kind = models.CharField(max_length=16, choices=ContractKind.choices)
    number = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    company = models.ForeignKey("directory.Company", on_delete=models.PROTECT, related_name="contracts")
    status = models.CharField(max_length=20, choices=ContractStatus.choices, default=ContractStatus.DRAFT)
    contract_date = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="AUD")
    description = models.TextField(blank=True)
    is_private = models.BooleanField(default=True)
    private_list_sees_sov = models.BooleanField(default=True)

    accounting_method = models.CharField(
        max_length=8, choices=AccountingMethod.choices, default=AccountingMethod.AMOUNT
    )
    stored_materials_mode = models.CharField(
        max_length=8, choices=StoredMaterialsMode.choices, default=StoredMaterialsMode.MANUAL
    )
    retain_work = models.BooleanField(default=True)
    work_retention_bp = BasisPointsField(default=0)
    retain_materials = models.BooleanField(default=False)
    materials_retention_bp = BasisPointsField(default=0)
    retention_cap = models.CharField(max_length=20, choices=RetentionCap.choices, default=RetentionCap.NONE)
    retention_cap_bp = BasisPointsField(default=0)
    retention_cap_amount = MoneyField(default=0)
    tax_bp = BasisPointsField(default=0, help_text="GST, VAT or sales tax on what is due.")
    tax_basis = models.CharField(max_length=8, choices=TaxBasis.choices, default=TaxBasis.NET)
    over_claiming = models.CharField(
        max_length=8, choices=OverClaiming.choices, blank=True, default="", help_text="Empty: the project's."
    )
    uses_sub_sov = models.BooleanField(
        default=False, help_text="Claims bill the lines that the claim contact broke the schedule down into."
    )
    sub_sov_status = models.CharField(max_length=20, choices=SubSovStatus.choices, default=SubSovStatus.DRAFT)
    sub_sov_reason = models.TextField(blank=True, help_text="Why the breakdown was sent back.")
    schedule_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Business days to answer a claim, where the contract says fewer."
    )
    payment_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Business days until a claim must be paid, by the contract."
    )
    law_role = models.CharField(
        max_length=16,
        blank=True,
        default="",
        choices=[(role.value, role.value) for role in Role],
        help_text="The tier as which payment law sees it; empty: by its kind and who runs the project.",
    )
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "number"], name="contract_number_once_per_project"),
            models.CheckConstraint(
                condition=Q(work_retention_bp__range=(0, 10000), materials_retention_bp__range=(0, 10000)),
                name="contract_retention_between_0_and_100_percent",
            ),
            models.CheckConstraint(
                condition=Q(retention_cap_bp__range=(0, 10000), retention_cap_amount__gte=0),
                name="contract_cap_not_negative",
            ),
            models.CheckConstraint(condition=Q(tax_bp__range=(0, 10000)), name="contract_tax_in_range"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class SlidingRule(models.Model):
    """One of up to five retention rules, applied in order and never retroactively (domain §6.6)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="sliding_rules")
    position = models.PositiveSmallIntegerField()
    rate_bp = BasisPointsField()
    limit_kind = models.CharField(max_length=20, choices=RuleLimit.choices)
    limit_bp = BasisPointsField(default=0)
    limit_amount = MoneyField(default=0)

    account_path: ClassVar[str] = "contract__project__account"

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["contract", "position"], name="sliding_rule_position_once"),
            models.CheckConstraint(condition=Q(position__range=(1, 5)), name="at_most_five_sliding_rules"),
            models.CheckConstraint(
                condition=Q(rate_bp__range=(0, 10000), limit_bp__range=(0, 10000), limit_amount__gte=0),
                name="sliding_rule_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"Rule {self.position} of {self.contract}"


class Variation(models.Model):
    """A change to a contract's sum; an addition, a credit or both in its lines."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="variations")
    number = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=VariationStatus.choices, default=VariationStatus.DRAFT)
    description = models.TextField(blank=True)
    approved_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "contract__project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["contract", "number"], name="variation_number_once_per_contract"),
            models.CheckConstraint(
                condition=~Q(status=VariationStatus.APPROVED) | Q(approved_on__isnull=False),
                name="approved_variation_has_its_date",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class SovLine(PlainRow):
    """A line of the schedule of values: of the contract itself, or of one of its variations."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="lines")
    variation = models.ForeignKey(
        Variation, on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="details",
        help_text="Set on a line of the breakdown: the line of the schedule that it is a part of (R-SSOV).",
    )
    group = models.CharField(max_length=100, blank=True, help_text="The heading it stands under.")
    position = models.PositiveIntegerField()
    item_number = models.CharField(max_length=40, blank=True)
    cost_code = models.CharField(max_length=40, blank=True)
    description = models.CharField(max_length=500)
    scheduled_value = MoneyField()
    quantity = QuantityField(default=0)
    unit = models.CharField(max_length=20, blank=True)
    unit_price = UnitPriceField(default=0)

    account_path: ClassVar[str] = "contract__project__account"

    class Meta:
        ordering = ("contract", F("variation").asc(nulls_first=True), "position", "pk")
        indexes = (models.Index(fields=["contract", "variation", "position"], name="sov_line_order"),)

    def __str__(self) -> str:
        return f"{self.item_number} {self.description}".strip()


class PrivateListMember(models.Model):
    """Somebody who may see a private contract without being an administrator (R-PERM-2)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="private_list")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="private_lists")
    added_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "contract__project__account"

    class Meta:
        constraints = (models.UniqueConstraint(fields=["contract", "person"], name="on_private_list_once"),)

    def __str__(self) -> str:
        return f"{self.person} may see {self.contract}"


class ClaimContact(models.Model):
    """An employee of the contract company who claims on this contract (R-PERM-3, R-CONTACT)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="claim_contacts")
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="claim_contacts")
    added_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "contract__project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["contract", "person"], name="claim_contact_once_per_contract"),
        )

    def __str__(self) -> str:
        return f"{self.person} claims on {self.contract}"


class CommitmentTerms(models.Model):
    """What a commitment begins with unless it says otherwise (domain §12, Commitments tool)."""

    subcontract_method = models.CharField(
        max_length=8, choices=AccountingMethod.choices, default=AccountingMethod.AMOUNT
    )
    purchase_order_method = models.CharField(
        max_length=8, choices=AccountingMethod.choices, default=AccountingMethod.AMOUNT
    )
    is_private = models.BooleanField(default=True)
    uses_sub_sov = models.BooleanField(default=False)
    stored_materials_mode = models.CharField(
        max_length=8, choices=StoredMaterialsMode.choices, default=StoredMaterialsMode.MANUAL
    )
    retain_work = models.BooleanField(default=True)
    work_retention_bp = BasisPointsField(default=0)
    retain_materials = models.BooleanField(default=False)
    materials_retention_bp = BasisPointsField(default=0)
    retention_cap = models.CharField(max_length=20, choices=RetentionCap.choices, default=RetentionCap.NONE)
    retention_cap_bp = BasisPointsField(default=0)
    retention_cap_amount = MoneyField(default=0, help_text="In the project's currency.")

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    work_retention_bp__range=(0, 10000),
                    materials_retention_bp__range=(0, 10000),
                    retention_cap_bp__range=(0, 10000),
                    retention_cap_amount__gte=0,
                ),
                name="%(class)s_retention_in_range",
            ),
        )


class CommitmentDefaults(CommitmentTerms):
    """A project's choice of them. A project without one has what the columns begin with."""

    project = models.OneToOneField(
        "directory.Project", on_delete=models.CASCADE, related_name="commitment_defaults"
    )

    account_path: ClassVar[str] = "project__account"

    def __str__(self) -> str:
        return f"Commitments of {self.project}"
