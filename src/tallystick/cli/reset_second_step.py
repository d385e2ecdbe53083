"""``tallystick reset-second-step ADDRESS``: for somebody who has lost the app, the passkeys and the recovery codes."""

import argparse
import sys


def main(argv: list[str]) -> int:
    """Take the second steps of a log-in away; the person is told by e-mail."""
    parser = argparse.ArgumentParser(
        prog="tallystick reset-second-step",
        description="Take app, passkeys and recovery codes of a log-in away and end its sessions. Make sure first "
        "that it is the person who asks: afterwards the password, or a code by e-mail, is enough.",
    )
    parser.add_argument("address", metavar="ADDRESS", help="what the person signs in with")
    arguments = parser.parse_args(argv)

    from tallystick.cli.setup import use_django

    use_django()
    from tallystick.sign_in.resetting import reset_second_step

    found = reset_second_step(arguments.address)
    sys.stdout.write(f"{found} taken away.\n" if found else "There was no second step.\n")
    return 0
