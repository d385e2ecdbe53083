"""``tallystick pdf``: one line per input, honest exit codes, nothing half-made."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pikepdf
import pytest

from tallystick.cli.pdf import main
from tallystick.pdf.divider import divider_pdf
from tallystick.pdf.merge import natural_order
from tests.pdf import makers
from tests.pdf.test_fidelity import outline_titles
from tests.pdf.test_ingest import encrypted, picture


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "Claim 7"
    (folder / "photos").mkdir(parents=True)
    (folder / "invoice 10.pdf").write_bytes(makers.text_pages("ten"))
    (folder / "invoice 9.pdf").write_bytes(makers.text_pages("nine", "nine"))
    (folder / "photos" / "site.jpg").write_bytes(picture("JPEG"))
    (folder / ".hidden.pdf").write_bytes(b"")
    return folder


def test_a_folder_becomes_one_pdf_in_natural_order(
    tmp_path: Path, papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.pdf"
    assert main(["merge", str(out), str(papers), "--title", "Backup"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[-1] for line in lines[:3]] == ["invoice 9.pdf", "invoice 10.pdf", "site.jpg"]
    assert "4 pages" in lines[3]
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) == 4
        assert outline_titles(pdf) == [
            ["Claim 7", ["invoice 9.pdf", "invoice 10.pdf", ["photos", ["site.jpg"]]]]
        ]


def test_what_cannot_be_merged_gets_a_divider_page_and_is_attached(
    tmp_path: Path, papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (papers / "rates.csv").write_text("a,b\n1,2\n")
    (papers / "locked.pdf").write_bytes(encrypted("secret", "owner", 6))
    out = tmp_path / "out.pdf"
    assert main(["merge", str(out), str(papers), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert {entry["name"]: entry["status"] for entry in told["inputs"]} == {
        "invoice 9.pdf": "ok",
        "invoice 10.pdf": "ok",
        "locked.pdf": "password",
        "site.jpg": "ok",
        "rates.csv": "not_a_document",
    }
    assert (told["pages"], told["attachments"], told["complete"]) == (6, 2, False)
    with pikepdf.open(out) as pdf:
        files = {spec.filename: spec.get_file().read_bytes() for spec in pdf.attachments.values()}
    assert files["rates.csv"] == b"a,b\n1,2\n"
    assert files["locked.pdf"] == (papers / "locked.pdf").read_bytes()


def test_passwords_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "locked.pdf").write_bytes(encrypted("secret", "owner", 4))
    (tmp_path / "passwords").write_text("guess\nsecret\n")
    words = ["--password-file", str(tmp_path / "passwords")]
    assert main(["merge", str(tmp_path / "out.pdf"), str(tmp_path / "locked.pdf"), *words]) == 0
    assert main(["inspect", str(tmp_path / "locked.pdf")]) == 3


def test_merging_twice_gives_the_same_bytes(tmp_path: Path, papers: Path) -> None:
    for name in ("once.pdf", "again.pdf"):
        assert main(["merge", str(tmp_path / name), str(papers), "--stamp", "{page}/{pages}"]) == 0
    assert (tmp_path / "once.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["gone.pdf"], "no file or folder"),
        (["empty"], "no files in it"),
        (["a.pdf", "out.pdf"], "overwrite"),
    ],
)
def test_mistakes_are_told_in_a_sentence_and_nothing_is_made(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.pdf").write_bytes(makers.text_pages("a"))
    Path("out.pdf").write_bytes(makers.text_pages("earlier"))
    Path("empty").mkdir()
    before = Path("out.pdf").read_bytes()
    assert main(["merge", "out.pdf", *words]) == 1
    assert sentence in capsys.readouterr().err
    assert Path("out.pdf").read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.pdf", "empty", "out.pdf"]


@pytest.mark.parametrize(("kind", "sentence"), [("letter", "is no PDF"), ("pipe", "a device or a pipe")])
def test_what_is_no_pdf_is_never_replaced_by_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, sentence: str
) -> None:
    source, output = tmp_path / "a.pdf", tmp_path / kind
    source.write_bytes(makers.text_pages("a"))
    if kind == "pipe":
        os.mkfifo(output)
    else:
        output.write_text("Dear Sir")
    assert main(["merge", str(output), str(source)]) == 1
    assert sentence in capsys.readouterr().err
    assert output.is_fifo() if kind == "pipe" else output.read_text() == "Dear Sir"


def test_too_few_words_are_a_usage_mistake() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["merge"])
    assert caught.value.code == 2


def test_inspect_says_what_a_file_is_and_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(makers.signed())
    assert main(["inspect", str(tmp_path / "a.pdf"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["inputs"][0]
    assert (told["status"], told["page_count"], told["kind"]) == ("signed", 1, "application/pdf")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.pdf"]


def test_ingest_prepares_segments(tmp_path: Path, papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", str(papers), "--into", str(tmp_path / "segments"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["inputs"]
    assert len(list((tmp_path / "segments").iterdir())) == 3
    assert all(Path(entry["segment"]).is_file() for entry in told)


def test_odd_file_names_are_shown_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "two\nlines\x1b[31m.csv").write_bytes(b"a,b")
    (folder / os.fsdecode(b"latin-\xe9.pdf")).write_bytes(makers.text_pages("x"))
    (folder / ("ü" * 100 + ".pdf")).write_bytes(makers.text_pages("x"))
    os.mkfifo(folder / "pipe.pdf")
    (folder / "loop").symlink_to(folder)
    out = tmp_path / "out.pdf"
    assert main(["merge", str(out), str(folder)]) == 3
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert len(told.splitlines()) == 6
    assert told.count("not a file but a folder, a pipe or a device") == 2
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) == 5
        assert not pdf.get_warnings()


def test_natural_order_counts_as_people_do() -> None:
    names = ["claim 10.pdf", "claim 9.pdf", "Claim 1.pdf", "2.pdf", "b.pdf", "A.pdf"]
    assert sorted(names, key=natural_order) == [
        "2.pdf",
        "A.pdf",
        "b.pdf",
        "Claim 1.pdf",
        "claim 9.pdf",
        "claim 10.pdf",
    ]


def test_a_divider_page_holds_any_text(tmp_path: Path) -> None:
    content = divider_pdf(["A (very) \\long name " * 8, "x" * 4000, "ünïcode 漢字"], paper="Letter")
    result = makers.prepare(content, tmp_path)
    assert result.page_count == 1
