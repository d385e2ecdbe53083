"""``tallystick check``: is everything in order, and if not, what to do about it."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tallystick.config import environment as env

LITTLE_SPACE = 2 * 1024**3
HARDLY_ANY_SPACE = 200 * 1024**2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``state`` is ok, note or problem; ``text`` says what to do about a problem."""

    name: str
    state: str
    text: str


def main(argv: list[str]) -> int:
    """Look at everything; exit code 1 when there is a problem."""
    parser = argparse.ArgumentParser(
        prog="tallystick check",
        description="Look at settings, database, storage, space, fonts and workers, and say what to do if something "
        "is not in order. Exits with 1 when there is a problem, and with 0 when there are only notes.",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    arguments = parser.parse_args(argv)

    findings = list(_findings())
    if arguments.json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2) + "\n")
    else:
        marks = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}
        for finding in findings:
            sys.stdout.write(f"{marks[finding.state]}  {finding.name:<10} {finding.text}\n")
    return 1 if any(finding.state == "problem" for finding in findings) else 0


def _findings() -> Iterator[Finding]:
    try:
        from tallystick.cli.setup import use_django

        use_django()
    except env.SettingProblem as problem:
        yield Finding("settings", "problem", str(problem))
        return
    for name, look in LOOKS:
        try:
            yield from look(name)
        except Exception as cause:
            yield Finding(name, "problem", f"This could not be looked at: {cause}".strip())


def _settings(name: str) -> Iterator[Finding]:
    from django.conf import settings
    from django.core.checks import run_checks

    public = settings.HOST not in ("127.0.0.1", "localhost", "::1") or settings.HTTPS
    messages = run_checks(include_deployment_checks=public)
    told = [message for message in messages if not message.is_silenced()]
    for message in told:
        hint = f" {message.hint}" if message.hint else ""
        yield Finding(name, "problem" if message.is_serious() else "note", f"{message.msg}{hint}")
    if settings.DEBUG:
        yield Finding(
            name, "note", "TALLYSTICK_DEBUG is on: visitors see technical detail. For development only."
        )
    if public and not settings.HTTPS:
        yield Finding(
            name,
            "note",
            "Other machines can reach this without HTTPS: put a proxy before it and set TALLYSTICK_HTTPS.",
        )
    if not told:
        yield Finding(name, "ok", "The settings fit together.")


def _database(name: str) -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        connection.ensure_connection()
    except Exception as cause:
        yield Finding(
            name, "problem", f"The database doesn't answer ({cause}). Check DATABASE_URL and the server."
        )
        return
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(
            name, "problem", f"{len(waiting)} migrations wait: 'bin/tallystick migrate' applies them."
        )
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            answer = cursor.fetchone()[0]
        if answer != "ok":
            yield Finding(
                name, "problem", f"The SQLite file is damaged ({answer}): restore it from a backup."
            )
            return
    elif connection.vendor == "postgresql" and connection.pg_version < 150000:  # type: ignore[attr-defined]
        yield Finding(name, "note", "This PostgreSQL is older than 15, which Tallystick is tested with.")
    if not waiting:
        yield Finding(name, "ok", f"{connection.display_name} answers and has all tables.")


def _storage(name: str) -> Iterator[Finding]:
    from django.conf import settings

    for folder in (settings.DATA, settings.MEDIA_ROOT):
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with tempfile.NamedTemporaryFile(dir=folder) as file:
                file.write(b"tallystick")
                file.flush()
                os.fsync(file.fileno())
        except OSError as cause:
            yield Finding(
                name, "problem", f"{folder} can't be written ({cause.strerror}): give Tallystick its rights."
            )
            return
    mode = settings.DATA.stat().st_mode & 0o077
    if mode:
        yield Finding(name, "note", f"Other users of this machine may read {settings.DATA}: 'chmod 700' it.")
    key = settings.DATA / "secret-key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding(name, "problem", f"Other users of this machine may read {key}: 'chmod 600' it.")
    yield Finding(name, "ok", f"{settings.DATA} can be written.")


def _space(name: str) -> Iterator[Finding]:
    from django.conf import settings

    free = shutil.disk_usage(settings.DATA).free
    text = f"{free / 1024**3:,.1f} GiB are free where {settings.DATA} is."
    if free < HARDLY_ANY_SPACE:
        yield Finding(name, "problem", f"{text} Free some before people upload or compile anything.")
    elif free < LITTLE_SPACE:
        yield Finding(name, "note", f"{text} A large backup may need more.")
    else:
        yield Finding(name, "ok", text)


def _fonts(name: str) -> Iterator[Finding]:
    missing = []
    for package in ("manimgx_fonts", "manimgx_fonts_cjk"):
        try:
            __import__(package)
        except ImportError:
            missing.append(package)
    if missing:
        yield Finding(
            name, "problem", f"{', '.join(missing)} is missing: install what requirements.lock names."
        )
    else:
        yield Finding(name, "ok", "The fonts for documents are installed.")


def _workers(name: str) -> Iterator[Finding]:
    from django.db import connection

    from tallystick.runs.models import Run, Worker
    from tallystick.runs.queries import workers_alive
    from tallystick.runs.states import RunState

    if Worker._meta.db_table not in connection.introspection.table_names():
        return  # said about the database already
    alive = workers_alive()
    waiting = Run.objects.filter(state=RunState.QUEUED).count()
    if alive:
        yield Finding(name, "ok", f"{alive} at work, {waiting} pieces of work waiting.")
    elif waiting:
        yield Finding(
            name,
            "problem",
            f"{waiting} pieces of work wait and no worker runs: start 'bin/tallystick worker'.",
        )
    else:
        yield Finding(
            name,
            "note",
            "No worker runs. 'bin/tallystick serve' brings one; so does 'bin/tallystick worker'.",
        )


LOOKS: tuple[tuple[str, Callable[[str], Iterator[Finding]]], ...] = (
    ("settings", _settings),
    ("database", _database),
    ("storage", _storage),
    ("space", _space),
    ("fonts", _fonts),
    ("workers", _workers),
)
