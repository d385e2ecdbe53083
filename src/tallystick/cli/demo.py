"""``tallystick demo``: the sample project."""

import argparse
import json
import sys
from typing import TextIO

from tallystick.cli.prepare import LogIn
from tallystick.config import environment as env
from tallystick.core.errors import Refused


def main(argv: list[str]) -> int:
    """Load the sample project and print its log-ins."""
    parser = argparse.ArgumentParser(
        prog="tallystick demo",
        description="Load the sample project into an empty database and print its log-ins.",
    )
    parser.add_argument("--json", action="store_true", help="print the log-ins as JSON")
    arguments = parser.parse_args(argv)

    from tallystick.cli.prepare import prepare, remember_log_ins
    from tallystick.cli.setup import use_django

    prepare()
    use_django()
    from tallystick.directory.models import Account

    if Account.objects.exists():
        raise Refused(
            "This database already holds an account, and the sample project would mix with it. Set "
            "TALLYSTICK_DATA to an empty folder, or DATABASE_URL to an empty database, and try again."
        )
    log_ins = load(sys.stderr)
    remember_log_ins(env.data_folder(), log_ins)
    if arguments.json:
        keys = ("name", "email", "password", "role")
        rows = [dict(zip(keys, log_in, strict=True)) for log_in in log_ins]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(table(log_ins))
    return 0


def load(output: TextIO) -> list[LogIn]:
    """Load the sample project unless the database holds an account; its log-ins, none if it wasn't loaded."""
    from tallystick.demo.loader import load_sample, sample_logins
    from tallystick.directory.models import Account

    if Account.objects.exists():
        return []
    load_sample(output)
    return sample_logins()


def table(log_ins: list[LogIn]) -> str:
    """The log-ins for a terminal, one a line, and the password that they share."""
    if not log_ins:
        return ""
    name_width = max(len(name) for name, _, _, _ in log_ins)
    email_width = max(len(email) for _, email, _, _ in log_ins)
    lines = [f"  {email:<{email_width}}  {name:<{name_width}}  {role}" for name, email, _, role in log_ins]
    passwords = sorted({password for _, _, password, _ in log_ins})
    return "\n".join([*lines, f"  Password: {' or '.join(passwords)}", ""])
