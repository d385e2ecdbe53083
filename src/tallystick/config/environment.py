"""Every setting that the environment may give, as one table.

``docs/operations.md`` shows the same table to the person who runs Tallystick; a test compares the two.
Nothing else in the code reads the environment.
"""

# terms: allow-file claim

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

CHECKOUT = Path(__file__).resolve().parents[3]

SQLITE_SCHEMES = {"sqlite", "sqlite3"}
POSTGRES_SCHEMES = {"postgres", "postgresql"}


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name, what holds when it is unset, and what it is for."""

    name: str
    default: str
    meaning: str


VARIABLES: tuple[Variable, ...] = (
    Variable("TALLYSTICK_DATA", "var", "Folder for everything that is kept: database, files, secret key."),
    Variable(
        "DATABASE_URL", "", "postgres://USER:PASSWORD@HOST:PORT/NAME. Unset: SQLite in the data folder."
    ),
    Variable("TALLYSTICK_HOST", "127.0.0.1", "Address to listen on."),
    Variable("TALLYSTICK_PORT", "8000", "Port to listen on."),
    Variable("TALLYSTICK_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "Host names it answers to, by comma."),
    Variable(
        "TALLYSTICK_HTTPS", "no", "yes behind a proxy that speaks HTTPS: secure cookies, redirect, HSTS."
    ),
    Variable(
        "TALLYSTICK_URL", "http://127.0.0.1:8000", "Where people reach it; links in e-mails begin with this."
    ),
    Variable("TALLYSTICK_HSTS_SECONDS", "31536000", "How long browsers insist on HTTPS, when HTTPS is on."),
    Variable("TALLYSTICK_SECRET_KEY", "", "Signs sessions and links. Unset: generated into the data folder."),
    Variable("TALLYSTICK_DEBUG", "no", "yes shows technical detail to visitors. For development only."),
    Variable("TALLYSTICK_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR; lines go to standard error."),
    Variable("TALLYSTICK_WEB_THREADS", "4", "Requests that the web process answers at the same time."),
    Variable("TALLYSTICK_WORKER_PROCESSES", "0", "Processes for heavy work in a worker. 0: one per core."),
    Variable("TALLYSTICK_WORKER_MEMORY_MIB", "1024", "Memory that one such process may use."),
    Variable("TALLYSTICK_RUN_MINUTES", "60", "How long one piece of work may take before it is given up."),
    Variable(
        "TALLYSTICK_RESULT_DAYS", "30", "How long results, such as compiled backups, can be downloaded."
    ),
    Variable("TALLYSTICK_UPLOAD_MAX_MIB", "512", "Largest single file that can be uploaded."),
    Variable("TALLYSTICK_UPLOAD_MAX_FILES", "200", "Most files that can be uploaded at once."),
    Variable(
        "TALLYSTICK_SMTP_URL",
        "",
        "smtp://USER:PASSWORD@HOST:PORT, or smtps://. Unset: e-mails are kept in the outbox, and none is sent.",
    ),
    Variable(
        "TALLYSTICK_MAIL_FROM",
        "tallystick@localhost",
        "Address that e-mails come from; its domain names them.",
    ),
    Variable("TALLYSTICK_MAIL_BOUNCES", "", "Address that undeliverable mail goes back to; gets +ID added."),
    Variable(
        "TALLYSTICK_DKIM_KEY",
        "",
        "File (PEM, RSA) that signs e-mails as the domain they come from. Unset: the mail server signs, or nobody.",
    ),
    Variable(
        "TALLYSTICK_DKIM_SELECTOR", "tallystick", "Where the domain publishes that key: NAME._domainkey."
    ),
    Variable(
        "TALLYSTICK_SEAL_PKCS12",
        "",
        "File (.p12, .pfx) with the certificate that seals signed documents. Unset: one that is made here.",
    ),
    Variable("TALLYSTICK_SEAL_PASSPHRASE", "", "Opens that file."),
    Variable(
        "TALLYSTICK_SEAL_TIME_STAMPS", "", "URL of a time-stamp authority (RFC 3161). Unset: no time stamps."
    ),
    Variable(
        "TALLYSTICK_TOKEN_KEYS",
        "",
        "Seal tokens and secrets: ID:BASE64, the first one seals. Unset: made in the data folder.",
    ),
    Variable(
        "TALLYSTICK_SSO_PRIVATE", "no", "yes lets single sign-on ask identity providers at private addresses."
    ),
    Variable("TALLYSTICK_DOCUSIGN_KEY", "", "Integration key of a DocuSign app. Unset: no DocuSign."),
    Variable("TALLYSTICK_DOCUSIGN_SECRET", "", "Secret key of that app."),
    Variable(
        "TALLYSTICK_DOCUSIGN_SERVER",
        "https://account.docusign.com",
        "Where people log in to DocuSign; https://account-d.docusign.com for a developer account.",
    ),
    Variable(
        "TALLYSTICK_DOCUSIGN_API_SERVER",
        "",
        "For tests: an API server to trust that is none of DocuSign’s hosts.",
    ),
    Variable("TALLYSTICK_PAGE_STAMP", "no", "yes prints claim and page numbers on every page of a backup."),
)

_BY_NAME = {variable.name: variable for variable in VARIABLES}
_YES = {"1", "yes", "true", "on"}
_NO = {"0", "no", "false", "off", ""}


class SettingProblem(Exception):
    """A variable holds something that can't be used; ``str()`` says which and what would do."""


def text(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The variable's value, or its default when it is unset or blank."""
    return environ.get(name, "").strip() or _BY_NAME[name].default


def number(name: str, environ: Mapping[str, str] = os.environ) -> int:
    """The variable as a whole number of zero or more."""
    value = text(name, environ)
    if not value.isascii() or not value.isdigit():
        raise SettingProblem(f"{name} is {value!r}: it has to be a whole number.")
    return int(value)


def switch(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """The variable as yes or no."""
    value = text(name, environ).lower()
    if value not in _YES | _NO:
        raise SettingProblem(f"{name} is {value!r}: it has to be yes or no.")
    return value in _YES


def names(name: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    """The variable as a list, split at commas."""
    return [part.strip() for part in text(name, environ).split(",") if part.strip()]


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of everything that is kept; a relative path is meant from the checkout."""
    return (CHECKOUT / Path(text("TALLYSTICK_DATA", environ)).expanduser()).resolve()


def make_folder(path: Path) -> None:
    """Make a folder of the data folder, for its owner alone; ``SettingProblem`` when that can't be."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as cause:
        raise SettingProblem(
            f"The folder {path} can't be made ({cause.strerror}): set TALLYSTICK_DATA to a folder that can be written."
        ) from cause
    if not os.access(path, os.W_OK | os.X_OK):
        raise SettingProblem(
            f"The folder {path} can't be written: give Tallystick the right to, or set TALLYSTICK_DATA to another."
        )


def database(url: str, data: Path) -> dict[str, object]:
    """Django's description of the database that ``url`` names; SQLite in ``data`` when it is empty."""
    if not url:
        return _sqlite(data / "tallystick.sqlite3")
    parts = urlsplit(url)
    if parts.scheme in SQLITE_SCHEMES:
        # As elsewhere: three slashes are relative to the data folder, four are absolute.
        return _sqlite(data / unquote(parts.path.removeprefix("/")))
    if parts.scheme in POSTGRES_SCHEMES:
        return _postgres(url)
    raise SettingProblem("DATABASE_URL has to begin with postgres:// or sqlite://.")


def _sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            # A transaction that will write takes its lock at once: it waits its turn, never fails half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: what was answered as saved survives a power cut. The cache is per thread, so it stays
            # small; no mmap, since every thread's mapping counts against the web process's memory.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
            ),
        },
        "CONN_MAX_AGE": None,
    }


def _postgres(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError as cause:
        raise SettingProblem("DATABASE_URL names a port that is not a number.") from cause
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise SettingProblem("DATABASE_URL has to name a database: postgres://USER:PASSWORD@HOST/NAME.")
    # A folder of sockets can't stand where the host stands: ?host=/run/postgresql, as libpq has it.
    host = str(options.pop("host", "")) or unquote(parts.hostname or "")
    port_text = str(options.pop("port", "")) or str(port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port_text,
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def dkim(selector: str, file: str) -> tuple[str, str] | None:
    """Selector and file of the key that signs e-mails; None where none is set. The file is looked at at once."""
    if not file:
        return None
    try:
        begins = Path(file).read_bytes()[:64]
    except OSError as cause:
        raise SettingProblem(
            f"TALLYSTICK_DKIM_KEY names {file}, which can't be read: {cause.strerror}."
        ) from cause
    if b"-----BEGIN" not in begins or b"PRIVATE KEY-----" not in begins:
        raise SettingProblem(f"TALLYSTICK_DKIM_KEY names {file}, which is no private key in PEM.")
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", selector):
        raise SettingProblem("TALLYSTICK_DKIM_SELECTOR may have letters, figures, hyphens and dots.")
    return selector, file


SMTP_PORTS = {"smtp": 587, "smtps": 465}
SMTP_SECURITY = {"starttls", "opportunistic", "none"}


def mail_server(url: str) -> dict[str, object] | None:
    """Host, port, user, password and security of the mail server that ``url`` names; None when it is empty."""
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as cause:
        raise SettingProblem("TALLYSTICK_SMTP_URL names a port that is not a number.") from cause
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        raise SettingProblem("TALLYSTICK_SMTP_URL has to look like smtp://HOST:PORT or smtps://HOST.")
    security = dict(parse_qsl(parts.query)).get("security", "opportunistic")
    if security not in SMTP_SECURITY:
        raise SettingProblem("TALLYSTICK_SMTP_URL: security has to be starttls, opportunistic or none.")
    return {
        "host": parts.hostname,
        "port": port or SMTP_PORTS[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "security": "tls" if parts.scheme == "smtps" else security,
    }


def mail_address(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The variable as one plain address, or nothing."""
    value = text(name, environ)
    local, at, domain = value.partition("@")
    if value and (not local or not at or not domain or any(c.isspace() or c in '<>,"' for c in value)):
        raise SettingProblem(f"{name} is {value!r}: it has to be an address such as claims@example.com.")
    return value
