"""The web process: gunicorn on a socket that ``serve`` opened. Started by ``serve``, not by hand."""

import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from tallystick.cli.worker import stop_with_parent
from tallystick.config import environment as env


class Web(BaseApplication):  # type: ignore[misc]
    """Gunicorn with one process of several threads."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        super().__init__()

    def load_config(self) -> None:
        """Everything that differs from gunicorn's own choices."""
        shared_memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own unlinked file there
        options: dict[str, Any] = {
            "bind": f"fd://{self.descriptor}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": max(1, env.number("TALLYSTICK_WEB_THREADS")),
            "timeout": 120,
            "graceful_timeout": 3,
            "keepalive": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_tmp_dir": str(shared_memory) if shared_memory.is_dir() else None,
        }
        for name, value in options.items():
            if value is not None:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application; called in the process that answers requests."""
        from tallystick.config.wsgi import application, load_everything

        load_everything()
        return application


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.config.settings")
    stop_with_parent(int(sys.argv[2]))
    Web(int(sys.argv[1])).run()
