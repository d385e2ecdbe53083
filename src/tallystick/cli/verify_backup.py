"""``tallystick verify-backup FILE``: what a compiled backup held when it was made, from the file alone."""

import argparse
import json
import sys
from pathlib import Path

from tallystick.core.errors import BadInput


def main(argv: list[str]) -> int:
    """Check the embedded manifest and originals; exit code 0 when everything fits, 1 when something doesn't."""
    parser = argparse.ArgumentParser(
        prog="tallystick verify-backup",
        description="Compare a compiled backup with the manifest inside it. The digest that it prints is the one "
        "on the contents page.",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("file", type=Path, metavar="FILE")
    arguments = parser.parse_args(argv)
    if not arguments.file.is_file():
        raise BadInput(f"{arguments.file} is no file.")

    from tallystick.documents.verification import verify

    report = verify(arguments.file)
    if arguments.json:
        sys.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n")
    else:
        for line in report.lines():
            sys.stdout.write(f"{line}\n")
    return 0 if report.ok else 1
