"""Addresses of retention: of a claim, a contract and a project."""

from django.urls import URLPattern, path

from tallystick.web.views import claims_retention, contract_retention, project_retention, retention_outlook

_claim = "claims/<int:claim_id>/retention"
_project = "projects/<int:project_id>/retention"
_contract = "contracts/<int:contract_id>/retention"

urlpatterns: list[URLPattern] = [
    path(_project, project_retention.project_retention, name="project-retention"),
    path(f"{_project}/statement", project_retention.project_statement, name="project-retention-statement"),
    path(f"{_project}/releases", project_retention.project_releases, name="project-releases"),
    path(_claim, claims_retention.retention, name="claim-retention"),
    path(f"{_claim}/preview", claims_retention.retention_preview, name="claim-retention-preview"),
    path(
        "contracts/<int:contract_id>/retention-preview",
        retention_outlook.retention_outlook,
        name="contract-retention-preview",
    ),
    path(_contract, contract_retention.contract_retention, name="contract-retention"),
    path(
        f"{_contract}/statement", contract_retention.contract_statement, name="contract-retention-statement"
    ),
]
