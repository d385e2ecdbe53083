"""Fields of what new commitments begin with, for a project's settings and for an account's."""

from __future__ import annotations

from django import forms

from tallystick.configuration.catalogue import COMMITMENTS, label_of
from tallystick.contracts.states import AccountingMethod, RetentionCap, StoredMaterialsMode
from tallystick.terms import lazy_text
from tallystick.web.forms import MoneyField, PercentField
from tallystick.web.settings.form import SettingsForm


class CommitmentTermsFields(SettingsForm):
    """The terms in the order of the page."""

    subcontract_method = forms.ChoiceField(
        label=label_of("subcontract_method", COMMITMENTS),
        choices=AccountingMethod.choices,
        widget=forms.RadioSelect,
        help_text="Can’t change on a contract once it has lines.",
    )
    purchase_order_method = forms.ChoiceField(
        label=label_of("purchase_order_method", COMMITMENTS),
        choices=AccountingMethod.choices,
        widget=forms.RadioSelect,
    )
    is_private = forms.BooleanField(
        label=label_of("is_private", COMMITMENTS),
        required=False,
        help_text="Only administrators and the people on its private list see a private one.",
    )
    uses_sub_sov = forms.BooleanField(
        label=label_of("uses_sub_sov", COMMITMENTS),
        required=False,
        help_text=lazy_text(
            "The {claim_contact} breaks the {sov} down before anything is {bill:past}, and {claims} bill those lines."
        ),
    )
    stored_materials_mode = forms.ChoiceField(
        label=label_of("stored_materials_mode", COMMITMENTS),
        choices=StoredMaterialsMode.choices,
        widget=forms.RadioSelect,
        help_text=lazy_text("What becomes of them on the next {claim}."),
    )
    retain_work = forms.BooleanField(label=label_of("retain_work", COMMITMENTS), required=False)
    work_retention_bp = PercentField(label=label_of("work_retention_bp", COMMITMENTS), required=False)
    retain_materials = forms.BooleanField(label=label_of("retain_materials", COMMITMENTS), required=False)
    materials_retention_bp = PercentField(
        label=label_of("materials_retention_bp", COMMITMENTS), required=False
    )
    retention_cap = forms.ChoiceField(
        label=label_of("retention_cap", COMMITMENTS),
        choices=RetentionCap.choices,
        help_text="Nothing more is held once it is reached.",
    )
    retention_cap_bp = PercentField(label="As a percentage", required=False)
    retention_cap_amount = MoneyField(label="As an amount", required=False, minimum=0)
