"""Forms of contracts: a new one, and its advanced settings."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms

from tallystick.contracts.actions import MOST_RULES, RuleInput
from tallystick.contracts.models import CommitmentDefaults, Contract
from tallystick.contracts.states import (
    AccountingMethod,
    ContractKind,
    RetentionCap,
    RuleLimit,
    StoredMaterialsMode,
    TaxBasis,
)
from tallystick.core.errors import Decision, refused
from tallystick.core.money import currency_exponent, format_percent, to_decimal_string
from tallystick.directory.models import OverClaiming
from tallystick.terms import current, lazy_text
from tallystick.web.forms import DayField, Form, MoneyField, PercentField
from tallystick.web.settings.law import days_field, role_field

RULE_LIMITS = [
    (RuleLimit.PERCENT_ORIGINAL.value, "% of the original sum is held"),
    (RuleLimit.PERCENT_REVISED.value, "% of the revised sum is held"),
    (RuleLimit.AMOUNT.value, "in money is held"),
]
"""What stands after "10 % until 5 …"."""

RATE_NAMES = ("work_retention_bp", "materials_retention_bp", "tax_bp")


class NewContractForm(Form):
    """What a contract needs from the beginning; the rest is in its settings."""

    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect, required=False)
    number = forms.CharField(label="Number", max_length=40)
    title = forms.CharField(label="Title", max_length=200)
    company = forms.ChoiceField(label="Company")
    contract_date = DayField(label="Date of the contract", required=False)
    description = forms.CharField(
        label="Description", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    accounting_method = forms.ChoiceField(
        label="Lines are priced",
        choices=AccountingMethod.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="Can’t change once there are lines.",
    )
    work_retention_bp = PercentField(label=lazy_text("{Retention} on work"), required=False)
    tax_bp = PercentField(label=lazy_text("{Tax}"), required=False)
    is_private = forms.BooleanField(
        label="Private",
        required=False,
        help_text="Only administrators and the people on its private list see it.",
    )
    uses_sub_sov = forms.BooleanField(
        label=lazy_text("Ask for {a ssov}"),
        required=False,
        help_text=lazy_text("{Claims} bill the lines that the {claim_contact} broke the {sov} down into."),
    )

    def __init__(
        self,
        *args: Any,
        upstream: bool,
        companies: list[tuple[int, str]],
        begins: CommitmentDefaults | None = None,
        **kwargs: Any,
    ) -> None:
        begins = begins or CommitmentDefaults()
        usual = {
            "work_retention_bp": begins.work_retention_bp if begins.retain_work else 0,
            "is_private": begins.is_private,
            "uses_sub_sov": begins.uses_sub_sov,
        }
        super().__init__(*args, initial=usual | kwargs.pop("initial", {}), **kwargs)
        self._begins = begins
        words = current()
        self.fields["company"].choices = [("", "Choose one"), *companies]  # type: ignore[attr-defined]
        self._offer_methods(upstream)
        if upstream:
            del self.fields["kind"], self.fields["uses_sub_sov"]
            return
        kinds = [
            (ContractKind.SUBCONTRACT.value, words.cap("subcontract")),
            (ContractKind.PURCHASE_ORDER.value, words.cap("purchase_order")),
        ]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = ContractKind.SUBCONTRACT.value

    def _offer_methods(self, upstream: bool) -> None:
        """The project's usual method is chosen already; where it differs by kind, the kind decides until one is."""
        field = self.fields["accounting_method"]
        usual, of_orders = self._begins.subcontract_method, self._begins.purchase_order_method
        if upstream or usual == of_orders:
            field.initial = usual
            return
        names = {value: str(label).lower() for value, label in AccountingMethod.choices}
        words = current()
        by_kind = words.text(
            "As usual: {subcontracts} {usual}, {purchase_orders} {orders}",
            usual=names[usual],
            orders=names[of_orders],
        )
        field.choices = [("", by_kind), *AccountingMethod.choices]  # type: ignore[attr-defined]
        field.initial = ""

    def clean_kind(self) -> str:
        """A subcontract where nothing was chosen."""
        return self.cleaned_data["kind"] or ContractKind.SUBCONTRACT.value

    def facts(self) -> dict[str, Any]:
        """What ``create_contract`` takes; what was left to the project is left out. A rate that was typed is held."""
        facts = dict(self.cleaned_data)
        if not facts["accounting_method"]:
            del facts["accounting_method"]
        if facts["work_retention_bp"]:
            facts["retain_work"] = True
        return facts


class SettingsForm(Form):
    """Everything about a contract that can change, in the order of the page."""

    is_private = forms.BooleanField(
        label="Private",
        required=False,
        help_text="Only administrators and the people on its private list see it.",
    )
    private_list_sees_sov = forms.BooleanField(
        label="People on the private list see its lines",
        required=False,
        help_text=lazy_text("{Claim_contacts} see them in any case."),
    )
    accounting_method = forms.ChoiceField(
        label="Lines are priced", choices=AccountingMethod.choices, widget=forms.RadioSelect, required=False
    )
    stored_materials_mode = forms.ChoiceField(
        label=lazy_text("{Stored_materials} are"),
        choices=StoredMaterialsMode.choices,
        widget=forms.RadioSelect,
    )
    retain_work = forms.BooleanField(label=lazy_text("Hold {retention} on work"), required=False)
    work_retention_bp = PercentField(label="Rate on work", required=False)
    retain_materials = forms.BooleanField(
        label=lazy_text("Hold {retention} on {stored_materials}"), required=False
    )
    materials_retention_bp = PercentField(label=lazy_text("Rate on {stored_materials}"), required=False)
    retention_cap = forms.ChoiceField(
        label=lazy_text("The most {retention} that is held"), choices=RetentionCap.choices
    )
    retention_cap_bp = PercentField(label="As a percentage", required=False)
    retention_cap_amount = MoneyField(label="As an amount", required=False, minimum=0)
    tax_bp = PercentField(label=lazy_text("{Tax}"), required=False)
    tax_basis = forms.ChoiceField(
        label=lazy_text("{Tax} is charged"),
        choices=TaxBasis.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    over_claiming = forms.ChoiceField(
        label="A line billed beyond its scheduled value is", required=False, widget=forms.RadioSelect
    )
    schedule_days = days_field("Days to answer", "By the contract, in the Act’s kind of days.")
    payment_days = days_field("Days to pay", "By the contract, in the Act’s kind of days.")
    law_role = role_field()

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        names = tuple(self.base_fields)
        super().__init__(*args, initial={name: getattr(contract, name) for name in names}, **kwargs)
        self.contract = contract
        amount = self.fields["retention_cap_amount"]
        assert isinstance(amount, MoneyField)
        amount.currency = contract.currency
        self._set_over_claiming(contract)
        self.frozen = _frozen_method(contract)
        if not self.frozen:
            method = self.fields["accounting_method"]
            method.disabled = True
            method.help_text = self.frozen.reason
        self.rule_rows = self._rule_rows()
        self._rules: list[RuleInput] = []

    def _set_over_claiming(self, contract: Contract) -> None:
        field = self.fields["over_claiming"]
        project = contract.project
        usual = str(OverClaiming(project.over_claiming).label).lower()
        names = {"allow": "allowed", "warn": "allowed with a warning", "refuse": "refused"}
        field.choices = [  # type: ignore[attr-defined]
            ("", f"As the project has it: {names.get(project.over_claiming, usual)}"),
            *((value, names[value].capitalize()) for value in OverClaiming.values),
        ]
        if project.account.forbid_over_claiming:
            field.disabled = True
            field.help_text = "The account refuses it on all its projects, so there is no choice here."

    def clean_tax_basis(self) -> str:
        """What it was where nothing was chosen."""
        return self.cleaned_data["tax_basis"] or self.contract.tax_basis

    def clean(self) -> dict[str, Any]:
        """The cap needs its figure; each rule of the scale needs its rate and its limit."""
        told = super().clean() or {}
        cap = told.get("retention_cap")
        percents = (RetentionCap.PERCENT_ORIGINAL, RetentionCap.PERCENT_REVISED)
        if cap in percents and not told.get("retention_cap_bp"):
            self.name_problem("retention_cap_bp", "Type the percentage at which nothing more is held.")
        if cap == RetentionCap.AMOUNT and not told.get("retention_cap_amount"):
            self.name_problem("retention_cap_amount", "Type the amount at which nothing more is held.")
        self._rules = [rule for row in self.rule_rows if (rule := self._rule(row)) is not None]
        return told

    def facts(self) -> dict[str, Any]:
        """What ``change_terms`` takes."""
        return {name: self.cleaned_data[name] for name in self.base_fields}

    def rules(self) -> list[RuleInput]:
        """The sliding scale as typed, in its order."""
        return self._rules

    def _rule_rows(self) -> list[dict[str, str]]:
        """Five rows of text: what was typed, else what is stored."""
        if self.is_bound:
            typed: Any = self.data
            return [
                {
                    "position": str(number),
                    "rate": typed.get(f"rule-{number}-rate", ""),
                    "kind": typed.get(f"rule-{number}-kind", ""),
                    "limit": typed.get(f"rule-{number}-limit", ""),
                    "problem": "",
                }
                for number in range(1, MOST_RULES + 1)
            ]
        rows = [
            {
                "position": str(number),
                "rate": format_percent(rule.rate_bp).removesuffix("%"),
                "kind": rule.limit_kind,
                "limit": (
                    to_decimal_string(rule.limit_amount, currency_exponent(self.contract.currency))
                    if rule.limit_kind == RuleLimit.AMOUNT
                    else format_percent(rule.limit_bp).removesuffix("%")
                ),
                "problem": "",
            }
            for number, rule in enumerate(self.contract.sliding_rules.all(), 1)
        ]
        blank = {"rate": "", "kind": RuleLimit.PERCENT_ORIGINAL.value, "limit": "", "problem": ""}
        return rows + [{"position": str(n), **blank} for n in range(len(rows) + 1, MOST_RULES + 1)]

    def _rule(self, row: dict[str, str]) -> RuleInput | None:
        if not row["rate"].strip() and not row["limit"].strip():
            return None
        try:
            rate = PercentField(label="The rate").clean(row["rate"])
            if row["kind"] not in RuleLimit.values:
                raise forms.ValidationError("Choose until when the rule applies.")
            if row["kind"] == RuleLimit.AMOUNT:
                amount = MoneyField(currency=self.contract.currency, minimum=1).clean(row["limit"])
                return RuleInput(rate, row["kind"], limit_amount=amount)
            return RuleInput(rate, row["kind"], limit_bp=PercentField(minimum=1).clean(row["limit"]))
        except forms.ValidationError as problem:
            row["problem"] = " ".join(problem.messages).replace(
                "This field is required.", "Type both the rate and the limit."
            )
            self.add_error(None, f"Rule {row['position']}: {row['problem']}")
            return None

    @property
    def has_rules(self) -> bool:
        """Whether there is a sliding scale to show."""
        return any(row["rate"] or row["limit"] for row in self.rule_rows)

    @property
    def rule_limits(self) -> list[tuple[str, str]]:
        """Choices of until when a rule applies."""
        return RULE_LIMITS


class FactsForm(Form):
    """What a contract is called, and whose it is."""

    number = forms.CharField(label="Number", max_length=40)
    title = forms.CharField(label="Title", max_length=200)
    company = forms.ChoiceField(label="Company")
    contract_date = DayField(label="Date of the contract", required=False)
    description = forms.CharField(
        label="Description", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(
        self,
        *args: Any,
        contract: Contract,
        may_move: Decision,
        companies: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        names = [name for name in self.base_fields if name != "company"]
        initial = {name: getattr(contract, name) for name in names} | {"company": contract.company_id}
        super().__init__(*args, initial=initial, **kwargs)
        field = self.fields["company"]
        field.choices = companies  # type: ignore[attr-defined]
        if not may_move:
            field.disabled = True
            field.help_text = may_move.reason


def facts_seen(contract: Contract) -> str:
    """Changes when any fact on the pages that change them does: a page sends it back, so that it can't overwrite
    what it has not seen."""
    names = [*SettingsForm.base_fields, *FactsForm.base_fields]
    facts = {name: str(getattr(contract, "company_id" if name == "company" else name)) for name in names}
    rules = list(contract.sliding_rules.values_list("rate_bp", "limit_kind", "limit_bp", "limit_amount"))
    return hashlib.sha256(repr((facts, rules)).encode()).hexdigest()[:32]


def _frozen_method(contract: Contract) -> Decision:
    if contract.lines.exists():
        return refused(
            "Can’t change while the contract has lines. Remove the lines first, or create the contract anew."
        )
    return Decision(True)
