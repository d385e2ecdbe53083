"""An account's own certificate for sealing: read, checked and kept sealed, or taken away."""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.policies import can_manage_account
from tallystick.audit.actions import record
from tallystick.core import clock
from tallystick.core.dates import format_date
from tallystick.core.errors import BadInput
from tallystick.core.vault import Place, seal, unseal, wants_new_seal
from tallystick.directory.models import Account
from tallystick.signing.builtin.keys import SealKey, as_key, place_of
from tallystick.signing.builtin.models import SealCertificate

LARGEST = 128 * 1024
MOST_ITERATIONS = 5_000_000
"""A file may ask for so many rounds of key derivation; more would only keep a process busy."""


@transaction.atomic
def put_certificate(actor: Actor, account: Account, data: bytes, passphrase: str) -> SealCertificate:
    """Seal the account's documents with this PKCS#12 file from now on. The passphrase is not kept.

    Raises ``Refused``, and ``BadInput`` with what is wrong with the file.
    """
    can_manage_account(actor, account).require()
    key, until = read_certificate(data, passphrase)
    found, _ = SealCertificate.objects.update_or_create(
        account=account,
        defaults={
            "pkcs12": seal(base64.b64encode(key.pkcs12).decode(), place_of(account)),
            "subject": key.subject[:300],
            "issuer": key.issuer[:300],
            "fingerprint": key.fingerprint,
            "valid_until": until,
            "uploaded_by_name": actor.name,
            "uploaded_at": clock.now(),
        },
    )
    _record(actor, account, "seal.replaced", found)
    return found


@transaction.atomic
def remove_certificate(actor: Actor, account: Account) -> bool:
    """Let the installation's own key seal again; whether there was one. What was sealed stays as it is."""
    can_manage_account(actor, account).require()
    found = SealCertificate.objects.select_for_update().filter(account=account).first()
    if found is None:
        return False
    _record(actor, account, "seal.removed", found)
    found.delete()
    return True


def read_certificate(data: bytes, passphrase: str) -> tuple[SealKey, datetime]:
    """Key and chain of a PKCS#12 file, and until when they hold. Raises ``BadInput`` with what to do."""
    if len(data) > LARGEST:
        raise _wrong("The file is too large to be a certificate. Choose the .p12 or .pfx file.")
    if not _is_bounded(data):
        raise _wrong(
            "The file is no PKCS#12 file that can be read. Choose the .p12 or .pfx file that holds certificate and key."
        )
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(
            data, passphrase.encode() if passphrase else None
        )
    except ValueError as cause:
        if "password" in str(cause).lower() or "mac" in str(cause).lower():
            raise BadInput(
                "The file did not open with this passphrase. Type it again.",
                {"passphrase": "The file did not open with this passphrase."},
            ) from cause
        raise _wrong("The file can't be read. Export certificate and key once more.") from cause
    if key is None:
        raise _wrong("The file holds no private key. Export the certificate together with its key.")
    if certificate is None:
        raise _wrong("The file holds a key without its certificate. Export both into one file.")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise _wrong("The key is of a kind that can't seal PDFs. Use an RSA or an elliptic-curve key.")
    now, until = clock.now(), certificate.not_valid_after_utc
    if until < now:
        raise _wrong(f"The certificate expired on {until:%Y-%m-%d}. Choose a current one.")
    if certificate.not_valid_before_utc > now:
        raise _wrong(f"The certificate is valid from {certificate.not_valid_before_utc:%Y-%m-%d} only.")
    if not _may_sign(certificate):
        raise _wrong("The certificate is not made for signing: its key usage has no digital signature.")
    return as_key(key, certificate, others, is_own=False), until


def _wrong(said: str) -> BadInput:
    return BadInput(said, {"file": said})


def _is_bounded(data: bytes) -> bool:
    """Whether it is PKCS#12, and opening it costs no more than it should."""
    # Only when a file is uploaded: the web process does without it else.
    from asn1crypto import pkcs12 as asn1_pkcs12

    try:
        pfx = asn1_pkcs12.Pfx.load(data, strict=True)
        rounds = [int(pfx["mac_data"]["iterations"].native)] if pfx["mac_data"].native else []
        for info in pfx.authenticated_safe:
            if info["content_type"].native == "encrypted_data":
                algorithm = info["content"]["encrypted_content_info"]["content_encryption_algorithm"]
                rounds.append(int(algorithm.kdf_iterations))
            elif info["content_type"].native == "data":
                for bag in asn1_pkcs12.SafeContents.load(info["content"].native):
                    if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
                        rounds.append(int(bag["bag_value"]["encryption_algorithm"].kdf_iterations))
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return all(0 < one <= MOST_ITERATIONS for one in rounds)


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool(usage.digital_signature or usage.content_commitment)


def _record(actor: Actor, account: Account, name: str, found: SealCertificate) -> None:
    record(
        actor.login_id,
        name,
        account,
        account_id=account.pk,
        actor_name=actor.name,
        facts={"certificate": found.subject, "until": format_date(found.valid_until.date(), account.locale)},
    )


def seal_anew() -> int:
    """Seal with the first of our keys what lies under an older one; how many. A chore of every worker."""
    count = 0
    for row in SealCertificate.objects.select_related("account"):
        if wants_new_seal(row.pkcs12):
            place: Place = place_of(row.account)
            fresh = seal(unseal(row.pkcs12, place), place)
            count += SealCertificate.objects.filter(pk=row.pk, pkcs12=row.pkcs12).update(pkcs12=fresh)
    return count
