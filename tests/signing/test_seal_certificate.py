"""An account's own certificate for sealing: uploaded, checked, kept sealed, in force, taken away (esign §5)."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.core import clock
from tallystick.core.vault import CannotUnseal, unseal
from tallystick.signing.builtin import certificates
from tallystick.signing.builtin.certificates import LARGEST, seal_anew
from tallystick.signing.builtin.keys import FILE, place_of, seal_key
from tallystick.signing.builtin.models import SealCertificate
from tallystick.signing.builtin.verifying import verify_signed
from tallystick.signing.states import EnvelopeState as E
from tests import factories as make
from tests.signing.site import envelope_of, work
from tests.signing.test_builtin import pdfsig, signed_file, signs


def said(answer) -> str:
    words = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(words.split())


def made(
    *,
    days: int = 365,
    begins: int = -1,
    with_key: bool = True,
    may_sign: bool = True,
    rounds: int = 0,
    key=None,
) -> bytes:
    """A PKCS#12 file that opens with “open”."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Northbuild Pty Ltd")])
    now = clock.now()
    usage = x509.KeyUsage(may_sign, False, not may_sign, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(11)
        .not_valid_before(now + timedelta(days=min(begins, days - 1)))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(usage, critical=True)
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    encryption = BestAvailableEncryption(b"open")
    if rounds:
        encryption = (
            PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(rounds)
            .hmac_hash(hashes.SHA256())
            .build(b"open")
        )
    if not with_key:
        return pkcs12.serialize_key_and_certificates(b"x", None, None, [certificate], encryption)
    return pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, encryption)


@pytest.fixture
def boss(site) -> Client:
    return make.signed_in(make.make_account_admin(site.project.account, "Bea Boss"))


def upload(boss: Client, site, data: bytes | None, passphrase: str = "open"):
    sent: dict[str, object] = {"passphrase": passphrase}
    if data is not None:
        sent["file"] = SimpleUploadedFile("seal.p12", data)
    return boss.post(reverse("account-seal", args=[site.project.account_id]), sent, follow=True)


def sign_one(site):
    claim = site.ready()
    site.send(claim)
    signs(claim)
    work()
    return claim


def test_documents_are_sealed_by_the_accounts_own_certificate(site, settings, boss):
    assert "A key that was made here seals them." in said(
        boss.get(reverse("account-seal", args=[site.project.account_id]))
    )
    answer = upload(boss, site, made())
    assert "sealed by Northbuild Pty Ltd from now on" in said(answer) and "Bea Boss" in said(answer)
    claim = sign_one(site)
    report = verify_signed(signed_file(claim))
    assert report.ok and "Northbuild Pty Ltd" in report.seal
    assert "Signature is Valid." in pdfsig(signed_file(claim))
    assert not (settings.DATA / FILE).exists(), "no key of the installation was needed"
    history = said(boss.get(reverse("account-settings-history", args=[site.project.account_id])))
    assert "put a certificate for sealing in place" in history.lower()


def test_it_is_this_accounts_alone(site, boss):
    upload(boss, site, made())
    other = make.make_account()
    assert seal_key(other).is_own and not seal_key(site.project.account).is_own


@pytest.mark.parametrize(
    ("file", "passphrase", "told"),
    [
        (made, "wrong", "did not open with this passphrase"),
        (made, "", "did not open with this passphrase"),
        (lambda: made(days=-3), "open", "The certificate expired on"),
        (lambda: made(begins=5), "open", "The certificate is valid from"),
        (lambda: made(with_key=False), "open", "holds no private key"),
        (lambda: made(may_sign=False), "open", "not made for signing"),
        (lambda: made(key=ed25519.Ed25519PrivateKey.generate()), "open", "of a kind that can't seal PDFs"),
        (lambda: b"%PDF-1.7 no certificate at all", "open", "no PKCS#12 file that can be read"),
        (lambda: b"\x30\x80" * 200, "open", "no PKCS#12 file that can be read"),
        (lambda: b"x" * (LARGEST + 1), "open", "too large to be a certificate"),
        (lambda: None, "open", "Choose the .p12 or .pfx file"),
    ],
)
def test_what_cannot_seal_is_refused_and_told_plainly(site, boss, file, passphrase, told):
    answer = upload(boss, site, file(), passphrase)
    assert answer.status_code == 422 and told in said(answer)
    assert not SealCertificate.objects.exists()


def test_a_file_that_would_keep_the_server_busy_is_not_opened(site, boss, monkeypatch):
    monkeypatch.setattr(certificates, "MOST_ITERATIONS", 19_999)
    answer = upload(boss, site, made(rounds=20_000))
    assert answer.status_code == 422 and "no PKCS#12 file that can be read" in said(answer)
    monkeypatch.setattr(certificates, "MOST_ITERATIONS", 20_000)
    assert upload(boss, site, made(rounds=20_000)).status_code == 200


def test_one_that_fails_leaves_the_one_in_force(site, boss):
    upload(boss, site, made())
    before = SealCertificate.objects.get().fingerprint
    upload(boss, site, made(days=-3))
    assert SealCertificate.objects.get().fingerprint == before
    upload(boss, site, made())
    assert SealCertificate.objects.get().fingerprint != before


def test_an_expired_one_is_waited_for_and_the_page_says_so(site, boss):
    upload(boss, site, made(days=10))
    with clock.at(clock.now() + timedelta(days=11)):
        claim = sign_one(site)
        envelope = envelope_of(claim)
        assert envelope.state == E.PARTIALLY_SIGNED and "has expired" in envelope.reason
        page = said(boss.get(reverse("account-seal", args=[site.project.account_id])))
        assert "The certificate has expired" in page
    upload(boss, site, made(days=400))
    with clock.at(clock.now() + timedelta(days=12)):
        work()
    assert envelope_of(claim).state == E.COMPLETED


def test_taken_away_the_installations_key_seals_again(site, boss):
    upload(boss, site, made())
    removal = reverse("account-seal-removal", args=[site.project.account_id])
    assert "deleted here" in said(boss.post(removal, follow=True))
    boss.post(removal)
    assert seal_key(site.project.account).is_own and not SealCertificate.objects.exists()


def test_the_key_is_kept_sealed_for_this_account_and_sealed_anew(site, boss, settings):
    upload(boss, site, made())
    row = SealCertificate.objects.get()
    assert "BEGIN" not in row.pkcs12
    with pytest.raises(CannotUnseal):
        unseal(row.pkcs12, place_of(make.make_account()))
    settings.TOKEN_KEYS = {"new": b"n" * 32, **settings.TOKEN_KEYS}
    assert seal_anew() == 1 and seal_anew() == 0
    assert SealCertificate.objects.get().pkcs12.startswith("new:")
    assert not seal_key(site.project.account).is_own


def test_only_administrators_of_the_account_put_one_in_place(site):
    member = make.signed_in(make.make_member(site.project, Level.ADMIN))
    assert upload(member, site, made()).status_code == 403
    assert not SealCertificate.objects.exists()


def test_the_passphrase_and_the_key_stand_on_no_page_and_in_no_history(site, boss):
    key = ec.generate_private_key(ec.SECP256R1())
    answer = upload(boss, site, made(key=key), "open-sesame-wrong")
    assert "open-sesame-wrong" not in answer.content.decode()
    upload(boss, site, made(key=key))
    secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex()[60:100]
    assert secret not in SealCertificate.objects.get().pkcs12
