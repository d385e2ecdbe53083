"""``tallystick verify-signed FILE``: whether a signed document is what was signed, from the file alone."""

import argparse
import json
import sys
from pathlib import Path

from tallystick.core.errors import BadInput


def main(argv: list[str]) -> int:
    """Check seal, document and evidence; exit code 0 when everything fits, 1 when something doesn't."""
    parser = argparse.ArgumentParser(
        prog="tallystick verify-signed",
        description="Check the seal of a document that was signed here, the bytes that were read before signing, and "
        "the chain of evidence inside of it. The digest of the sealing certificate is the one on the certificate page.",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("file", type=Path, metavar="FILE")
    arguments = parser.parse_args(argv)
    if not arguments.file.is_file():
        raise BadInput(f"{arguments.file} is no file.")

    from tallystick.signing.builtin.verifying import verify_signed

    report = verify_signed(arguments.file)
    if arguments.json:
        sys.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n")
    else:
        for line in report.lines():
            sys.stdout.write(f"{line}\n")
    return 0 if report.ok else 1
