"""Events of the DocuSign connection, in the history of the account."""

from tallystick.audit.registry import register

register(
    {
        "docusign.connected": "connected DocuSign: {docusign_account}, as {who}",
        "docusign.disconnected": "disconnected DocuSign: {docusign_account}",
        "docusign.lost": "reported that DocuSign has to be connected again: {why}",
        "docusign.keys_changed": "changed the keys of DocuSign’s news",
    }
)
