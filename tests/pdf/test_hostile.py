"""No file may crash, hang or exhaust the merge; each goes through the real sandbox."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pikepdf
import pytest

from tallystick.pdf import sandbox
from tallystick.pdf.model import IngestStatus, Limits, Part
from tallystick.pdf.planning import plan
from tallystick.pdf.sandbox import IngestJob, check_file, ingest_file, ingest_many
from tests.pdf import hostile, makers

# What the mergeable ones among them come to; the rest may end with or without pages, but with a reason.
SOUND = {
    "page_tree_loop",
    "parent_loop",
    "huge_count",
    "negative_count",
    "outline_loop",
    "deep_outline",
    "field_loop",
    "name_tree_loop",
    "structure_loop",
    "huge_page",
    "huge_numbers",
    "missing_objects",
    "generations",
    "indirect_length",
    "wrong_length",
    "broken_deflate",
    "form_calls_itself",
    "many_objects",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("hostile")
    jobs = []
    for name, content in hostile.every():
        path = folder / f"{name}.pdf"
        path.write_bytes(content)
        jobs.append(IngestJob(path, name))
    limits = Limits(memory_bytes=512 << 20, cpu_seconds=10, wall_seconds=15)
    return {result.name: result for result in ingest_many(jobs, folder / "segments", limits=limits)}


@pytest.mark.parametrize("name", [name for name, _ in hostile.every()])
def test_a_hostile_file_gives_sound_pages_or_a_reason(
    tmp_path: Path, results: dict[str, object], name: str
) -> None:
    result = results[name]
    if result.segment is None:  # type: ignore[attr-defined]
        assert name not in SOUND, result
        assert result.note.endswith(".")  # type: ignore[attr-defined]
        return
    path = tmp_path / "out.pdf"
    plan([Part(result.segment, name), Part(result.segment, name)]).write(path)  # type: ignore[attr-defined]
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 2 * result.page_count  # type: ignore[attr-defined]
        assert not pdf.get_warnings()
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), result


def test_a_child_that_wants_too_much_memory_is_ended_and_the_next_one_works(tmp_path: Path) -> None:
    paper = tmp_path / "big.pdf"
    paper.write_bytes(hostile.many_objects(40_000))
    result = ingest_file(paper, tmp_path / "s", name="big", limits=Limits(memory_bytes=1 << 20))
    assert result.status in (IngestStatus.UNREADABLE, IngestStatus.RASTERISED)
    assert result.note
    assert ingest_file(paper, tmp_path / "s", name="big").status == IngestStatus.OK


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    paper = tmp_path / "slow.pdf"
    paper.write_bytes(makers.text_pages("x"))
    result = ingest_file(paper, tmp_path / "s", name="slow", limits=Limits(wall_seconds=0))
    assert result.status == IngestStatus.UNREADABLE
    assert "too long" in result.note
    assert list((tmp_path / "s").iterdir()) == []


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "socket", "device", "dangling link"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "thing"
    listener = socket.socket(socket.AF_UNIX)
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        listener.bind(str(path))
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "dangling link":
        path.symlink_to(tmp_path / "nowhere")
    result = ingest_file(path, tmp_path / "s", name=kind)
    listener.close()
    assert result.status == IngestStatus.UNREADABLE
    assert result.note


def test_names_with_control_characters_go_through_the_line_protocol(tmp_path: Path) -> None:
    paper = tmp_path / "a\nb\x01.pdf"
    paper.write_bytes(makers.text_pages("x"))
    result = ingest_file(paper, tmp_path / "s", name=paper.name)
    assert (result.status, result.name) == (IngestStatus.OK, paper.name)


def test_a_zygote_that_was_killed_is_replaced(tmp_path: Path) -> None:
    paper = tmp_path / "a.pdf"
    paper.write_bytes(makers.text_pages("x"))
    assert ingest_file(paper, tmp_path / "s", name="a").merged
    for zygote in sandbox._pool().idle:
        zygote.process.kill()
        zygote.process.wait()
    assert ingest_file(paper, tmp_path / "s", name="a").merged


def test_what_a_killed_process_left_is_swept_away_later(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".ingest-old", tmp_path / ".ingest-fresh"
    for folder in (old, fresh):
        folder.mkdir()
        (folder / "open.saved.pdf").write_bytes(b"half")
    os.utime(old, (0, 0))
    paper = tmp_path / "a.pdf"
    paper.write_bytes(makers.text_pages("x"))
    assert ingest_file(paper, tmp_path, name="a").merged
    assert not old.exists()
    assert fresh.exists()


def test_results_come_in_the_order_of_the_jobs(tmp_path: Path) -> None:
    jobs = []
    for number in range(12):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(makers.text_pages(*["x"] * (number % 3 + 1)))
        jobs.append(IngestJob(path, str(number)))
    results = list(ingest_many(jobs, tmp_path / "s"))
    assert [result.name for result in results] == [str(number) for number in range(12)]
    assert [result.page_count for result in results] == [number % 3 + 1 for number in range(12)]


def test_the_check_counts_and_finds_fault(tmp_path: Path) -> None:
    segment = makers.segment_of(makers.nested_outline(), tmp_path)
    path = tmp_path / "out.pdf"
    plan([Part(segment, "a"), Part(segment, "b")]).write(path)
    report = check_file(path, 6)
    assert (report.ok, report.page_count, report.outline_count) == (True, 6, 10)
    assert "where 7 were put in" in check_file(path, 7).problem
    path.write_bytes(path.read_bytes()[:-500])
    assert not check_file(path, 6).ok
