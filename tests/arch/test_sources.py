"""What every file of the project keeps to."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tallystick.terms.lint import sentence_faults, words_in_python, words_in_template

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "src" / "tallystick"

# Their words are no interface: the dictionaries themselves, the library of figures, the sample project's own prose.
NOT_READ_BY_PEOPLE = ("terms/", "core/", "pdf/", "demo/", "config/")
LONGEST = 500


def sources(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders or ("src", "tests", "bench")
        for path in (CHECKOUT / folder).rglob("*.py")
        if "migrations" not in path.parts
    )


def templates() -> list[Path]:
    return sorted(path for path in PACKAGE.glob("*/templates/**/*") if path.suffix in (".html", ".txt"))


def named(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def test_money_never_passes_through_a_float() -> None:
    """Coordinates on a page may, in ``pdf`` and where papers are drawn; no figure does."""
    drawing = ("pdf/", "documents/papers/")
    calls = [
        f"{named(path)}:{node.lineno}"
        for path in sources("src")
        if not str(path.relative_to(PACKAGE)).startswith(drawing)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]
    assert calls == []


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    left = [
        f"{named(path)}:{number}"
        for path in [*sources(), *templates()]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if mark.search(line)
    ]
    assert left == []


def test_no_test_is_skipped() -> None:
    skipping = re.compile(r"pytest\.(skip|importorskip|xfail)|mark\.(skip|skipif|xfail)|unittest\.skip")
    here = Path(__file__)
    found = [
        named(path) for path in sources("tests") if path != here and skipping.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_file_has_grown_beyond_reading() -> None:
    """A file of more than some 300 lines usually has two subjects; past this many it certainly has."""
    long = {
        named(path): count
        for path in sources("src", "bench")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
        and "content" not in path.parts
    }
    assert long == {}


@pytest.mark.parametrize("path", templates(), ids=named)
def test_templates_ask_the_dictionary(path: Path) -> None:
    findings = words_in_template(path.read_text(encoding="utf-8"))
    assert [str(finding) for finding in findings] == []


def test_sentences_in_python_ask_the_dictionary() -> None:
    findings = [
        f"{named(path)} {finding}"
        for path in sources("src")
        if path.name != "apps.py" and not str(path.relative_to(PACKAGE)).startswith(NOT_READ_BY_PEOPLE)
        for finding in words_in_python(path.read_text(encoding="utf-8"))
    ]
    assert findings == []


def test_sentences_in_python_can_be_filled() -> None:
    findings = [
        f"{named(path)} {finding}"
        for path in sources("src")
        for finding in sentence_faults(path.read_text(encoding="utf-8"))
    ]
    assert findings == []


def test_no_page_writes_scripts_or_styles_into_itself() -> None:
    """The content security policy refuses them: they are files."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE
    )
    found = [
        f"{named(path)}:{number}"
        for path in templates()
        if path.suffix == ".html" and "mail" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if inline.search(line)
    ]
    assert found == []


def test_locks_name_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (CHECKOUT / name).read_text(encoding="utf-8")
        assert "://" not in text.replace("# via", "") and "--index-url" not in text
        assert "--hash=sha256:" in text


def test_nothing_that_is_made_is_kept_in_the_repository() -> None:
    if not (CHECKOUT / ".git").exists():
        return
    listed = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout
    made = [name for name in listed.splitlines() if re.search(r"\.pyc$|^var/|\.sqlite3$|^\.venv/", name)]
    assert made == []
