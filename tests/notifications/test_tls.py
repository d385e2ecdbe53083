"""Logging in to a mail server and speaking TLS with it: real servers, certificates made for the test."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tallystick.core import clock
from tallystick.notifications.models import Message
from tallystick.notifications.sending import send_due
from tallystick.notifications.states import MessageStatus as S
from tests import factories as make
from tests.notifications.conftest import mail_server_process

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


class Certificate:
    """A certificate that signs itself, for the address 127.0.0.1 or for another."""

    def __init__(self, folder: Path, address: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.cert, self.key = folder / f"{address}.pem", folder / f"{address}.key"
        self.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    return {address: Certificate(folder, address) for address in ("127.0.0.1", "192.0.2.1")}


@pytest.fixture
def serve(tmp_path, certificates, settings, monkeypatch):
    """Start a server and have the product send through it; ``trusted``: its certificate is among the known ones."""
    with ExitStack() as stack:

        def served(tls="", *, login=False, trusted=True, of="127.0.0.1", security="opportunistic", **given):
            certificate = certificates[of]
            options = (
                ["--tls", tls, "--cert", str(certificate.cert), "--key", str(certificate.key)] if tls else []
            )
            server = stack.enter_context(
                mail_server_process(tmp_path, *options, *(["--login"] if login else []))
            )
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(certificate.cert))
            settings.MAIL_SERVER = {
                "host": "127.0.0.1",
                "port": server.port,
                "user": "claims" if login else "",
                "password": "right" if login else "",
                "security": security,
            } | given
            return server

        yield served


@pytest.fixture
def sent(write):
    """Write a message and try to send it: what became of it."""

    def tried() -> Message:
        with clock.at(NOON):
            (message,) = write(make.make_person(email="carl@apex.com"))
            send_due()
        message.refresh_from_db()
        return message

    return tried


@pytest.mark.parametrize(
    ("tls", "security"), [("NOW", "tls"), ("LATER", "opportunistic"), ("LATER", "starttls")]
)
def test_it_is_handed_over_by_tls_after_logging_in(serve, sent, tls, security):
    server = serve(tls, login=True, security=security)
    assert sent().status == S.SENT
    (got,) = server.arrived()
    assert (got["X-User"], got["X-TLS"]) == ("claims by PLAIN over TLS", "True")


def test_a_server_that_knows_only_login_gets_that(serve, sent, tmp_path):
    (tmp_path / "no-plain").touch()
    server = serve("LATER", login=True)
    assert sent().status == S.SENT
    assert server.arrived()[0]["X-User"] == "claims by LOGIN over TLS"


def test_where_tls_is_not_wanted_it_is_not_used(serve, sent):
    server = serve("LATER", security="none")
    assert sent().status == S.SENT
    assert server.arrived()[0]["X-TLS"] == "False"


def waits(message: Message, said: str) -> None:
    """It is tried again, none of the tries of others is spent, and the page of the message says why."""
    assert (message.status, message.tries) == (S.QUEUED, 1)
    assert message.next_try_at == NOON + timedelta(minutes=1)
    assert said in message.last_answer


def test_a_wrong_password_is_said_and_tried_again_once_it_is_right(serve, sent, settings):
    server = serve("LATER", login=True, password="wrong")
    message = sent()
    waits(
        message,
        "The mail server does not accept the user and password of TALLYSTICK_SMTP_URL: 535 5.7.8 Wrong user",
    )
    settings.MAIL_SERVER = settings.MAIL_SERVER | {"password": "right"}
    with clock.at(NOON + timedelta(minutes=2)):
        assert send_due() == 1
    assert len(server.arrived()) == 1


@pytest.mark.parametrize(("tls", "security"), [("NOW", "tls"), ("LATER", "opportunistic")])
def test_nothing_is_sent_to_a_server_whose_certificate_nobody_knows(serve, sent, tls, security):
    server = serve(tls, login=True, trusted=False, security=security)
    waits(sent(), "The certificate of the mail server is not to be trusted, so nothing was sent to it")
    assert server.arrived() == []


def test_nor_to_one_that_shows_the_certificate_of_another(serve, sent):
    server = serve("LATER", of="192.0.2.1")
    waits(sent(), "The certificate of the mail server is not to be trusted")
    assert server.arrived() == []


def test_a_server_without_tls_gets_nothing_where_tls_is_insisted_on(serve, sent):
    server = serve(security="starttls")
    waits(sent(), "The mail server could not be used: STARTTLS extension not supported by server.")
    assert server.arrived() == []


def test_a_server_that_does_not_speak_tls_from_the_first_byte_is_named_so(serve, sent):
    serve(security="tls")
    waits(sent(), "The mail server does not speak TLS here")


def test_a_password_goes_to_no_other_machine_in_the_clear(serve, sent):
    server = serve(login=True, host="127.1")
    waits(sent(), "The mail server offers no encryption, so the password is not sent to it.")
    assert server.arrived() == []


def test_to_this_machine_it_does(serve, sent):
    server = serve(login=True)
    assert sent().status == S.SENT
    assert server.arrived()[0]["X-User"] == "claims by PLAIN"


def test_a_server_that_wants_a_log_in_which_is_not_set_is_told_and_nothing_is_lost(serve, sent):
    server = serve("LATER", login=True, user="", password="")
    waits(sent(), "The mail server wants a user and a password in TALLYSTICK_SMTP_URL: 530 5.7.0")
    assert server.arrived() == []
