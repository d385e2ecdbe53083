"""A plan knows everything before a byte is copied; carrying it out changes nothing about that."""

from __future__ import annotations

import copy
import errno
import os
import subprocess
import sys
import tracemalloc
from array import array
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.pdf import layout, output, planning
from tallystick.pdf.model import Attachment, Group, Link, Part, PdfProblem, SegmentDamaged, Stamp
from tallystick.pdf.planning import Plan, plan
from tallystick.pdf.segment import read_segment, verify_segment
from tests.pdf import makers

NOISE = os.urandom


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("segments")
    papers = {
        "text": makers.text_pages("one", "two"),
        "form": makers.form("Harbour Steel", True),
        "outline": makers.nested_outline(),
        "tagged": makers.tagged(),
        "big": makers.picture_pages(3, np.random.default_rng(1).bytes(64 * 9000)),
        "layers": makers.layered(True),
    }
    return {name: makers.segment_of(paper, folder) for name, paper in papers.items()}


def everything(segments: dict[str, Path]) -> Plan:
    return plan(
        [
            Group("Claim", [Part(path, name) for name, path in segments.items()]),
            Part(segments["big"], "Again"),
        ],
        title="Backup of März",
        created=datetime(2026, 3, 31, 17, 0, tzinfo=UTC),
        attachments=[Attachment(b"{}", "manifest.json", "What is in it", "application/json", "Data")],
        stamp=Stamp("{page}/{pages} {label} {part_page}/{part_pages}"),
    )


def check_tools(path: Path) -> None:
    for command in (["qpdf", "--check", str(path)], ["pdfinfo", str(path)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), command


def test_size_and_pages_are_known_beforehand(tmp_path: Path, segments: dict[str, Path]) -> None:
    made = everything(segments)
    made.write(tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").stat().st_size == made.size
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert len(pdf.pages) == made.page_count == 14
        assert str(pdf.docinfo.Title) == "Backup of März"
        assert str(pdf.docinfo.CreationDate) == "D:20260331170000+00'00'"
        assert made.first_pages == [0, 2, 3, 6, 7, 10, 11]
        assert pdf.attachments["000001 manifest.json"].get_file().read_bytes() == b"{}"
        assert len(pdf.Root.AF) == made.attachment_count == 1


def test_other_programs_open_it_without_a_word(tmp_path: Path, segments: dict[str, Path]) -> None:
    everything(segments).write(tmp_path / "out.pdf")
    check_tools(tmp_path / "out.pdf")


def test_the_same_inputs_give_the_same_bytes_and_digest(tmp_path: Path, segments: dict[str, Path]) -> None:
    once, again = everything(segments), everything(segments)
    once.write(tmp_path / "once.pdf")
    again.write(tmp_path / "again.pdf", durable=False)
    assert (tmp_path / "once.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()
    assert once.digest == again.digest


def test_every_choice_changes_the_digest(segments: dict[str, Path]) -> None:
    text, form = segments["text"], segments["form"]
    note = Attachment(b"1", "a.txt")
    plans = [
        plan([Part(text, "a")]),
        plan([Part(form, "a")]),
        plan([Part(text, "b")]),
        plan([Part(text, None)]),
        plan([Part(text, "a", label="1-")]),
        plan([Part(text, "a", own_outline=False)]),
        plan([Group("a", [Part(text, None)])]),
        plan([Group("a", [Part(text, None)], opened=False)]),
        plan([Part(text, "a")], title="t"),
        plan([Part(text, "a")], language="en-AU"),
        plan([Part(text, "a")], attachments=[note]),
        plan([Part(text, "a")], attachments=[Attachment(b"2", "a.txt")]),
        plan([Part(text, "a")], stamp=Stamp("x")),
        plan([Part(text, "a")], stamp=Stamp("x", size=8)),
        plan([Part(text, "a"), Part(text, "a")]),
    ]
    assert len({made.digest for made in plans}) == len(plans)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_byte_range_is_that_range_of_the_file(
    tmp_path: Path, segments: dict[str, Path], data: st.DataObject
) -> None:
    made = everything(segments)
    path = tmp_path / "out.pdf"
    if not path.exists():
        made.write(path, durable=False)
    start = data.draw(st.integers(0, made.size))
    end = data.draw(st.integers(start, min(made.size, start + 3_000_000)))
    assert b"".join(made.stream(start, end)) == path.read_bytes()[start:end]


def test_ranges_that_cut_fields_and_the_table_in_pieces_add_up(segments: dict[str, Path]) -> None:
    made = plan([Part(segments["form"], "a"), Part(segments["outline"], "b")])
    whole = b"".join(made.stream())
    for step in (1, 3, 7, 61):
        region = range(made.size - 2500, made.size, step)
        assert (
            b"".join(b"".join(made.stream(at, min(at + step, made.size))) for at in region) == whole[-2500:]
        )


def test_a_range_outside_is_refused(segments: dict[str, Path]) -> None:
    made = plan([Part(segments["text"], "a")])
    with pytest.raises(ValueError, match="outside"):
        made.stream(0, made.size + 1)


def test_large_equal_streams_are_written_once(tmp_path: Path) -> None:
    noise = np.random.default_rng(2).bytes(64 * 500)
    one = makers.segment_of(makers.picture_pages(1, noise), tmp_path)
    other = makers.segment_of(makers.picture_pages(2, noise), tmp_path)
    made = plan([Part(one, "a"), Part(other, "b"), Part(one, "c")])
    made.write(tmp_path / "out.pdf")
    assert made.size < 2 * len(noise)
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        pictures = {page.Resources.XObject.Im.objgen for page in pdf.pages}
        assert len(pictures) == 1
        assert pdf.pages[3].Resources.XObject.Im.read_bytes() == noise
    check_tools(tmp_path / "out.pdf")


def test_pictures_that_differ_only_in_what_they_refer_to_are_not_mixed_up(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).bytes(64 * 200)

    def masked(shade: int) -> bytes:
        def change(pdf: pikepdf.Pdf) -> None:
            mask = pdf.make_stream(bytes([shade]) * 64)
            mask.Shade = shade
            pdf.pages[0].Resources.XObject.Im.SMask = mask

        return makers.edited(makers.picture_pages(1, noise), change)

    pdf = makers.merged(tmp_path, masked(0), masked(255))
    shades = [int(page.Resources.XObject.Im.SMask.Shade) for page in pdf.pages]
    assert shades == [0, 255]


def test_an_output_too_long_for_a_table_gets_a_cross_reference_stream(
    tmp_path: Path, segments: dict[str, Path]
) -> None:
    made = plan([Part(segments["form"], "a"), Part(segments["text"], "b")], largest_table_offset=100)
    made.write(tmp_path / "out.pdf")
    assert b"/Type /XRef" in (tmp_path / "out.pdf").read_bytes()
    check_tools(tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert len(pdf.pages) == 3
        assert not pdf.get_warnings()


def test_originals_are_embedded_byte_for_byte_and_equal_ones_once(
    tmp_path: Path, segments: dict[str, Path]
) -> None:
    original = tmp_path / "original.bin"
    original.write_bytes(NOISE(300_000))
    made = plan(
        [Part(segments["text"], "a")],
        attachments=[
            Attachment(original, "Übersicht/1.bin", "first"),
            Attachment(original, "second.bin"),
            Attachment(b"", "empty.txt"),
        ],
    )
    made.write(tmp_path / "out.pdf")
    assert made.size < 310_000
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        specs = list(pdf.attachments.values())
        assert [spec.filename for spec in specs] == ["Übersicht_1.bin", "second.bin", "empty.txt"]
        assert specs[1].get_file().read_bytes() == original.read_bytes()
    check_tools(tmp_path / "out.pdf")


def test_an_attachment_that_changed_since_planning_stops_the_write(
    tmp_path: Path, segments: dict[str, Path]
) -> None:
    original = tmp_path / "original.bin"
    original.write_bytes(bytes(500_000))
    made = plan([Part(segments["text"], "a")], attachments=[Attachment(original, "o.bin")])
    original.write_bytes(bytes(10))
    with pytest.raises(SegmentDamaged, match="changed"):
        made.write(tmp_path / "out.pdf")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["original.bin"]


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, segments: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(output.os, "write", full)
    with pytest.raises(OSError, match="No space"):
        everything(segments).write(tmp_path / "out.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_too_small_is_noticed_before_anything_is_written(
    tmp_path: Path, segments: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = namedtuple("room", "f_bavail f_frsize")
    monkeypatch.setattr(output.os, "statvfs", lambda _path: room(1, 512))
    with pytest.raises(OSError, match="room") as caught:
        everything(segments).write(tmp_path / "out.pdf")
    assert caught.value.errno == errno.ENOSPC


def test_an_earlier_output_stays_when_a_write_is_stopped(tmp_path: Path, segments: dict[str, Path]) -> None:
    path = tmp_path / "out.pdf"
    path.write_bytes(b"earlier")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        everything(segments).write(path, progress=stop)
    assert path.read_bytes() == b"earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["out.pdf"]


def test_progress_is_told_up_to_the_whole(tmp_path: Path, segments: dict[str, Path]) -> None:
    heard: list[tuple[int, int]] = []
    made = everything(segments)
    made.write(tmp_path / "out.pdf", progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (made.size, made.size)
    assert heard == sorted(heard)


def test_small_bodies_are_kept_in_memory_only_up_to_a_bound_and_the_bytes_are_the_same(
    tmp_path: Path, segments: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_bodies = everything(segments)
    monkeypatch.setattr(planning, "KEPT_BODIES", 10_000)
    without = everything(segments)
    held = {id(piece.segment): piece.segment for piece in without.pieces if piece.segment is not None}
    assert sum(len(segment.body) for segment in held.values() if segment.body is not None) < 30_000
    assert b"".join(without.stream()) == b"".join(with_bodies.stream())


def test_memory_does_not_grow_with_what_is_copied(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).bytes(12 << 20)
    big = makers.segment_of(makers.picture_pages(1, noise), tmp_path)
    original = tmp_path / "original.bin"
    original.write_bytes(noise)
    made = plan([Part(big, "a")], attachments=[Attachment(original, "o.bin")])
    tracemalloc.start()
    made.write(tmp_path / "out.pdf", durable=False)
    for _ in made.stream():
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.size > 24 << 20
    assert most < 6 << 20


def test_nothing_to_merge_is_said_in_words() -> None:
    with pytest.raises(PdfProblem, match="at least one"):
        plan([])
    with pytest.raises(PdfProblem, match="at least one"):
        plan([Group("empty", [])])


def test_a_segment_that_is_missing_raises_what_the_system_says(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        plan([Part(tmp_path / "gone.seg", "x")])


@pytest.mark.parametrize("largest_table_offset", [9_999_999_999, 100])
def test_plain_python_and_numpy_reckon_the_same_bytes(
    tmp_path: Path, segments: dict[str, Path], monkeypatch: pytest.MonkeyPatch, largest_table_offset: int
) -> None:
    tree = [Part(path, name) for name, path in [*segments.items(), *segments.items()]]
    stamp = Stamp("{page} {label}")
    outputs = []
    for plainly in (True, False):
        monkeypatch.setattr(layout, "plainly", lambda _things, plainly=plainly: plainly)
        made = plan(tree, stamp=stamp, largest_table_offset=largest_table_offset)
        assert isinstance(made.fields, list) is plainly
        made.write(tmp_path / "out.pdf", durable=False)
        written = (tmp_path / "out.pdf").read_bytes()
        assert b"".join(made.stream()) == written
        tail = b"".join(b"".join(made.stream(at, at + 5)) for at in range(made.size - 2000, made.size, 5))
        assert tail == written[-2000:]
        outputs.append(written)
    assert outputs[0] == outputs[1]


def test_a_small_plan_is_made_and_written_without_loading_numpy(
    tmp_path: Path, segments: dict[str, Path]
) -> None:
    script = (
        "import sys; from pathlib import Path; from tallystick.pdf import Part, plan; "
        "plan([Part(Path(p), p) for p in sys.argv[2:]]).write(Path(sys.argv[1])); "
        "assert 'numpy' not in sys.modules"
    )
    paths = list(map(str, segments.values()))
    source = Path(planning.__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "out.pdf"), *paths],
        check=True,
        env={"PYTHONPATH": str(source)},
    )
    plan([Part(Path(path), path) for path in paths]).write(tmp_path / "here.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == (tmp_path / "here.pdf").read_bytes()


@pytest.mark.parametrize("plainly", [True, False])
def test_an_index_that_points_outside_is_refused(
    tmp_path: Path, segments: dict[str, Path], monkeypatch: pytest.MonkeyPatch, plainly: bool
) -> None:
    monkeypatch.setattr(layout, "plainly", lambda _things: plainly)
    whole = read_segment(segments["outline"])
    for change in (
        lambda s: setattr(
            s, "positions", memoryview(array("q", [*s.positions[:-1], s.body_size - 3])).cast("B").cast("q")
        ),
        lambda s: setattr(s, "positions", memoryview(array("q", [-1, *s.positions[1:]])).cast("B").cast("q")),
        lambda s: setattr(
            s, "targets", memoryview(array("i", [s.objects + 1, *s.targets[1:]])).cast("B").cast("i")
        ),
        lambda s: setattr(s, "targets", memoryview(array("i", [-77, *s.targets[1:]])).cast("B").cast("i")),
        lambda s: setattr(
            s, "offsets", memoryview(array("q", [*s.offsets[:-1], s.body_size])).cast("B").cast("q")
        ),
    ):
        strange = copy.copy(whole)
        change(strange)
        monkeypatch.setattr(planning, "read_segment", lambda _path, strange=strange: strange)
        with pytest.raises(SegmentDamaged):
            plan([Part(segments["outline"], "x")])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_small_segment_is_never_spliced(
    tmp_path: Path, segments: dict[str, Path], data: st.DataObject
) -> None:
    whole = segments["outline"].read_bytes()
    if data.draw(st.booleans()):
        broken = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        place = data.draw(st.integers(0, len(whole) - 1))
        broken = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    path = tmp_path / "broken.seg"
    path.write_bytes(broken)
    with pytest.raises(SegmentDamaged):
        plan([Part(path, "x")])
        verify_segment(path)


def test_a_big_segment_is_verified_in_full_on_request(tmp_path: Path) -> None:
    noise = np.random.default_rng(4).bytes(2 << 20)
    segment = makers.segment_of(makers.picture_pages(1, noise), tmp_path)
    verify_segment(segment)
    assert read_segment(segment).body is None
    content = bytearray(segment.read_bytes())
    content[1 << 20] ^= 1
    segment.write_bytes(bytes(content))
    with pytest.raises(SegmentDamaged, match="content was altered"):
        verify_segment(segment)
    segment.write_bytes(bytes(content[:-1000]))
    with pytest.raises(SegmentDamaged):
        plan([Part(segment, "x")])


def test_links_lead_from_one_part_to_another(tmp_path: Path, segments: dict[str, Path]) -> None:
    made = plan(
        [Part(segments["text"], "Contents"), Part(segments["form"], "A"), Part(segments["big"], "B")],
        links=[
            Link(0, 0, (50, 700, 300, 720), 1),
            Link(0, 0, (50, 680, 300, 700), 2),
            Link(0, 1, (1, 2, 3, 4), 0),
        ],
        stamp=Stamp("{page}"),
    )
    made.write(tmp_path / "out.pdf")
    check_tools(tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        places = {page.objgen: place for place, page in enumerate(pdf.pages)}
        led = [[places[note.Dest[0].objgen] for note in page.Annots] for page in list(pdf.pages)[:2]]
        assert led == [[made.first_pages[1], made.first_pages[2]], [0]]
        assert [int(side) for side in pdf.pages[1].Annots[0].Rect] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "link", [Link(0, 0, (0, 0, 1, 1), 9), Link(3, 0, (0, 0, 1, 1), 0), Link(0, 7, (0, 0, 1, 1), 0)]
)
def test_a_link_to_nowhere_is_a_fault(segments: dict[str, Path], link: Link) -> None:
    with pytest.raises(ValueError, match="link"):
        plan([Part(segments["text"], "Contents")], links=[link])
