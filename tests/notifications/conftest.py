"""A mail server in a process of its own."""

from __future__ import annotations

import email
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests import factories as make


class MailServer:
    """The server's folder, as what arrived."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def arrived(self) -> list[EmailMessage]:
        """Every message, in the order in which they arrived; ``X-To`` and ``X-From`` are those of the envelope,
        ``X-User`` and ``X-TLS`` say how it was handed over."""
        found = []
        for path in sorted(self.folder.glob("*.json"), key=lambda path: int(path.stem)):
            kept = json.loads(path.read_text("utf-8"))
            message = email.message_from_bytes(kept["content"].encode("latin-1"), policy=policy.default)
            message["X-To"], message["X-From"] = kept["to"], kept["from"]
            message["X-User"], message["X-TLS"] = kept["user"], str(kept["tls"])
            found.append(message)
        return found

    def busy(self, on: bool) -> None:
        """Have it put everybody off."""
        (self.folder / "busy").touch() if on else (self.folder / "busy").unlink()


@contextmanager
def mail_server_process(folder: Path, *options: str) -> Iterator[MailServer]:
    """A server that keeps what it takes in the folder; its options as ``smtp_server.py`` has them."""
    program = Path(__file__).parent / "smtp_server.py"
    process = subprocess.Popen(
        [sys.executable, str(program), str(folder), *options], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield MailServer(folder, int(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def server_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server_process(tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture
def mail_server(server_process: MailServer, settings) -> MailServer:
    """An empty server that the product sends through."""
    for path in server_process.folder.iterdir():
        path.unlink()
    settings.MAIL_SERVER = {
        "host": "127.0.0.1",
        "port": server_process.port,
        "user": "",
        "password": "",
        "security": "opportunistic",
    }
    settings.DEFAULT_FROM_EMAIL = "claims@northbuild.com"
    settings.MAIL_DOMAIN = "northbuild.com"
    settings.PUBLIC_URL = "https://claims.northbuild.com"
    return server_process


VALUES = {"count": 2, "project": "HT Harbour Tower", "pages": "3 pages", "file": "B.pdf", "until": "Friday"}


@pytest.fixture
def write():
    """Write a message to a person: ``write(person, event, key=…, **values)``."""
    from tallystick.notifications.actions import Recipient, notify

    def written(person: make.Person, event: str = "backup.ready", key: str = "backup:1", **more):
        return notify(
            event,
            account=person.account,
            project=more.pop("project_", None),
            to=[Recipient.of_person(person)],
            key=key,
            thread=more.pop("thread", "backup:1"),
            path="/backups/1/file",
            values={**VALUES, **more},
        )

    return written
