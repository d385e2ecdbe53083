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
        "--with-parent", action="store_true", help="stop when the process that started it ends"
    )
    arguments = parser.parse_args(argv)
    prepare()

    from tallystick.cli.setup import use_django

    use_django()
    from tallystick.runs.engine import Engine

    engine = Engine()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: engine.stop())
    if arguments.with_parent:
        stop_with_parent()
    engine.run()


def stop_with_parent() -> None:
    """Send this process SIGTERM when its parent is gone, however that ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
