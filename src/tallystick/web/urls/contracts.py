"""Addresses of contracts: commitments and head contracts, their lines, variations and people."""

from django.urls import URLPattern, path

from tallystick.web.views import contract_people, contracts, sheet_import, sov, sub_sov, variations

_project = "projects/<int:project_id>"
_contract = "contracts/<int:contract_id>"
_variation = "variations/<int:variation_id>"

urlpatterns: list[URLPattern] = [
    path(f"{_project}/commitments", contracts.commitments, name="commitments"),
    path(f"{_project}/commitments/new", contracts.commitment_new, name="commitment-new"),
    path(f"{_project}/head-contracts", contracts.head_contracts, name="head-contracts"),
    path(f"{_project}/head-contracts/new", contracts.head_contract_new, name="head-contract-new"),
    path(_contract, contracts.contract, name="contract"),
    path(f"{_contract}/edit", contracts.facts, name="contract-edit"),
    path(f"{_contract}/status", contracts.status, name="contract-status"),
    path(f"{_contract}/settings", contracts.settings, name="contract-settings"),
    path(f"{_contract}/history", contracts.history, name="contract-history"),
    path(f"{_contract}/lines", sov.lines, name="sov"),
    path(f"{_contract}/lines/edit", sov.edit, name="sov-edit"),
    path(f"{_contract}/lines/headings", sov.headings, name="sov-headings"),
    path(f"{_contract}/lines/import", sheet_import.sov_import, name="sov-import"),
    path(
        f"{_contract}/lines/import/<uuid:held_sov_id>", sheet_import.sov_import_check, name="sov-import-check"
    ),
    path(f"{_contract}/breakdown", sub_sov.breakdown, name="sub-sov"),
    path(f"{_contract}/breakdown/status", sub_sov.breakdown_status, name="sub-sov-status"),
    path(f"{_contract}/breakdown/use", sub_sov.breakdown_use, name="sub-sov-use"),
    path(f"{_contract}/breakdown/invite", sub_sov.breakdown_invite, name="sub-sov-invite"),
    path(f"{_contract}/variations", variations.variations_list, name="variations"),
    path(f"{_contract}/variations/new", variations.variation_new, name="variation-new"),
    path(_variation, variations.variation, name="variation"),
    path(f"{_variation}/edit", variations.edit, name="variation-edit"),
    path(f"{_variation}/deletion", variations.deletion, name="variation-deletion"),
    path(f"{_variation}/import", sheet_import.variation_import, name="variation-import"),
    path(
        f"{_variation}/import/<uuid:held_variation_id>",
        sheet_import.variation_import_check,
        name="variation-import-check",
    ),
    path(f"{_variation}/status", variations.status, name="variation-status"),
    path(f"{_contract}/people", contract_people.people, name="contract-people"),
    path(f"{_contract}/sending", contract_people.send, name="contract-sending"),
    path(f"{_contract}/claim-contacts", contract_people.add_contact, name="claim-contacts"),
    path(
        f"{_contract}/claim-contacts/<int:person_id>/removal",
        contract_people.remove_contact,
        name="claim-contact-removal",
    ),
    path(f"{_contract}/private-list", contract_people.add_to_list, name="private-list"),
    path(
        f"{_contract}/private-list/<int:person_id>/removal",
        contract_people.remove_from_list,
        name="private-list-removal",
    ),
]
