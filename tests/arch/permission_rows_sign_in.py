"""Rows of the permission matrix for signing in, and the things that the addresses name."""

from tallystick.access.entry import entry_path
from tallystick.directory.models import Person
from tests.arch.permission_world import ANYBODY, NOT_TAKEN, SIGNED_IN, Row, World

NEVER_TAKEN = "555555555"

SIGN_IN: dict[str, Row] = {
    # Whoever comes by; the session says what there is to do
    "sign-in": (ANYBODY, ANYBODY),
    "sign-out": (NEVER_TAKEN, ANYBODY),
    "sign-in-address": (ANYBODY, ANYBODY),
    "sign-in-code": (ANYBODY, ANYBODY),
    "sign-in-code-resending": (NEVER_TAKEN, ANYBODY),
    # The contact's own link: the contact goes on, anybody else may have a code mailed to the contact
    "entry": (ANYBODY, ANYBODY),
    "sign-in-company": (ANYBODY, ANYBODY),
    # An answer that this browser has not begun leads back to the sign-in page
    "sign-in-company-callback": (ANYBODY, NEVER_TAKEN),
    "sign-in-second": (ANYBODY, ANYBODY),
    # No question was asked before: back to the page of signing in
    "sign-in-passkey": (NEVER_TAKEN, ANYBODY),
    # 422 with a sentence: there are no passkeys for the bare address of the tests
    "sign-in-passkey-options": (NEVER_TAKEN, ANYBODY),
    # Oneself; what changes a second step sends whoever has not proved themselves lately to the proof
    "own-app": (SIGNED_IN, SIGNED_IN),
    "own-app-removal": (NOT_TAKEN, SIGNED_IN),
    "own-passkey": (SIGNED_IN, SIGNED_IN),
    "own-passkey-options": (NOT_TAKEN, SIGNED_IN),
    "own-passkey-removal": (NOT_TAKEN, SIGNED_IN),
    "own-recovery": (SIGNED_IN, SIGNED_IN),
    "proof-passkey-options": (NOT_TAKEN, SIGNED_IN),
    "own-sign-in": (SIGNED_IN, NOT_TAKEN),
    "own-password": (SIGNED_IN, SIGNED_IN),
    "own-session-ending": (NOT_TAKEN, SIGNED_IN),
    "own-sessions-ending": (NOT_TAKEN, SIGNED_IN),
    "proof": (SIGNED_IN, SIGNED_IN),
    "proof-code": (NOT_TAKEN, SIGNED_IN),
}


def add_sign_in(world: World) -> None:
    """Add what the addresses of signing in name to ``world.ids``."""
    contact = Person.objects.select_related("login").get(pk=world.ids["person_id"])
    assert contact.login is not None
    # Nobody's: ending one that is gone is harmless
    world.ids["passkey_id"] = 987_654_321
    world.ids["own_session_id"] = 987_654_321
    world.ids["entry_token"] = entry_path(contact.login, "/").rsplit("/", 1)[-1]
