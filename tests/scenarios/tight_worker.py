"""A worker that may write no file larger than ``LARGEST_FILE`` bytes, as under a quota."""

import os
import resource

limit = int(os.environ["LARGEST_FILE"])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

import tests.runs.worker_process  # noqa: E402, F401
