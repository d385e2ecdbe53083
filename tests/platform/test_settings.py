"""Settings from the environment, and what they make of the answers."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from tallystick.config import environment as env
from tallystick.config.secret import KEY_FILE, secret_key
from tallystick.config.uploads import SizeLimitHandler

CHECKOUT = Path(__file__).resolve().parents[2]


def django(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {v.name for v in env.VARIABLES}}
    clean |= {"PYTHONPATH": f"{CHECKOUT}/src", "DJANGO_SETTINGS_MODULE": "tallystick.config.settings"}
    clean |= {"TALLYSTICK_DATA": str(data), **variables}
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments], env=clean, capture_output=True, text=True, check=False
    )


def test_the_documented_table_is_the_table_of_settings() -> None:
    page = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| (?:`([^`]*)`)? ?\| (.*) \|$", page, re.MULTILINE)
    assert rows == [(variable.name, variable.default, variable.meaning) for variable in env.VARIABLES]


def test_only_the_table_reads_the_environment() -> None:
    allowed = {"config/environment.py", "config/wsgi.py", "cli/setup.py", "cli/web.py"}
    allowed.add("cli/receive_mail.py")  # a mail system names the recipient there
    package = CHECKOUT / "src" / "tallystick"
    reading = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))
        and str(path.relative_to(package)) not in allowed
    ]
    assert reading == []


def test_every_variable_is_used_by_the_settings_or_a_command() -> None:
    package = CHECKOUT / "src" / "tallystick"
    read = (
        "".join(
            path.read_text(encoding="utf-8")
            for path in package.rglob("*.py")
            if path.name != "environment.py"
        )
        + (package / "config" / "environment.py").read_text(encoding="utf-8").partition("_BY_NAME")[2]
    )
    assert [variable.name for variable in env.VARIABLES if f'"{variable.name}"' not in read] == []


def test_djangos_deployment_check_is_content_when_https_is_on(tmp_path: Path) -> None:
    answer = django(
        tmp_path, "check", "--deploy", "--fail-level", "INFO",
        TALLYSTICK_HTTPS="yes", TALLYSTICK_ALLOWED_HOSTS="claims.example.com",
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr


def test_a_setting_that_cannot_be_used_is_named_with_what_would_do() -> None:
    for name, value, words in (
        ("TALLYSTICK_PORT", "eighty", "TALLYSTICK_PORT is 'eighty': it has to be a whole number."),
        ("TALLYSTICK_PORT", "-1", "whole number"),
    ):
        with pytest.raises(env.SettingProblem, match=words):
            env.number(name, {name: value})
    with pytest.raises(env.SettingProblem, match="yes or no"):
        env.switch("TALLYSTICK_HTTPS", {"TALLYSTICK_HTTPS": "perhaps"})


def test_a_blank_variable_is_an_unset_one() -> None:
    assert env.number("TALLYSTICK_PORT", {"TALLYSTICK_PORT": " "}) == 8000
    assert env.switch("TALLYSTICK_HTTPS", {"TALLYSTICK_HTTPS": ""}) is False


def test_a_relative_data_folder_is_meant_from_the_checkout() -> None:
    assert env.data_folder({}) == CHECKOUT / "var"
    assert env.data_folder({"TALLYSTICK_DATA": "/srv/tally"}) == Path("/srv/tally")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://ann:p%40ss@db.example.com:5433/bill",
            ("bill", "ann", "p@ss", "db.example.com", "5433", {}),
        ),
        ("postgresql://ann@/bill?host=/run/postgresql", ("bill", "ann", "", "/run/postgresql", "", {})),
        ("postgres://ann@db/bill?sslmode=require", ("bill", "ann", "", "db", "", {"sslmode": "require"})),
    ],
)
def test_a_postgresql_address_is_read_in_all_of_its_forms(url: str, expected: tuple[object, ...]) -> None:
    found = env.database(url, Path("/data"))
    assert tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")) == expected


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("", "/data/tallystick.sqlite3"),
        ("sqlite:///other.db", "/data/other.db"),
        ("sqlite:////srv/t.db", "/srv/t.db"),
    ],
)
def test_sqlite_is_the_default_and_lies_in_the_data_folder(url: str, name: str) -> None:
    assert env.database(url, Path("/data"))["NAME"] == name


@pytest.mark.parametrize("url", ["mysql://db/x", "postgres://db", "postgres://db:port/x"])
def test_a_database_that_cannot_be_used_is_refused_in_words(url: str) -> None:
    with pytest.raises(env.SettingProblem, match="DATABASE_URL"):
        env.database(url, Path("/data"))


def test_the_secret_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    key = secret_key("", folder)
    assert len(key) > 60
    assert secret_key("", folder) == key
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    assert secret_key("given", tmp_path / "other") == "given"
    assert not (tmp_path / "other").exists()


@pytest.mark.django_db
def test_every_answer_carries_the_policies(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    for directive in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
    ):
        assert directive in policy
    assert "unsafe" not in policy and "*" not in policy


def test_a_file_that_is_too_large_stops_arriving_and_the_others_are_kept(settings: object) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.UPLOAD_MAX_BYTES = 100_000  # type: ignore[attr-defined]
    large = SimpleUploadedFile("scan of everything.pdf", b"x" * 300_000)
    small = SimpleUploadedFile("docket.pdf", b"%PDF-1.7")
    request = RequestFactory().post("/", {"files": [large, small]})
    assert [file.name for file in request.FILES.getlist("files")] == ["docket.pdf"]
    assert request.too_large == ["scan of everything.pdf"]  # type: ignore[attr-defined]
    assert isinstance(request.upload_handlers[0], SizeLimitHandler)
