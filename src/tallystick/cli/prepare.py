"""What has to be true before anything is served: tables as this version has them, static files collected.

Most starts find everything in place, so that is seen without loading Django: by a stamp, and by asking the
database which migrations it has had. Otherwise a child process does the work.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tallystick.config import environment as env

STAMP = "prepared"
SAID = 4  # the child's exit code when it has said in one sentence what is wrong
LOG_INS = "sample-log-ins.json"
PACKAGE = Path(__file__).resolve().parents[1]

NO_ANSWER = "The database that DATABASE_URL names doesn't answer: {reason}"

LogIn = tuple[str, str, str, str]
"""Name, e-mail address, password, and who that is."""


def prepare(*, sample: bool = False) -> None:
    """Bring the data folder up to this version; with ``sample``, fill an empty database with the sample
    project.

    Raises ``SettingProblem`` when that doesn't work; the child has said why on standard error.
    """
    data = env.data_folder()
    sample_wanted = sample and not (data / LOG_INS).exists()
    if is_prepared(data) and not sample_wanted:
        return
    command = [sys.executable, "-m", "tallystick.cli.prepare", *(["--sample"] if sample_wanted else [])]
    code = subprocess.run(command, check=False).returncode
    if code == SAID:
        sys.exit(1)
    if code != 0:
        raise env.SettingProblem("Tallystick could not be made ready; the lines above say why.")


def is_prepared(data: Path) -> bool:
    """Whether the tables and the static files are those of this version."""
    with suppress(OSError):
        if (data / STAMP).read_text(encoding="ascii") == _stamp():
            return _own_migrations() <= _applied(data)
    return False


def sample_log_ins(data: Path) -> list[LogIn]:
    """The sample project's people, if it was loaded here."""
    with suppress(OSError, ValueError, IndexError):
        rows: list[list[str]] = json.loads((data / LOG_INS).read_text(encoding="utf-8"))
        return [(row[0], row[1], row[2], row[3]) for row in rows]
    return []


def _stamp() -> str:
    """Changes whenever a migration, a static file or Django does."""
    digest = hashlib.sha256(version("django").encode())
    for app, name in sorted(_own_migrations()):
        digest.update(f"{app}.{name}\n".encode())
    for path in sorted((PACKAGE / "web" / "static").rglob("*")):
        found = path.stat()
        digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _own_migrations() -> set[tuple[str, str]]:
    files = PACKAGE.glob("*/migrations/[0-9]*.py")
    return {(path.parent.parent.name, path.stem) for path in files}


def _applied(data: Path) -> set[tuple[str, str]]:
    """Which migrations the database has had; none when there is no database yet."""
    described: dict[str, Any] = env.database(env.text("DATABASE_URL"), data)
    statement = "SELECT app, name FROM django_migrations"
    if described["ENGINE"].endswith("sqlite3"):
        with suppress(sqlite3.Error):
            file = sqlite3.connect(f"{Path(described['NAME']).as_uri()}?mode=ro", uri=True)
            try:
                return set(file.execute(statement))
            finally:
                file.close()
        return set()
    import psycopg

    try:
        with psycopg.connect(
            dbname=described["NAME"],
            user=described["USER"] or None,
            password=described["PASSWORD"] or None,
            host=described["HOST"] or None,
            port=described["PORT"] or None,
            **described["OPTIONS"],
        ) as line:
            return set(line.execute(statement).fetchall())
    except psycopg.errors.UndefinedTable:
        return set()
    except psycopg.OperationalError as cause:
        raise env.SettingProblem(NO_ANSWER.format(reason=str(cause).strip())) from cause


def main(argv: list[str]) -> int:
    """The child process: migrate, collect static files, load the sample project."""
    try:
        _make_ready(env.data_folder(), sample="--sample" in argv)
    except env.SettingProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return SAID
    return 0


def _make_ready(data: Path, *, sample: bool) -> None:
    from tallystick.cli.setup import use_django

    env.make_folder(data)
    with _alone(data):
        if is_prepared(data) and not sample:
            return
        use_django()
        from django.core.management import call_command

        with _alone_in_database():
            call_command("migrate", interactive=False, verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
            if sample:
                _load_sample(data)
        _write(data / STAMP, _stamp())


def _load_sample(data: Path) -> None:
    from tallystick.cli.demo import load

    remember_log_ins(data, load(sys.stderr))


def remember_log_ins(data: Path, log_ins: list[LogIn]) -> None:
    """Keep them for the next start, which then needn't load the sample's code to say them."""
    _write(data / LOG_INS, json.dumps(log_ins, ensure_ascii=False, indent=1))


def _write(path: Path, content: str) -> None:
    """All of it or nothing, so that a start that is interrupted is simply done again."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One process at a time on this host prepares this folder."""
    import fcntl

    with (data / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _alone_in_database() -> Iterator[None]:
    """One host at a time migrates a shared database."""
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as cause:
        raise env.SettingProblem(NO_ANSWER.format(reason=str(cause).strip())) from cause
    if connection.vendor != "postgresql":
        yield
        return
    key = 0x7A11  # any number, as long as every version of Tallystick uses the same one
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
