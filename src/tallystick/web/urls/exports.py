"""Addresses of exports: ``?as=csv`` for .csv, otherwise .xlsx."""

from django.urls import URLPattern, path

from tallystick.web.views import exports

_project = "projects/<int:project_id>"
_contract = "contracts/<int:contract_id>"
_claim = "claims/<int:claim_id>"

urlpatterns: list[URLPattern] = [
    path(f"{_claim}/export", exports.claim_export, name="claim-export"),
    path(f"{_claim}/history/export", exports.claim_history_export, name="claim-history-export"),
    path(f"{_project}/claims/export", exports.claims_export, name="claims-export"),
    path(f"{_project}/retention/export", exports.ledger_export, name="retention-export"),
    path(f"{_project}/commitments/export", exports.commitments_export, name="commitments-export"),
    path(f"{_project}/head-contracts/export", exports.head_contracts_export, name="head-contracts-export"),
    path(f"{_project}/periods/export", exports.periods_export, name="periods-export"),
    path(f"{_contract}/lines/export", exports.sov_export, name="sov-export"),
    path(f"{_contract}/variations/export", exports.variations_export, name="variations-export"),
    path(f"{_contract}/history/export", exports.contract_history_export, name="contract-history-export"),
    path(f"{_contract}/retention/export", exports.contract_ledger_export, name="contract-retention-export"),
    path(f"{_contract}/payments/export", exports.payments_export, name="payments-export"),
]
