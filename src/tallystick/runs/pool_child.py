"""The other side of ``pool``: a process that carries out one call after another until its line is closed."""

import importlib
import os
import pickle
import resource
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any


def main(argv: list[str]) -> None:
    """Serve calls on the inherited descriptor ``argv[0]``, within ``argv[1]`` bytes of memory."""
    line = Connection(int(argv[0]))
    _leave_with_parent()
    os.nice(5)
    limit = int(argv[1])
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    import django

    django.setup()
    while True:
        try:
            module, name, args = pickle.loads(line.recv_bytes())  # noqa: S301 - the worker wrote it
        except (EOFError, ConnectionError):
            return
        with suppress(ConnectionError):
            line.send_bytes(_answer(module, name, args))


def _answer(module: str, name: str, args: tuple[Any, ...]) -> bytes:
    from django.db import close_old_connections

    close_old_connections()
    try:
        function: Any = importlib.import_module(module)
        for part in name.split("."):
            function = getattr(function, part)
        return pickle.dumps((True, function(*args)))
    except Exception as cause:
        return _packed(cause)
    finally:
        close_old_connections()


def _packed(cause: Exception) -> bytes:
    """The exception as bytes; one that can't travel is replaced by its words."""
    try:
        packed = pickle.dumps((False, cause))
        pickle.loads(packed)  # noqa: S301 - written a line above
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(cause).__name__}: {cause}")))
    return packed


def _leave_with_parent() -> None:
    """End with the worker, even when it is killed while this process is deep in a call."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1:])
