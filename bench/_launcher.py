"""A small process that runs programs for the benchmarks: a child's memory figure begins at its parent's size.

Reads one JSON list of words a line (the first is where standard output goes), answers with seconds, bytes and code.
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Answer until standard input ends."""
    for line in sys.stdin:
        output, *command = json.loads(line)
        with open(output, "wb") as sink:  # noqa: PTH123 - pathlib would make this process bigger
            began = time.perf_counter()
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.DEVNULL
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        sys.stdout.write(json.dumps([seconds, usage.ru_maxrss * 1024, process.returncode]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
