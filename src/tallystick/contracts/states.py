"""Statuses and choices of contracts and variations (domain §5.3, §6.6, §6.7).

The values of ``ContractKind`` are concepts of the dictionary; pages ask it by them and show no label.
"""

# terms: allow-file Subcontract, Head contract

from dataclasses import dataclass

from django.db import models


class ContractKind(models.TextChoices):
    """Commitments are money to be paid (downstream); a head contract is money to be received (upstream)."""

    SUBCONTRACT = "subcontract", "Subcontract"
    PURCHASE_ORDER = "purchase_order", "Purchase order"
    HEAD_CONTRACT = "head_contract", "Head contract"


COMMITMENT_KINDS = frozenset({ContractKind.SUBCONTRACT, ContractKind.PURCHASE_ORDER})


class ContractStatus(models.TextChoices):
    """A contract's own status; claims need one of ``CLAIMABLE``."""

    DRAFT = "draft", "Draft"
    OUT_FOR_BID = "out_for_bid", "Out for bid"
    OUT_FOR_SIGNATURE = "out_for_signature", "Out for signature"
    APPROVED = "approved", "Approved"
    COMPLETE = "complete", "Complete"
    TERMINATED = "terminated", "Terminated"
    VOID = "void", "Void"


CLAIMABLE = frozenset({ContractStatus.APPROVED, ContractStatus.COMPLETE})

CONTRACT_TRANSITIONS: dict[ContractStatus, frozenset[ContractStatus]] = {
    ContractStatus.DRAFT: frozenset(
        {
            ContractStatus.OUT_FOR_BID,
            ContractStatus.OUT_FOR_SIGNATURE,
            ContractStatus.APPROVED,
            ContractStatus.VOID,
        }
    ),
    ContractStatus.OUT_FOR_BID: frozenset(
        {ContractStatus.DRAFT, ContractStatus.OUT_FOR_SIGNATURE, ContractStatus.APPROVED, ContractStatus.VOID}
    ),
    ContractStatus.OUT_FOR_SIGNATURE: frozenset(
        {ContractStatus.DRAFT, ContractStatus.APPROVED, ContractStatus.VOID}
    ),
    ContractStatus.APPROVED: frozenset(
        {ContractStatus.DRAFT, ContractStatus.COMPLETE, ContractStatus.TERMINATED, ContractStatus.VOID}
    ),
    ContractStatus.COMPLETE: frozenset({ContractStatus.APPROVED}),
    ContractStatus.TERMINATED: frozenset({ContractStatus.APPROVED}),
    ContractStatus.VOID: frozenset({ContractStatus.DRAFT}),
}


class VariationStatus(models.TextChoices):
    """Only an approved variation is in the contract sum and in claims."""

    DRAFT = "draft", "Draft"
    PENDING = "pending", "Pending"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    VOID = "void", "Void"


VARIATION_TRANSITIONS: dict[VariationStatus, frozenset[VariationStatus]] = {
    VariationStatus.DRAFT: frozenset(
        {VariationStatus.PENDING, VariationStatus.APPROVED, VariationStatus.VOID}
    ),
    VariationStatus.PENDING: frozenset(
        {VariationStatus.DRAFT, VariationStatus.APPROVED, VariationStatus.REJECTED, VariationStatus.VOID}
    ),
    VariationStatus.APPROVED: frozenset({VariationStatus.PENDING, VariationStatus.VOID}),
    VariationStatus.REJECTED: frozenset({VariationStatus.DRAFT, VariationStatus.VOID}),
    VariationStatus.VOID: frozenset({VariationStatus.DRAFT}),
}


class AccountingMethod(models.TextChoices):
    """How the lines are billed; frozen once there are lines (domain §0, rule 13)."""

    AMOUNT = "amount", "By amount"
    UNIT = "unit", "By quantity and unit price"


class StoredMaterialsMode(models.TextChoices):
    """What becomes of stored materials on the next claim (domain §6.7)."""

    MANUAL = "manual", "Carried until moved by hand"
    MOVE = "move", "Moved to previous work the next time"


class RetentionCap(models.TextChoices):
    """The most that may be held on a contract."""

    NONE = "none", "No cap"
    PERCENT_ORIGINAL = "percent_original", "Percent of the original sum"
    PERCENT_REVISED = "percent_revised", "Percent of the revised sum"
    AMOUNT = "amount", "An amount"


class RuleLimit(models.TextChoices):
    """Until when one rule of a sliding scale applies (domain §6.6)."""

    PERCENT_ORIGINAL = "percent_original", "until that percent of the original sum is held"
    PERCENT_REVISED = "percent_revised", "until that percent of the revised sum is held"
    AMOUNT = "amount", "until that amount is held"


class SubSovStatus(models.TextChoices):
    """Where the breakdown of a schedule of values stands (R-SSOV, domain §7)."""

    DRAFT = "draft", "Draft"
    UNDER_REVIEW = "under_review", "Under Review"
    REVISE_AND_RESUBMIT = "revise_and_resubmit", "Revise & Resubmit"
    APPROVED = "approved", "Approved"


@dataclass(frozen=True, slots=True)
class SubSovStep:
    """One allowed step of a breakdown, whether a contact may take it too, and what it is called on a button."""

    source: SubSovStatus
    target: SubSovStatus
    by_contact: bool
    verb: str


SUB_SOV_STEPS: tuple[SubSovStep, ...] = (
    SubSovStep(SubSovStatus.DRAFT, SubSovStatus.UNDER_REVIEW, True, "Submit"),
    SubSovStep(SubSovStatus.REVISE_AND_RESUBMIT, SubSovStatus.UNDER_REVIEW, True, "Resubmit"),
    SubSovStep(SubSovStatus.UNDER_REVIEW, SubSovStatus.APPROVED, False, "Approve"),
    SubSovStep(SubSovStatus.UNDER_REVIEW, SubSovStatus.REVISE_AND_RESUBMIT, False, "Send back for revision"),
    SubSovStep(SubSovStatus.UNDER_REVIEW, SubSovStatus.DRAFT, False, "Return to draft"),
    SubSovStep(SubSovStatus.APPROVED, SubSovStatus.DRAFT, False, "Reopen"),
)
"""The one table of a breakdown's way (domain §7)."""

SUB_SOV_EDITABLE = frozenset({SubSovStatus.DRAFT, SubSovStatus.REVISE_AND_RESUBMIT})
"""The contact can change the detail lines."""


class TaxBasis(models.TextChoices):
    """What tax is charged on; practice differs, so each contract says (domain §6.8)."""

    NET = "net", "On what is due this period"
    GROSS = "gross", "On the gross amount of this period"
