"""The main job: 200 claims with 600 papers (≈ 400 MiB) in one PDF, by a real worker, beside ``cat`` of the papers.

First compile, the same selection again, and once more after one claim changed (issue 2, §4). ``--quick`` takes a tenth.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.measure import Figure, Table, best_of, run, settle, show_all

CLAIMS, QUICK_CLAIMS = 200, 20
PAGE_WIDTH, PAGE_HEIGHT, PAGES = 640, 560, 4
PATIENCE = 900
_ROOT = Path(__file__).parents[1]
_WORKER = "import django; django.setup(); from tallystick.runs.engine import Engine; Engine().run()"


def main(argv: Sequence[str] = ()) -> int:
    """Print the table; ``--json`` prints one object. Returns 0: a timing never fails anything."""
    if "--in-child" in argv:
        return _measure(Path(argv[-1]), QUICK_CLAIMS if "--quick" in argv else CLAIMS)
    # A process of its own, since Django can be set up for one data folder only.
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        quick = ["--quick"] if "--quick" in argv else []
        command = [sys.executable, "-m", "bench.compile", *quick, "--in-child", folder]
        told = subprocess.run(
            command, env=_environment(folder), cwd=_ROOT, check=True, stdout=subprocess.PIPE
        ).stdout
    found = json.loads(told)
    table = Table(found["title"], goal=found["goal"])
    table.figures = [Figure(**figure) for figure in found["figures"]]
    show_all([table], as_json="--json" in argv)
    return 0


def _environment(folder: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TALLYSTICK_")}
    kept.pop("DATABASE_URL", None)
    return {
        **kept,
        "TALLYSTICK_DATA": folder,
        "TALLYSTICK_SECRET_KEY": "only-for-this-bench-" + "x" * 40,
        "TALLYSTICK_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "tallystick.config.settings",
        "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}",
    }


def _measure(folder: Path, count: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    actor, project, claims = _fill(count)
    papers = _papers()
    size = sum(path.stat().st_size for path in papers)
    table = Table(
        f"Compiling {count} claims with {len(papers)} papers ({size / 2**20:,.0f} MiB)",
        goal="the second compile of an unchanged selection answers at once; after one change one claim is drawn again",
    )
    settle(*papers)
    cat: list[str | os.PathLike[str]] = ["cat", *papers]
    copied = run("cat of the papers to one file", cat, output=folder / "cat")
    # A process that this one starts counts this one's memory as its own highest.
    table.add(replace(copied, rss=0))
    (folder / "cat").unlink()
    worker = subprocess.Popen([sys.executable, "-c", _WORKER])
    try:
        _with_worker(table, worker.pid, actor, project, claims)
    finally:
        worker.terminate()
        worker.wait()
    figures = [
        {"name": one.name, "seconds": one.seconds, "rss": one.rss, "note": one.note} for one in table.figures
    ]
    sys.stdout.write(json.dumps({"title": table.title, "goal": table.goal, "figures": figures}))
    return 0


def _with_worker(table: Table, pid: int, actor: Any, project: Any, claims: list[Any]) -> None:
    from tallystick.claims.entries import EntryEdit, save_entries
    from tallystick.claims.storage import lines_of
    from tallystick.documents.compiling import request_backup
    from tallystick.documents.models import Backup, ClaimDocument, StoredFile
    from tallystick.runs.models import Run

    ids = [claim.pk for claim in claims]

    def compiled() -> Any:
        asked = request_backup(actor, project, ids)
        _until(lambda: not Run.objects.get(pk=asked.pk).is_active)
        done = Run.objects.get(pk=asked.pk)
        if done.problem:
            raise RuntimeError(done.problem)
        return Backup.objects.get(run=done)

    began = time.perf_counter()
    _until(lambda: not StoredFile.objects.filter(ingest__isnull=True).exists())
    table.add(
        Figure("looking at the papers, once, after the uploads", time.perf_counter() - began, _memory(pid))
    )

    began = time.perf_counter()
    first = compiled()
    elapsed = time.perf_counter() - began
    said = f"{first.page_count:,} pages, {first.size / 2**20:,.0f} MiB, {ClaimDocument.objects.count()} claims drawn"
    table.add(Figure("first compile", elapsed, _memory(pid), said))

    again = best_of(3, lambda: request_backup(actor, project, ids))
    table.add(Figure("the same again: request to answer", again, 0, f"{Backup.objects.count()} backup"))

    before = ClaimDocument.objects.count()
    line = lines_of(claims[0])[0]
    save_entries(actor, claims[0], [EntryEdit(line.pk, work=1_00)])
    began = time.perf_counter()
    compiled()
    elapsed = time.perf_counter() - began
    drawn = ClaimDocument.objects.count() - before
    table.add(Figure("after one claim changed", elapsed, _memory(pid), f"{drawn} claim drawn again"))


def _fill(count: int) -> tuple[Any, Any, list[Any]]:
    """A project with so many drafts, three papers on each: a scan, a photograph and a typed docket."""
    from django.db import transaction

    from tallystick.access.levels import Level
    from tallystick.claims.creation import create_claim
    from tallystick.claims.entries import EntryEdit, save_entries
    from tallystick.claims.storage import lines_of
    from tallystick.documents.actions import add_attachment
    from tests import factories as make

    project = make.make_project()
    period = make.open_period_of(project)
    actor = make.actor_of(make.make_member(project, Level.ADMIN))
    claims = []
    for number in range(count):
        with transaction.atomic():
            claim = create_claim(actor, make.make_contract(project), period)
            claim = save_entries(actor, claim, [EntryEdit(lines_of(claim)[0].pk, work=10_000_00)]).claim
        for name, data in (
            (f"Scan {number:03}.pdf", _scan()),
            (f"Photograph {number:03}.jpg", _photograph()),
            (f"Docket {number:03}.pdf", _docket(number)),
        ):
            add_attachment(actor, claim, name=name, size=len(data), chunks=[data])
        claims.append(claim)
    return actor, project, claims


def _scan() -> bytes:
    import pikepdf

    pdf = pikepdf.new()
    for _ in range(PAGES):
        page = pdf.add_blank_page(page_size=(595, 842))
        picture = pdf.make_stream(
            os.urandom(PAGE_WIDTH * PAGE_HEIGHT),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=PAGE_WIDTH,
            Height=PAGE_HEIGHT,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
        )
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture))
        page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
    buffer = io.BytesIO()
    pdf.save(buffer, compress_streams=False)
    return buffer.getvalue()


def _photograph() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.frombytes("RGB", (800, 600), os.urandom(800 * 600 * 3)).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _docket(number: int) -> bytes:
    from tests.documents.conftest import pdf_bytes

    return pdf_bytes(2, f"Docket {number}")


def _papers() -> list[Path]:
    from tallystick.documents.models import Attachment
    from tallystick.documents.store import local_path

    return [local_path(paper.file) for paper in Attachment.objects.select_related("file").order_by("pk")]


def _memory(pid: int) -> int:
    """The worker's highest resident memory in bytes, its helpers not counted."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > give_up:
            raise RuntimeError(f"It did not happen within {PATIENCE} seconds.")
        time.sleep(0.005)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
