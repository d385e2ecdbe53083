"""Addresses of requests for signatures, and of the pages on which they are signed here."""

from django.urls import URLPattern, path

from tallystick.web.views import claims_signing, settings_signing, signatures, signing

_one = "signatures/<uuid:envelope_key>"
_list = "projects/<int:project_id>/claims/signatures"

urlpatterns: list[URLPattern] = [
    path(_list, claims_signing.sending, name="claims-signing"),
    path(f"{_list}/reminders", claims_signing.reminders, name="claims-signing-reminders"),
    path(f"{_list}/voiding", claims_signing.voiding, name="claims-signing-voiding"),
    path("accounts/<int:account_id>/seal", settings_signing.seal_page, name="account-seal"),
    path(
        "accounts/<int:account_id>/seal/removal", settings_signing.seal_removal, name="account-seal-removal"
    ),
    path("projects/<int:project_id>/settings/signatures", settings_signing.signing, name="project-signing"),
    path(_one, signatures.signature, name="signature"),
    path(f"{_one}/voiding", signatures.voiding, name="signature-voiding"),
    path(f"{_one}/reminder", signatures.reminder, name="signature-reminder"),
    path(f"{_one}/evidence", signatures.evidence, name="signature-evidence"),
    path(f"{_one}/signing", signing.signing, name="signature-signing"),
    path(f"{_one}/opening", signing.opening, name="signature-opening"),
    path(f"{_one}/refusal", signing.refusal, name="signature-refusal"),
    path(f"{_one}/pages/<int:page_number>", signing.page_picture, name="signature-page"),
    path(f"{_one}/document", signing.document, name="signature-document"),
]
