"""The product's own settings with a throwaway data folder; SQLite, or the one that DATABASE_URL names."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# In memory where the system has such a folder: every commit is synced, as in production.
_memory = Path("/dev/shm")
_data = tempfile.mkdtemp(prefix="tallystick-test-", dir=_memory if os.access(_memory, os.W_OK) else None)
atexit.register(shutil.rmtree, _data, ignore_errors=True)
for _name in [
    name for name in os.environ if name.startswith("TALLYSTICK_") and name != "TALLYSTICK_CHROMIUM"
]:
    del os.environ[_name]
os.environ["TALLYSTICK_DATA"] = _data
os.environ["TALLYSTICK_SECRET_KEY"] = "only-for-tests-" + "x" * 50
os.environ["TALLYSTICK_LOG_LEVEL"] = "WARNING"

from tallystick.config.settings import *  # noqa: E402, F403
from tallystick.config.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

STATIC_ROOT.mkdir()

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file: threads of the live server and worker processes open it as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": f"{_data}/test.sqlite3"}
# A hash that costs nothing: log-ins in tests prove permissions, not Argon2.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
