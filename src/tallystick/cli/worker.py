"""``tallystick worker``: work through what people ask for."""

import argparse
import os
import signal
import threading
import time

from tallystick.cli.prepare import prepare


def main(argv: list[str]) -> int:
    """Run a worker until it is told to stop."""
    parser = argparse.ArgumentParser(
        prog="tallystick worker",
        description="Work through what people ask for. Any number may run, on one host or on many that share a "
        "PostgreSQL database and a data folder. SIGTERM or Ctrl-C stops it; another goes on with what it left.",
    )
    parser.add_argument(
        "--parent", type=int, metavar="PID", help="stop when this process, which started it, ends"
    )
    arguments = parser.parse_args(argv)
    if arguments.parent:
        stop_with_parent(arguments.parent)
    prepare()

    from tallystick.cli.setup import use_django

    use_django()
    from tallystick.runs.engine import Engine

    engine = Engine()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: engine.stop())
    engine.run()


def stop_with_parent(parent: int) -> None:
    """Send this process SIGTERM when ``parent``, which started it, is gone, however that ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
