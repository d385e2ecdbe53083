"""Addresses of papers, of claims' own PDFs and of backups. No file has an address of its own."""

from django.urls import URLPattern, path

from tallystick.web.views import backups, claim_pdf, papers

_paper = "papers/<int:paper_id>"

urlpatterns: list[URLPattern] = [
    path("claims/<int:claim_id>/uploads", papers.claim_uploads, name="claim-uploads"),
    path("contracts/<int:contract_id>/uploads", papers.contract_uploads, name="contract-uploads"),
    path("companies/<int:company_id>/uploads", papers.company_uploads, name="company-uploads"),
    path(_paper, papers.paper, name="paper"),
    path(f"{_paper}/thumbnail", papers.thumbnail, name="paper-thumbnail"),
    path(f"{_paper}/answer", papers.answer, name="paper-answer"),
    path(f"{_paper}/removal", papers.removal, name="paper-removal"),
    path(f"{_paper}/restoration", papers.restoration, name="paper-restoration"),
    path(f"{_paper}/unlocking", papers.unlocking, name="paper-unlocking"),
    path("claims/<int:claim_id>/pdf", claim_pdf.pdf, name="claim-pdf"),
    path("claims/<int:claim_id>/signed-version", claim_pdf.signed_version, name="claim-signed-version"),
    path(
        "signed-versions/<int:signed_id>/withdrawal", claim_pdf.withdrawal, name="signed-version-withdrawal"
    ),
    path("projects/<int:project_id>/backups", backups.backups, name="backups"),
    path("projects/<int:project_id>/backups", backups.backups, name="backups-compile"),
    path("backups/<int:backup_id>/file", backups.backup_file, name="backup-file"),
]
