"""Whatever graph of objects a PDF holds, splicing it changes nothing but the numbers."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.pdf.model import IngestStatus, Limits, Part
from tallystick.pdf.planning import plan
from tests.pdf import makers

TRICKY = [
    b"1 0 R",
    b"(1 0 R",
    b"a) 2 0 R (",
    b"\\",
    b"\\) 3 0 R",
    b"\nstream\nendstream\nendobj\n",
    b"endobj",
    b"/Contents [ 1 0 R ]",
    b"/S /JavaScript",
    b"\x00\xff\xfe 4 0 R",
    b"/StructParents 5",
    b"%comment",
]
NAMES = ["/A", "/A B", "/A#B", "/1 0 R", "/()", "/<<", "/Contents", "/T", "/Length", "/é", "/S1", "/R", "/0"]

scalars = st.one_of(
    st.integers(-(2**31), 2**31),
    st.booleans(),
    st.none(),
    st.decimals(-(10**6), 10**6, places=3),
    st.binary(max_size=30).map(pikepdf.String),
    st.sampled_from(TRICKY).map(pikepdf.String),
    st.sampled_from(NAMES).map(pikepdf.Name),
)


class Graphs:
    """Builds a PDF whose page carries a random graph: indirect objects refer to each other, loops included."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def pdf(self) -> bytes:
        buffer = io.BytesIO()
        with pikepdf.open(io.BytesIO(makers.text_pages("graph"))) as pdf:
            count = self.data.draw(st.integers(1, 8))
            things = [self._indirect(pdf) for _ in range(count)]
            for thing in things:
                for key in self.data.draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True)):
                    value = self._value(things, 3)
                    if key != "/Length" and value is not None:
                        thing[key] = value
            pdf.pages[0].Resources["/Graph"] = pikepdf.Dictionary(Roots=pikepdf.Array(things))
            pdf.save(
                buffer,
                object_stream_mode=self.data.draw(st.sampled_from(list(pikepdf.ObjectStreamMode))),
                static_id=True,
            )
        return buffer.getvalue()

    def _indirect(self, pdf: pikepdf.Pdf) -> Any:
        if self.data.draw(st.booleans()):
            return pdf.make_stream(self.data.draw(st.binary(max_size=40) | st.sampled_from(TRICKY)))
        return pdf.make_indirect(pikepdf.Dictionary())

    def _value(self, things: list[Any], depth: int) -> Any:
        kind = self.data.draw(st.integers(0, 4))
        if kind <= 1 or not depth:
            return self.data.draw(scalars)
        if kind == 2:
            return self.data.draw(st.sampled_from(things))
        inner = [self._value(things, depth - 1) for _ in range(self.data.draw(st.integers(0, 3)))]
        if kind == 3:
            return pikepdf.Array(inner)
        return pikepdf.Dictionary(
            {f"/K{place}": value for place, value in enumerate(inner) if value is not None}
        )


def shape(value: Any, seen: dict[tuple[int, int], int]) -> Any:  # noqa: PLR0911 - one per type
    """The graph as plain data: indirect objects by the order in which they are met."""
    objgen = getattr(value, "objgen", (0, 0))
    if objgen != (0, 0):
        if objgen in seen:
            return ("again", seen[objgen])
        seen[objgen] = len(seen)
    if isinstance(value, pikepdf.Array):
        return [shape(item, seen) for item in value]
    if isinstance(value, pikepdf.Stream):
        keys = [key for key in sorted(value.keys()) if key not in ("/Length", "/Filter", "/DecodeParms")]
        return ("stream", value.read_bytes(), [(key, shape(value[key], seen)) for key in keys])
    if isinstance(value, pikepdf.Dictionary):
        return [(key, shape(value[key], seen)) for key in sorted(value.keys())]
    if isinstance(value, pikepdf.String):
        return bytes(value)
    if isinstance(value, pikepdf.Name):
        return f"name {value}"
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(Decimal(str(value)).normalize())
    return repr(value)


def graph_of(pdf: pikepdf.Pdf, page: int) -> Any:
    return shape(pdf.pages[page].Resources["/Graph"], {})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_object_graphs_survive(tmp_path_factory: Any, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("graph")
    paper = Graphs(data).pdf()
    other = makers.text_pages("before")
    pdf = makers.merged(folder, other, paper, paper)
    with pikepdf.open(io.BytesIO(paper)) as source:
        expected = graph_of(source, 0)
    assert graph_of(pdf, 1) == expected
    assert graph_of(pdf, 2) == expected


SOURCES = [
    makers.nested_outline(),
    makers.form("x", True),
    makers.tagged(),
    makers.layered(True),
    makers.signed(),
    makers.labelled(),
    makers.named_destinations(old_style=False),
    makers.inherited(),
]


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_papers_give_a_sound_output_or_a_reason(tmp_path_factory: Any, data: st.DataObject) -> None:
    folder: Path = tmp_path_factory.mktemp("damage")
    paper = bytearray(data.draw(st.sampled_from(SOURCES)))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(paper) - 1))
        kind = data.draw(st.integers(0, 3))
        if kind == 0:
            paper[at] = data.draw(st.integers(0, 255))
        elif kind == 1:
            del paper[at : at + data.draw(st.integers(1, 200))]
        elif kind == 2:
            paper[at:at] = paper[: data.draw(st.integers(0, 100))]
        else:
            paper[at : at + 4] = b" 1 0"
        if not paper:
            break
    result = makers.prepare(bytes(paper), folder, limits=Limits(raster_dpi=20))
    assert isinstance(result.status, IngestStatus)
    if result.segment is None:
        assert result.note
        return
    path = folder / "out.pdf"
    plan([Part(result.segment, "a"), Part(result.segment, "b")]).write(path, durable=False)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 2 * result.page_count
        assert not pdf.get_warnings()
