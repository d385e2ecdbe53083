"""The main job with a real worker: killed in the middle, asked by a crowd, without room (issue 2, §4)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from django.db import connections

from tallystick.access.levels import Level
from tallystick.documents import compiling
from tallystick.documents.compiling import request_backup, write_backup
from tallystick.documents.examination import examine_waiting
from tallystick.documents.models import Attachment, Backup
from tallystick.documents.store import local_copy
from tallystick.documents.verification import verify
from tallystick.runs import failures
from tallystick.runs.engine import run_inline
from tallystick.runs.models import Run, RunFollower
from tallystick.runs.states import ACTIVE, RunState
from tests import factories as make
from tests.documents.conftest import pdf_bytes, put_on
from tests.documents.site import Site
from tests.runs.test_killed_worker import _url_of_test_database

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0

pytestmark = pytest.mark.django_db(transaction=True)


class Workers:
    """Worker processes on the test's database and data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, module: str = "tests.runs.worker_process", **more: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "TALLYSTICK_DATA": str(self.data),
            "TALLYSTICK_WORKER_PROCESSES": "2",
            "TALLYSTICK_SECRET_KEY": "only-for-tests-" + "x" * 50,
            "PYTHONPATH": f"{CHECKOUT}/src:{CHECKOUT}",
            "DJANGO_SETTINGS_MODULE": "tallystick.config.settings",
            "DATABASE_URL": _url_of_test_database(),
            **more,
        }
        process = subprocess.Popen([sys.executable, "-m", module], env=environment, cwd=CHECKOUT)
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def workers(settings, tmp_path: Path) -> Iterator[Workers]:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    started = Workers(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def site(workers: Workers) -> Site:
    return Site()


def until(condition: Callable[[], bool]) -> None:
    """Other processes take the time they take; only a hang is a failure."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.02)


def ended(run: Run) -> Run:
    until(lambda: not Run.objects.filter(pk=run.pk, state__in=ACTIVE).exists())
    run.refresh_from_db()
    return run


def test_a_compile_killed_in_the_middle_is_finished_once_with_the_right_file(workers, site):
    claims = [site.claim() for _ in range(4)]
    for number, claim in enumerate(claims * 10):
        put_on(claim, f"Docket {number:02}.pdf", pdf_bytes(2, f"Docket {number:02}"), site.admin)
    run = request_backup(site.admin, site.project, [claim.pk for claim in claims])
    worker = workers.start()
    until(lambda: Run.objects.filter(pk=run.pk, done__gte=5).exists())
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    run.refresh_from_db()
    assert run.state == RunState.RUNNING

    workers.start()

    run = ended(run)
    assert (run.state, run.attempts) == (RunState.SUCCEEDED, 2), run.problem
    backup = Backup.objects.get()
    assert run.result["backup"] == backup.pk
    report = verify(local_copy(backup.file_key))
    assert report.ok, report.problems
    assert (report.claims, report.papers, report.page_count) == (4, 40, backup.page_count)
    with pikepdf.open(local_copy(backup.file_key)) as pdf, pdf.open_outline() as outline:
        papers = [child.title for claim in outline.root for child in claim.children]
    assert sorted(name for name in papers if name.startswith("Docket")) == [
        f"Docket {number:02}.pdf" for number in range(40)
    ]
    assert not list((workers.data / "uploads").iterdir()), "something half-made was left behind"


def test_a_crash_after_the_file_was_stored_makes_neither_a_second_file_nor_a_second_backup(
    workers, site, monkeypatch
):
    claim = site.claim()
    run = request_backup(site.admin, site.project, [claim.pk])

    def killed(*args: object, **fields: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(compiling.Backup.objects, "create", killed)
        write_backup(run.pk)
    assert not Backup.objects.exists()
    first, second = write_backup(run.pk), write_backup(run.pk)
    assert first == second
    assert verify(local_copy(Backup.objects.get().file_key)).ok
    assert len(list((workers.data / "files" / "backups").iterdir())) == 1


def test_a_crowd_that_presses_the_button_at_once_gets_one_run_and_all_of_them_the_result(workers, site):
    claim = site.claim()
    people = [make.make_member(site.project, Level.ADMIN) for _ in range(10)]
    browsers = [make.signed_in(person) for person in people]
    workers.start()

    def press(number: int) -> int:
        try:
            answer = browsers[number % 10].post(f"/projects/{site.project.pk}/backups", {"claim": [claim.pk]})
            return answer.status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as crowd:
        answers = list(crowd.map(press, range(100)))

    assert set(answers) == {302}
    run = ended(Run.objects.get())
    assert run.state == RunState.SUCCEEDED, run.problem
    assert Backup.objects.count() == 1
    assert RunFollower.objects.filter(run=run).count() == 10
    for browser in browsers:
        assert "Compiled 1 progress claim" in browser.get("/").content.decode()


def test_a_disk_that_takes_no_more_is_told_in_words_and_the_next_try_succeeds(workers, site):
    claim = site.claim()
    scan = pikepdf.new()
    page = scan.add_blank_page()
    page.obj.Contents = scan.make_stream(os.urandom(6 << 20))
    path = workers.data / "scan.pdf"
    scan.save(path)
    put_on(claim, "Scan.pdf", path.read_bytes(), site.admin)
    examine_waiting()
    tight = workers.start("tests.scenarios.tight_worker", LARGEST_FILE=str(5 << 20))
    run = ended(request_backup(site.admin, site.project, [claim.pk]))
    assert run.state == RunState.FAILED
    assert run.problem == failures.FILE_TOO_LARGE
    assert not Backup.objects.exists()
    assert not list((workers.data / "uploads").iterdir()), "something half-made was left behind"
    assert tight.poll() is None, "the worker goes on with other work"
    tight.kill()
    tight.wait()

    workers.start()
    again = ended(request_backup(site.admin, site.project, [claim.pk]))
    assert again.state == RunState.SUCCEEDED, again.problem
    assert Backup.objects.get().size > 6 << 20


def test_an_upload_is_looked_at_by_the_worker_without_anybody_asking(workers, site):
    paper = put_on(site.claim(), "Dockets.pdf", pdf_bytes(3), site.admin)
    workers.start()
    workers.start()
    until(lambda: Attachment.objects.get(pk=paper.pk).file.ingest is not None)
    assert Attachment.objects.get(pk=paper.pk).file.ingest["page_count"] == 3


def test_a_run_that_nobody_wants_any_more_leaves_nothing(workers, site):
    claim = site.claim()
    run = request_backup(site.admin, site.project, [claim.pk])
    Run.objects.filter(pk=run.pk).update(state=RunState.CANCELLED)
    assert run_inline(run).state == RunState.CANCELLED
    assert not Backup.objects.exists()
