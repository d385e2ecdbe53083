"""``tallystick demo``: the sample project."""

import argparse
import json
import sys
from typing import TextIO

from tallystick.core.errors import Refused


def main(argv: list[str]) -> int:
    """Load the sample project and print its log-ins."""
    parser = argparse.ArgumentParser(
        prog="tallystick demo",
        description="Load the sample project into an empty database and print its log-ins.",
    )
    parser.add_argument("--json", action="store_true", help="print the log-ins as JSON")
    arguments = parser.parse_args(argv)

    from tallystick.cli.prepare import prepare
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
    if arguments.json:
        rows = [{"name": name, "email": email, "password": password} for name, email, password in log_ins]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(table(log_ins))
    return 0


def load(output: TextIO) -> list[tuple[str, str, str]]:
    """Load the sample project unless the database holds an account; its log-ins, none if it wasn't loaded."""
    from tallystick.demo.loader import load_sample, sample_logins
    from tallystick.directory.models import Account

    if Account.objects.exists():
        return []
    load_sample(output)
    return sample_logins()


def table(log_ins: list[tuple[str, str, str]]) -> str:
    """The log-ins for a terminal, one a line."""
    if not log_ins:
        return ""
    widths = [max(len(row[column]) for row in log_ins) for column in (0, 1)]
    return "".join(
        f"  {name:<{widths[0]}}  {email:<{widths[1]}}  {password}\n" for name, email, password in log_ins
    )
