"""Rows of the permission matrix for DocuSign, and the connection that its addresses name."""

from datetime import timedelta

from tallystick.core import clock
from tallystick.directory.models import Account
from tallystick.signing.docusign.models import DocusignConnection
from tests.arch.permission_world import ACCOUNT_ADMIN, CONTRACT_READER, NOT_TAKEN, Row, World

# Without the app's key in the settings of this installation nobody can connect.
NOBODY_CONNECTS = "s34333333"

DOCUSIGN: dict[str, Row] = {
    "docusign": (ACCOUNT_ADMIN, NOT_TAKEN),
    "docusign-connection": (NOT_TAKEN, NOBODY_CONNECTS),
    "docusign-keys": (NOT_TAKEN, NOBODY_CONNECTS),
    "docusign-disconnection": (NOT_TAKEN, ACCOUNT_ADMIN),
    # Refused with a sentence on the claim's page: this project sends by the built-in signing, which has no such page.
    "claim-signature-draft": (NOT_TAKEN, CONTRACT_READER),
    "signature-provider-page": (NOT_TAKEN, "s44434433"),
    # An answer to a log-in that this session did not begin is refused, whoever brings it.
    "docusign-callback": ("s33333333", NOT_TAKEN),
    # DocuSign has no session: the proof over the body lets it in (tests/signing/docusign).
    "docusign-news": ("555555555", "333333333"),
}


def add_docusign(world: World) -> None:
    """Add a connection, and the secret part of its webhook's address, to ``world.ids``."""
    connection = DocusignConnection.objects.create(
        account=Account.objects.get(pk=world.ids["account_id"]),
        docusign_account_id="an-account",
        base_uri="https://na3.docusign.net",
        connected_by_name="Ann Admin",
        access_token="",
        refresh_token="",
        access_expires_at=clock.now() + timedelta(hours=8),
    )
    world.ids["connection_key"] = connection.key
