"""E-mails signed as the domain that they come from (DKIM): checked by the library as a receiver would."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tallystick.config import environment as env
from tallystick.core import clock
from tallystick.notifications.sending import send_due
from tests import factories as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def signing(key, tmp_path, settings, mail_server):
    """Sign by a key whose public part ``published`` answers for; gives what arrived, as bytes."""
    file = tmp_path / "dkim.pem"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    settings.DKIM = env.dkim("tallystick", str(file))
    return mail_server


def published(key):
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)
    return lambda name, timeout=5: record if name == b"tallystick._domainkey.northbuild.com." else None


def sent(write, server) -> bytes:
    with clock.at(NOON):
        write(make.make_person(email="carl@apex.com", name="Zoë Küster"))
        send_due()
    (kept,) = server.folder.glob("*.json")
    content: bytes = json.loads(kept.read_text("utf-8"))["content"].encode("latin-1")
    return content


def test_what_arrives_is_signed_and_one_changed_letter_is_found(key, signing, write):
    content = sent(write, signing)
    assert dkim.verify(content, dnsfunc=published(key))
    for before, after in ((b"Subject: ", b"Subject: X"), (b"</p>", b"</q>")):
        assert before in content
        assert not dkim.verify(content.replace(before, after, 1), dnsfunc=published(key))
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert not dkim.verify(content, dnsfunc=published(other))


def test_the_headers_by_which_one_unsubscribes_are_signed_where_there_are_any(key, signing, write):
    content = sent(write, signing)
    head = content.partition(b"\r\n\r\n")[0].lower()
    listed = head.partition(b"h=")[2].partition(b";")[0].replace(b"\r\n", b"").replace(b" ", b"").split(b":")
    assert {b"from", b"to", b"subject", b"date", b"message-id"} <= set(listed)
    for name in (b"list-unsubscribe", b"list-unsubscribe-post"):
        assert (name in listed) == (b"\r\n" + name + b":" in head)


def test_without_a_key_nothing_is_signed(mail_server, write, settings):
    settings.DKIM = None
    assert b"DKIM-Signature" not in sent(write, mail_server)


def test_a_key_that_cannot_be_used_is_named_at_the_start(tmp_path):
    with pytest.raises(env.SettingProblem, match="can't be read"):
        env.dkim("tallystick", str(tmp_path / "none.pem"))
    file = tmp_path / "cert.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(env.SettingProblem, match="no private key"):
        env.dkim("tallystick", str(file))
    file.write_text("-----BEGIN PRIVATE KEY-----\n")
    with pytest.raises(env.SettingProblem, match="SELECTOR"):
        env.dkim("two words", str(file))
    assert env.dkim("tallystick", "") is None
