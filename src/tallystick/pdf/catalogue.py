"""What the catalogue of the output says beyond pages and outline: forms, layers, structure, attached files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tallystick.pdf import syntax
from tallystick.pdf.layout import Placed
from tallystick.pdf.model import Attachment, Part

Add = Callable[[bytes], int]

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
DINGBATS = b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"


def form(placed: Sequence[Placed], add: Add) -> bytes:
    """/AcroForm over the wrappers of all parts; empty when there is no field."""
    wrappers: list[int] = []
    fonts: dict[str, int] = {}
    for part in placed:
        if not part.segment.facts:
            continue
        wrappers += [part.base + number for number in part.segment.numbers("wrapper_objects")]
        names = part.segment.facts.get("form_fonts", ())
        for name, number in zip(names, part.segment.numbers("form_fonts_objects"), strict=True):
            fonts.setdefault(name, part.base + number)
    if not wrappers:
        return b""
    if "Helv" not in fonts:
        fonts["Helv"] = add(HELVETICA)
    if "ZaDb" not in fonts:
        fonts["ZaDb"] = add(DINGBATS)
    entries = b" ".join(b"%s %d 0 R" % (syntax.name(name), fonts[name]) for name in sorted(fonts))
    return b"<< /Fields [ %s ] /DA (/Helv 0 Tf 0 g) /DR << /Font << %s >> >> >>" % (
        syntax.references(wrappers),
        entries,
    )


def layers(parts: Sequence[Part], placed: Sequence[Placed]) -> bytes:
    """/OCProperties over the layers of all parts, each as visible as it was; empty when there is none."""
    every: list[int] = []
    off: list[int] = []
    locked: list[int] = []
    order: list[bytes] = []
    exclusive: list[bytes] = []
    usage: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for part, at in zip(parts, placed, strict=True):
        facts: dict[str, Any] | None = at.segment.facts.get("layers")
        if facts is None:
            continue
        numbers = [at.base + number for number in at.segment.numbers("layers_objects")]
        every += numbers
        off += [numbers[i] for i in facts["off"]]
        locked += [numbers[i] for i in facts["locked"]]
        if facts["order"]:
            shown = syntax.references(numbers[i] for i in facts["order"])
            order.append(b"[ %s %s ]" % (syntax.text_string(part.title or at.segment.path.stem[:12]), shown))
        exclusive += [b"[ %s ]" % syntax.references(numbers[i] for i in g) for g in facts["exclusive"]]
        for event, kinds, members in facts["usage"]:
            usage.setdefault((event, tuple(kinds)), []).extend(numbers[i] for i in members)
    if not every:
        return b""
    config = b"<< /BaseState /ON /OFF [ %s ] /Order [ %s ]" % (syntax.references(off), b" ".join(order))
    if locked:
        config += b" /Locked [ %s ]" % syntax.references(locked)
    if exclusive:
        config += b" /RBGroups [ %s ]" % b" ".join(exclusive)
    if usage:
        rules = [
            b"<< /Event /%s /Category [ %s ] /OCGs [ %s ] >>"
            % (event.encode(), b" ".join(map(syntax.name, kinds)), syntax.references(members))
            for (event, kinds), members in sorted(usage.items())
        ]
        config += b" /AS [ %s ]" % b" ".join(rules)
    return b"<< /OCGs [ %s ] /D %s >> >>" % (syntax.references(every), config)


@dataclass(frozen=True, slots=True)
class Structure:
    """Text of the structure root and of its document element, and whether every part is tagged."""

    root: bytes
    document: bytes
    complete: bool


def number_structure(placed: Sequence[Placed]) -> int:
    """Give each tagged part its range of structure keys; return how many keys there are."""
    keys = 0
    for part in placed:
        part.structure = keys
        keys += int(part.segment.facts.get("structure_keys", 0))
    return keys


def structure(placed: Sequence[Placed], keys: int, root: int, document: int) -> Structure:
    """The structure tree over the tagged parts."""
    tops, trees = [], []
    for part in placed:
        if "structure_keys" in part.segment.facts:
            wrapper, tree, _ = part.segment.numbers("structure_objects")
            tops.append(part.base + wrapper)
            trees.append(part.base + tree)
    text = (
        b"<< /Type /StructTreeRoot /K [ %d 0 R ] /ParentTree << /Kids [ %s ] >> /ParentTreeNextKey %d >>"
        % (
            document,
            syntax.references(trees),
            keys,
        )
    )
    top = b"<< /Type /StructElem /S /Document /P %d 0 R /K [ %s ] >>" % (root, syntax.references(tops))
    return Structure(text, top, complete=len(tops) == len(placed))


def file_specification(attachment: Attachment, stream: int) -> bytes:
    """The file specification of an attachment whose bytes are in object ``stream``."""
    shown = syntax.one_line(attachment.filename, 200).replace("/", "_").replace("\\", "_") or "file"
    plain = shown.encode("ascii", "replace").decode().replace("?", "_")
    text = b"<< /Type /Filespec /F %s /UF %s /AFRelationship /%s /EF << /F %d 0 R /UF %d 0 R >>" % (
        syntax.text_string(plain),
        syntax.text_string(shown),
        attachment.relationship.encode("ascii"),
        stream,
        stream,
    )
    if attachment.description:
        text += b" /Desc " + syntax.text_string(attachment.description)
    return text + b" >>"


def file_names(specs: Sequence[tuple[str, int]], placed: Sequence[Placed]) -> tuple[bytes, int]:
    """The name tree of embedded files, those that sources brought included, and how many there are."""
    entries = [(f"{place:06} {name}", number) for place, (name, number) in enumerate(specs, start=1)]
    place = len(entries)
    for part in placed:
        names = part.segment.facts.get("embedded", ())
        for name, number in zip(
            names, part.segment.numbers("embedded_objects") if names else (), strict=True
        ):
            place += 1
            entries.append((f"{place:06} {name}", part.base + number))
    if not entries:
        return b"", 0
    # A name tree is sorted by the bytes of its keys, and the six digits in front of every key settle that.
    pairs = b" ".join(
        b"%s %d 0 R" % (syntax.literal(syntax.one_line(key, 200).encode("ascii", "replace")), number)
        for key, number in entries
    )
    return b"<< /Names [ %s ] >>" % pairs, len(entries)
