"""Addresses of the connection to DocuSign."""

from django.urls import URLPattern, path

from tallystick.web.views import docusign

urlpatterns: list[URLPattern] = [
    path("accounts/<int:account_id>/docusign", docusign.docusign, name="docusign"),
    path("accounts/<int:account_id>/docusign/connection", docusign.connection, name="docusign-connection"),
    path("accounts/<int:account_id>/docusign/keys", docusign.keys, name="docusign-keys"),
    path(
        "accounts/<int:account_id>/docusign/disconnection",
        docusign.disconnection,
        name="docusign-disconnection",
    ),
    path("docusign/callback", docusign.callback, name="docusign-callback"),
    path("hooks/docusign/<uuid:connection_key>", docusign.news, name="docusign-news"),
]
