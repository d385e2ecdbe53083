"""Addresses of claims. A step in a claim's life is a resource that is posted to."""

from django.urls import URLPattern, URLResolver, path

from tallystick.web.views import (
    claims,
    claims_details,
    claims_grid,
    claims_history,
    claims_new,
    claims_one,
    claims_review,
    claims_status,
    sheet_fill,
)

_project = "projects/<int:project_id>/claims"
_claim = "claims/<int:claim_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_project, claims.claims, name="claims"),
    path(f"{_project}/new", claims_new.claim_new, name="claim-new"),
    path(f"{_project}/batch", claims_new.claim_batch, name="claim-batch"),
    path(f"{_project}/statuses", claims_status.claim_statuses, name="claim-statuses"),
    path(_claim, claims_grid.claim, name="claim"),
    path(f"{_claim}/entries", claims_grid.claim_entries, name="claim-entries"),
    path(f"{_claim}/spreadsheet", sheet_fill.claim_fill, name="claim-fill"),
    path(f"{_claim}/spreadsheet/<uuid:held_claim_id>", sheet_fill.claim_fill_check, name="claim-fill-check"),
    path(f"{_claim}/summary", claims_one.summary, name="claim-summary"),
    path(f"{_claim}/papers", claims_one.papers, name="claim-papers"),
    path(f"{_claim}/review", claims_review.review, name="claim-review"),
    path(f"{_claim}/comparison", claims_review.comparison, name="claim-comparison"),
    path(f"{_claim}/variations", claims_review.variations, name="claim-variations"),
    path(f"{_claim}/history", claims_history.history, name="claim-history"),
    path(f"{_claim}/history/<int:event_id>", claims_history.event, name="claim-event"),
    path(f"{_claim}/as-at", claims_history.as_at, name="claim-as-at"),
    path(f"{_claim}/as-at/pdf", claims_history.as_at_pdf, name="claim-as-at-pdf"),
    path(
        f"{_claim}/revisions/<int:revision>/pdf", claims_history.earlier_revision, name="claim-revision-pdf"
    ),
    path(f"{_claim}/details", claims_details.details, name="claim-details"),
    path(f"{_claim}/status", claims_one.status, name="claim-status"),
    path(f"{_claim}/deletion", claims_one.deletion, name="claim-deletion"),
    path(f"{_claim}/restoration", claims_one.restoration, name="claim-restoration"),
]
