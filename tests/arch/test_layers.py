"""Who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "src" / "tallystick"


def modules(pattern: str) -> list[Path]:
    return sorted(PACKAGE.glob(pattern))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_imports_go_downwards_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_every_room_is_named_in_the_import_contract() -> None:
    contract = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    rooms = [path.parent.name for path in modules("*/__init__.py")]
    assert [room for room in rooms if f"tallystick.{room}" not in contract] == []


def test_the_pdf_engine_knows_no_django() -> None:
    knowing = [
        path.name
        for path in modules("pdf/**/*.py")
        if any(name.split(".")[0] == "django" for name in imports_of(path))
    ]
    assert knowing == []


def test_core_and_calculations_know_no_database() -> None:
    what_models_are_made_of = {"fields.py", "rows.py"}
    files = [path for path in modules("core/**/*.py") if path.name not in what_models_are_made_of]
    files += modules("*/calc*.py") + modules("*/calc/*.py")
    assert files
    knowing = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in files
        for name in imports_of(path)
        if name.startswith("django.db") or name.endswith(".models")
    ]
    assert knowing == []


def test_pages_never_import_the_engine() -> None:
    """DBOS takes more than a second to import and memory that the web process has better use for."""
    lazy = {"runs/engine.py"}
    importing = [
        str(path.relative_to(PACKAGE))
        for path in modules("**/*.py")
        if str(path.relative_to(PACKAGE)) not in lazy
        and any(name.split(".")[0] == "dbos" for name in imports_of(path))
    ]
    assert importing == []
