"""Finds the benchmarks by name and runs them one after another."""

import importlib
import sys
from pathlib import Path

HELPERS = {"__init__", "measure", "run"}


def names() -> list[str]:
    """All benchmarks, by the names of their modules."""
    found = [path.stem for path in Path(__file__).parent.glob("*.py")]
    return sorted(name for name in found if name not in HELPERS and not name.startswith("_"))


def summary(name: str) -> str:
    """The first line of the benchmark's docstring."""
    lines = (importlib.import_module(f"bench.{name}").__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def main(argv: list[str]) -> int:
    """Run the named benchmarks, or all; arguments that begin with a dash go to each of them."""
    options = [word for word in argv if word.startswith("-")]
    wanted = [word for word in argv if not word.startswith("-")] or names()
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        sys.stderr.write(
            f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names()) or 'none'}.\n"
        )
        return 2
    codes = []
    for name in wanted:
        sys.stderr.write(f"{name}\n")
        codes.append(importlib.import_module(f"bench.{name}").main(options))
    return max(codes, default=0)
