"""Django's settings, all of them, from the environment.

The variables are listed in ``environment.py`` and explained in ``docs/operations.md``. There is no second
settings file for production: the defaults are safe, and HTTPS is one switch.
"""

from typing import Any

from tallystick.config import environment as env
from tallystick.config.secret import secret_key, token_keys

MIB = 1024 * 1024

# --- Where things are -----------------------------------------------------------------------------

CHECKOUT = env.CHECKOUT
DATA = env.data_folder()
env.make_folder(DATA)
HOST = env.text("TALLYSTICK_HOST")
PORT = env.number("TALLYSTICK_PORT")
HTTPS = env.switch("TALLYSTICK_HTTPS")
PUBLIC_URL = env.text("TALLYSTICK_URL").rstrip("/")
DEBUG = env.switch("TALLYSTICK_DEBUG")

SECRET_KEY = secret_key(env.text("TALLYSTICK_SECRET_KEY"), DATA)
ALLOWED_HOSTS = env.names("TALLYSTICK_ALLOWED_HOSTS")

# --- The rooms ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "tallystick.terms",
    "tallystick.audit",
    "tallystick.runs",
    "tallystick.directory",
    "tallystick.access",
    "tallystick.notifications",
    "tallystick.sign_in",
    "tallystick.contracts",
    "tallystick.periods",
    "tallystick.claims",
    "tallystick.reminders",
    "tallystick.configuration",
    "tallystick.payments",
    "tallystick.documents",
    "tallystick.signing",
    "tallystick.payment_schedules",
    "tallystick.demo",
    "tallystick.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tallystick.config.headers.ContentSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tallystick.web.middleware.ActorMiddleware",
    "tallystick.web.middleware.SignedInMiddleware",
]

ROOT_URLCONF = "tallystick.config.urls"
WSGI_APPLICATION = "tallystick.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tallystick.web.context.shell",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
]

# --- The database ---------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL")
DATABASES: dict[str, dict[str, Any]] = {"default": env.database(DATABASE_URL, DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People and sessions --------------------------------------------------------------------------

AUTH_USER_MODEL = "directory.Login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"

SESSION_COOKIE_NAME = "tallystick_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
CSRF_COOKIE_NAME = "tallystick_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "tallystick.web.views.errors.csrf_failure"

# --- What browsers are told -----------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    # Tallystick itself speaks HTTP; the proxy in front of it says by this header how the visitor came.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env.number("TALLYSTICK_HSTS_SECONDS")
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Asking for a place on the browsers' preload lists binds a whole domain for years: its owner's decision.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]

# --- Uploads --------------------------------------------------------------------------------------

UPLOAD_MAX_BYTES = env.number("TALLYSTICK_UPLOAD_MAX_MIB") * MIB
UPLOAD_MAX_FILES = env.number("TALLYSTICK_UPLOAD_MAX_FILES")
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * MIB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100_000  # a grid of 10,000 lines that is sent without scripts
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_MAX_FILES
FILE_UPLOAD_MAX_MEMORY_SIZE = MIB
FILE_UPLOAD_TEMP_DIR = str(DATA / "uploads")  # on the disk of the files, whose free space is what counts
env.make_folder(DATA / "uploads")
FILE_UPLOAD_HANDLERS = [
    "tallystick.config.uploads.SizeLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- Files ----------------------------------------------------------------------------------------

MEDIA_ROOT = DATA / "files"
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en-au"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Work that a person waits for -----------------------------------------------------------------

WEB_THREADS = max(1, env.number("TALLYSTICK_WEB_THREADS"))
WORKER_PROCESSES = env.number("TALLYSTICK_WORKER_PROCESSES")
WORKER_MEMORY_BYTES = env.number("TALLYSTICK_WORKER_MEMORY_MIB") * MIB
RUN_TIMEOUT_SECONDS = env.number("TALLYSTICK_RUN_MINUTES") * 60
RESULT_DAYS = env.number("TALLYSTICK_RESULT_DAYS")
PAGE_STAMP = env.switch("TALLYSTICK_PAGE_STAMP")

# --- Mail and logs --------------------------------------------------------------------------------

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA / "outbox")
MAIL_SERVER = env.mail_server(env.text("TALLYSTICK_SMTP_URL"))
DEFAULT_FROM_EMAIL = env.mail_address("TALLYSTICK_MAIL_FROM")
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.partition("@")[2]
DKIM = env.dkim(env.text("TALLYSTICK_DKIM_SELECTOR"), env.text("TALLYSTICK_DKIM_KEY"))
MAIL_BOUNCES = env.mail_address("TALLYSTICK_MAIL_BOUNCES")

# --- Signatures ------------------------------------------------------------------------------------

SEAL_PKCS12 = env.text("TALLYSTICK_SEAL_PKCS12")
SEAL_PASSPHRASE = env.text("TALLYSTICK_SEAL_PASSPHRASE")
SEAL_TIME_STAMPS = env.text("TALLYSTICK_SEAL_TIME_STAMPS")

# --- Single sign-on --------------------------------------------------------------------------------

SSO_PRIVATE = env.switch("TALLYSTICK_SSO_PRIVATE")
SSO_LOOPBACK = False  # tests alone ask a stand-in by plain HTTP

# --- DocuSign --------------------------------------------------------------------------------------

TOKEN_KEYS = token_keys(env.text("TALLYSTICK_TOKEN_KEYS"), DATA)
DOCUSIGN_KEY = env.text("TALLYSTICK_DOCUSIGN_KEY")
DOCUSIGN_SECRET = env.text("TALLYSTICK_DOCUSIGN_SECRET")
DOCUSIGN_SERVER = env.text("TALLYSTICK_DOCUSIGN_SERVER").rstrip("/")
DOCUSIGN_API_SERVER = env.text("TALLYSTICK_DOCUSIGN_API_SERVER").rstrip("/")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.text("TALLYSTICK_LOG_LEVEL").upper()},
    # Django would mail faults to administrators and print only while debugging; ours go to standard error.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "pikepdf": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
