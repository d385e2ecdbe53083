"""Addresses of the connection to DocuSign, and of its own pages."""

from django.urls import URLPattern, path

from tallystick.web.views import docusign, signature_drafts

urlpatterns: list[URLPattern] = [
    path("accounts/<int:account_id>/docusign", docusign.docusign, name="docusign"),
    path("accounts/<int:account_id>/docusign/connection", docusign.connection, name="docusign-connection"),
    path("accounts/<int:account_id>/docusign/keys", docusign.keys, name="docusign-keys"),
    path(
        "accounts/<int:account_id>/docusign/disconnection",
        docusign.disconnection,
        name="docusign-disconnection",
    ),
    path("claims/<int:claim_id>/signature-draft", signature_drafts.draft, name="claim-signature-draft"),
    path(
        "signatures/<uuid:envelope_key>/provider-page",
        signature_drafts.provider_page,
        name="signature-provider-page",
    ),
    path("docusign/callback", docusign.callback, name="docusign-callback"),
    path("hooks/docusign/<uuid:connection_key>", docusign.news, name="docusign-news"),
]
