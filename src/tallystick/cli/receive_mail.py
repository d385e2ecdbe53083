"""``tallystick receive-mail``: takes in what a mail system says of messages that it could not deliver.

Exit codes are those of ``sysexits.h``, by which a mail system knows whether to try again, and what to say to whom.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import BinaryIO

OK, DATA_ERROR, NO_USER, TEMPORARY = 0, 65, 67, 75
"""``TEMPORARY`` also where a setting is wrong: the mail system keeps the report until somebody has put that right."""

MOST_DRAINED = 64 * 1024 * 1024
CHUNK = 64 * 1024

RECIPIENT_VARIABLES = ("ORIGINAL_RECIPIENT", "RECIPIENT")
"""In which mail systems that hand mail to a program say whom it was for."""


def main(argv: list[str]) -> int:
    """Take one mail from standard input, or all that lie in a maildir."""
    parser = argparse.ArgumentParser(
        prog="tallystick receive-mail",
        description="Take in reports of mail that could not be delivered: one from standard input, or a maildir's.",
    )
    parser.add_argument(
        "--to", metavar="ADDRESS", default="", help="whom it was delivered to, where no header says so"
    )
    parser.add_argument(
        "--maildir",
        metavar="FOLDER",
        type=Path,
        help="take every message in FOLDER/new, and move it to FOLDER/cur",
    )
    arguments = parser.parse_args(argv)
    from tallystick.cli.setup import use_django
    from tallystick.config.environment import SettingProblem

    try:
        use_django()
    except SettingProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return TEMPORARY
    if arguments.maildir is not None:
        return _take_maildir(arguments.maildir)
    recipient = arguments.to or next(
        (os.environ[name] for name in RECIPIENT_VARIABLES if os.environ.get(name)), ""
    )
    code, sentence = _take(_read(sys.stdin.buffer), recipient)
    (sys.stdout if code == OK else sys.stderr).write(sentence + "\n")
    return code


def _read(source: BinaryIO) -> bytes:
    """The beginning; the rest is taken from the pipe too, so that whoever writes is not left with a broken one."""
    from tallystick.notifications.reports import MOST_BYTES

    content = source.read(MOST_BYTES)
    drained = len(content)
    while drained < MOST_DRAINED and (more := source.read(CHUNK)):
        drained += len(more)
    return content


def _take(content: bytes, recipient: str) -> tuple[int, str]:
    if not content.strip():
        return DATA_ERROR, "There is no mail on standard input."
    from django.db.utils import DatabaseError

    from tallystick.core.errors import NotFound, Refused
    from tallystick.notifications.returning import take_report

    try:
        taken = take_report(content, recipient)
    except NotFound as problem:
        return NO_USER, str(problem)
    except Refused as problem:
        return TEMPORARY, str(problem)
    except DatabaseError as problem:
        return TEMPORARY, f"The database doesn't answer, try again later: {problem}"
    return OK, f"{taken.message.pk}: {taken.effect.value}"


def _take_maildir(folder: Path) -> int:
    """Each message once: what was taken moves to ``cur`` as read, what has to wait stays in ``new``."""
    if not (folder / "new").is_dir():
        sys.stderr.write(f"{folder} is no maildir: it has no folder 'new'.\n")
        return DATA_ERROR
    (folder / "cur").mkdir(exist_ok=True)
    worst = OK
    for path in sorted((folder / "new").iterdir()):
        if not path.is_file() or path.is_symlink():
            continue
        with path.open("rb") as source:
            code, sentence = _take(_read(source), "")
        sys.stdout.write(f"{path.name}: {sentence}\n")
        if code == TEMPORARY:
            return code
        path.rename(folder / "cur" / f"{path.name}:2,S")
        worst = worst or code
    return worst
