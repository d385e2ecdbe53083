"""The key that seals: one of the service, made on first use, or a bought certificate by setting (esign §5).

It seals; it is no signer's own. A certificate that was made here is known to nobody else, so viewers say that they
don't know who signed; what they say about changes holds all the same.
"""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

from tallystick.core import clock
from tallystick.core.vault import CannotUnseal, Place, unseal
from tallystick.directory.models import Account
from tallystick.signing.builtin.models import SealCertificate
from tallystick.signing.seam import Unavailable

FILE = "seal-key.pem"
GOOD_FOR = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class SealKey:
    """Key and chain as PKCS#12 without a passphrase, which stays in memory; and how people know the certificate."""

    pkcs12: bytes
    subject: str
    issuer: str
    fingerprint: str
    is_own: bool
    """Made here, and known to nobody else."""


def seal_key(account: Account | None = None) -> SealKey:
    """The key in force: the account's own, else the installation's. Raises ``Unavailable`` where the one that is set
    can't be used; no other takes its place."""
    own = SealCertificate.objects.filter(account=account).first() if account else None
    if own is not None:
        return _of_account(own)
    if settings.SEAL_PKCS12:
        return _bought(Path(settings.SEAL_PKCS12), settings.SEAL_PASSPHRASE)
    path = Path(settings.DATA) / FILE
    if not path.exists():
        _make(path)
    return _own(path.read_bytes())


def place_of(account: Account) -> Place:
    """Where an account's key lies sealed."""
    return Place(account.pk, "account", "seal_pkcs12")


def _of_account(row: SealCertificate) -> SealKey:
    if row.valid_until < clock.now():
        raise Unavailable(
            "The account’s certificate that seals signed documents has expired. An administrator of the account "
            "puts a current one on Settings → Seal; signed documents are sealed as soon as it is there."
        )
    try:
        packed = base64.b64decode(unseal(row.pkcs12, place_of(row.account)))
    except CannotUnseal as cause:
        raise Unavailable(
            "The account’s certificate that seals signed documents can't be opened: the key that sealed it is gone. "
            "An administrator of the account uploads it again on Settings → Seal."
        ) from cause
    return SealKey(packed, row.subject, row.issuer, row.fingerprint, is_own=False)


def _bought(path: Path, passphrase: str) -> SealKey:
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(
            path.read_bytes(), passphrase.encode() if passphrase else None
        )
    except (OSError, ValueError) as cause:
        raise Unavailable(
            "The certificate that seals signed documents can't be read. Check TALLYSTICK_SEAL_PKCS12 and "
            "TALLYSTICK_SEAL_PASSPHRASE; signed documents are sealed as soon as it can."
        ) from cause
    if key is None or certificate is None:
        raise Unavailable(
            "The file in TALLYSTICK_SEAL_PKCS12 holds no key with its certificate. Export both into one file."
        )
    if not certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc:
        raise Unavailable(
            "The certificate that seals signed documents is not valid now. Put a current one into "
            "TALLYSTICK_SEAL_PKCS12; signed documents are sealed as soon as it is there."
        )
    return as_key(key, certificate, others, is_own=False)  # type: ignore[arg-type]


def _own(pem: bytes) -> SealKey:
    key = serialization.load_pem_private_key(pem, None)
    certificate, *others = x509.load_pem_x509_certificates(pem)
    return as_key(key, certificate, others, is_own=True)  # type: ignore[arg-type]


def as_key(
    key: pkcs12.PKCS12PrivateKeyTypes,
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    *,
    is_own: bool,
) -> SealKey:
    packed = pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, others, serialization.NoEncryption()
    )
    return SealKey(
        packed,
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        is_own=is_own,
    )


def _name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _make(path: Path) -> None:
    """A P-256 key with a chain of two; the authority's own key is thrown away once it has signed.

    Two processes that start together end up with the same one: the file appears complete, by a link that only the first
    can make, and only its owner can read it.
    """
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = _common_name("Tallystick sealing authority of this installation")
    authority = (
        _certificate(authority_name, authority_name, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    certificate = (
        _certificate(_common_name("Tallystick seal"), authority_name, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    content = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write_once(path, content + certificate.public_bytes(pem) + authority.public_bytes(pem))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    start = clock.now() - timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + GOOD_FOR)
    )


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})


def _write_once(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
