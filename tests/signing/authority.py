"""A time-stamp authority (RFC 3161) for tests: over HTTP on this machine, with troubles on demand."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from tallystick.core import clock


class Authority:
    """``url`` answers time-stamp requests; ``trouble`` is one of down, refuses, garbage, error, or nothing."""

    def __init__(self) -> None:
        self.trouble = ""
        self._stamper = _stamper()
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
                status, kind, body = authority._answer(request)
                if not status:
                    self.connection.close()
                    return
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsa"

    def _answer(self, request: tsp.TimeStampReq) -> tuple[int, str, bytes]:
        reply = "application/timestamp-reply"
        match self.trouble:
            case "down":
                return 0, "", b""
            case "error":
                return 503, "text/plain", b"busy"
            case "garbage":
                return 200, reply, b"<html>"
            case "refuses":
                return 200, reply, tsp.TimeStampResp({"status": {"status": "rejection"}}).dump()
        return 200, reply, self._stamper.request_tsa_response(request).dump()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _stamper() -> DummyTimeStamper:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time of the tests")])
    start = clock.now() - timedelta(days=3650)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=7300))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    return DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
    )
