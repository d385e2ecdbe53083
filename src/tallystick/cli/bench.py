"""``tallystick bench``: every performance figure beside its yardstick. The benchmarks live in the checkout."""

import argparse
import importlib
import sys
from typing import Any

from tallystick.config.environment import CHECKOUT, SettingProblem


def main(argv: list[str]) -> int:
    """Run benchmarks by name, all of them without one."""
    if not (CHECKOUT / "bench" / "run.py").exists():
        raise SettingProblem("The benchmarks are part of the checkout; this copy of Tallystick has none.")
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    run: Any = importlib.import_module("bench.run")
    known = (
        "\n".join(f"  {name:<12} {run.summary(name).replace('``', '')}" for name in run.names())
        if _wants_help(argv)
        else ""
    )
    parser = argparse.ArgumentParser(
        prog="tallystick bench",
        description="Print performance figures beside their yardsticks, measured in the same run.",
        epilog=f"benchmarks:\n{known}" if known else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks (all)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments, more = parser.parse_known_args(argv)
    options = [*(["--json"] if arguments.json else []), *more]
    return int(run.main([*arguments.names, *options]))


def _wants_help(argv: list[str]) -> bool:
    return any(word in ("-h", "--help") for word in argv)
