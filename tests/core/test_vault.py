"""Tokens at rest open only where they were sealed, and by our keys."""

from __future__ import annotations

import base64

import pytest

from tallystick.config.environment import SettingProblem
from tallystick.config.secret import token_keys
from tallystick.core.vault import CannotUnseal, Place, seal, unseal, wants_new_seal

OLD, NEW = b"o" * 32, b"n" * 32
HERE = Place(7, "docusign", "refresh_token")


def test_a_sealed_token_opens_and_does_not_show_what_it_is(settings):
    settings.TOKEN_KEYS = {"a": OLD}
    sealed = seal("refresh-1234", HERE)
    assert sealed.startswith("a:") and "refresh-1234" not in sealed
    assert unseal(sealed, HERE) == "refresh-1234"
    assert seal("refresh-1234", HERE) != sealed
    assert seal("", HERE) == "" and unseal("", HERE) == ""


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(8, "docusign", "refresh_token"),
        Place(7, "docusign", "access_token"),
        Place(7, "xero", "refresh_token"),
    ],
)
def test_copied_to_another_account_column_or_provider_it_does_not_open(settings, elsewhere):
    settings.TOKEN_KEYS = {"a": OLD}
    with pytest.raises(CannotUnseal):
        unseal(seal("secret", HERE), elsewhere)


def test_one_changed_character_is_noticed(settings):
    settings.TOKEN_KEYS = {"a": OLD}
    sealed = seal("secret", HERE)
    for broken in (
        sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:],
        sealed[:8],
        "a:",
        "a:%%%",
    ):
        with pytest.raises(CannotUnseal):
            unseal(broken, HERE)


def test_after_the_key_was_changed_old_tokens_open_until_they_are_sealed_anew(settings):
    settings.TOKEN_KEYS = {"a": OLD}
    sealed = seal("secret", HERE)
    settings.TOKEN_KEYS = {"b": NEW, "a": OLD}
    assert unseal(sealed, HERE) == "secret" and wants_new_seal(sealed)
    again = seal("secret", HERE)
    assert again.startswith("b:") and not wants_new_seal(again)
    settings.TOKEN_KEYS = {"b": NEW}
    assert unseal(again, HERE) == "secret"
    with pytest.raises(CannotUnseal, match="no key 'a'"):
        unseal(sealed, HERE)


def test_keys_are_given_or_made_once_for_the_owner_alone(tmp_path):
    made = token_keys("", tmp_path)
    assert token_keys("", tmp_path) == made and [len(key) for key in made.values()] == [32]
    assert (tmp_path / "token-keys").stat().st_mode & 0o777 == 0o600
    given = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in (("b", NEW), ("a", OLD)))
    assert list(token_keys(given, tmp_path).items()) == [("b", NEW), ("a", OLD)]


@pytest.mark.parametrize("wrong", ["a", "a:short", f"a b:{base64.b64encode(OLD).decode()}", ","])
def test_a_key_that_is_none_stops_the_start_with_a_sentence(tmp_path, wrong):
    with pytest.raises(SettingProblem, match="TALLYSTICK_TOKEN_KEYS"):
        token_keys(wrong, tmp_path)
