"""A claim of 1,000 lines in Chromium: first paint, a key, pasting 500 lines, saving; beside a plain table.

``.venv/bin/python -m bench.grid_browser`` serves a throwaway database to a headless Chromium. The plain table has the
same texts in as many cells, without inputs, style or script: no page of as many figures can be faster than that.
Targets: paint 300 ms after the response, a key 16 ms, the server's part of saving 500 lines 100 ms.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from bench.claims_list import am_child, run_in_child, set_up

LINES, PASTED, ROUNDS = 1_000, 500, 5
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]

PAINT = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByType("paint").find((entry) => entry.name === "first-contentful-paint");
  return [(paint?.startTime ?? 0) - page.responseEnd, page.loadEventEnd - page.responseEnd];
}"""
KEYS = """async () => {
  const input = document.querySelectorAll("tbody input[name^='work-']")[2];
  input.focus();
  const taken = [];
  for (let key = 0; key < 20; key += 1) {
    input.value = `1${key}`;
    const begin = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    const handled = performance.now() - begin;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    taken.push([handled, performance.now() - begin]);
  }
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  return taken.slice(5);
}"""
PASTE = """async ([lines]) => {
  const input = document.querySelectorAll("tbody input[name^='work-']")[1];
  input.focus();
  const data = new DataTransfer();
  data.setData("text/plain", Array.from({ length: lines }, (_, line) => `$1,${100 + line}.50`).join("\\n"));
  const begin = performance.now();
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begin;
}"""
PLAIN_KEYS = """async () => {
  const cell = document.querySelectorAll("td")[40];
  const taken = [];
  for (let key = 0; key < 20; key += 1) {
    const begin = performance.now();
    cell.textContent = `1${key}`;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    taken.push(performance.now() - begin);
  }
  return taken.slice(5);
}"""


def main(argv: Sequence[str] = ()) -> int:
    """Print the table; ``--json`` prints one JSON object a line. Returns 0: a timing never fails anything."""
    if not am_child():
        return run_in_child("bench.grid_browser", argv)
    chromium = (
        os.environ.get("TALLYSTICK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    if chromium is None:
        sys.stdout.write("Chromium is missing: install it, or name it in TALLYSTICK_CHROMIUM.\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        set_up(folder)
        rows = _measured(chromium)
    if "--json" not in argv:
        sys.stdout.write(f"\nA claim of {LINES:,} lines in Chromium\n")
    for case, ms in rows:
        if "--json" in argv:
            sys.stdout.write(json.dumps({"bench": "grid_browser", "case": case, "ms": round(ms, 1)}) + "\n")
        else:
            sys.stdout.write(f"  {case:<52}{ms:>9.1f} ms\n")
    return 0


def _measured(chromium: str) -> list[tuple[str, float]]:
    from playwright.sync_api import sync_playwright

    address, cookie, claim = _served()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    rows: list[tuple[str, float]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-AU")
        context.add_cookies([{**cookie, "url": address}])
        page = context.new_page()
        paints = []
        for _ in range(ROUNDS):
            page.goto(f"{address}/claims/{claim}")
            page.locator("[data-state]:not(:empty)").first.wait_for(state="attached")
            paints.append(page.evaluate(PAINT))
        texts = page.locator("sov-grid tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].map("
            "(cell) => cell.querySelector('input')?.value ?? cell.textContent))"
        )
        keys = page.evaluate(KEYS)
        pasting = page.evaluate(PASTE, [PASTED])
        with page.expect_response(lambda answer: answer.url.endswith("/entries")) as waiting:
            pass
        timing = waiting.value.request.timing
        cells = "".join(f"<tr>{''.join(f'<td>{text}' for text in row)}" for row in texts)
        plain = f"<!doctype html><meta charset=utf-8><title>Plain</title><table>{cells}</table>"
        page.route("**/plain", lambda route: route.fulfill(body=plain, content_type="text/html"))
        bare = []
        for _ in range(ROUNDS):
            page.goto(f"{address}/plain")
            bare.append(page.evaluate(PAINT))
        plain_keys = page.evaluate(PLAIN_KEYS)
        browser.close()
    rows += [
        (
            "a plain table: response to first paint (below zero: before its end)",
            median(paint for paint, _ in bare),
        ),
        ("the grid: response to first paint", median(paint for paint, _ in paints)),
        ("the grid: response to loaded and ready", median(loaded for _, loaded in paints)),
        ("a plain table: one cell written, to the next frame", median(plain_keys)),
        ("the grid: a key, its handler", median(handled for handled, _ in keys)),
        ("the grid: a key, to the next frame", median(shown for _, shown in keys)),
        (f"the grid: {PASTED} lines pasted, to the next frame", pasting),
        (
            f"the server: {PASTED} lines saved, to the answer",
            timing["responseStart"] - timing["requestStart"],
        ),
    ]
    return rows


def _served() -> tuple[str, dict[str, str], int]:
    """A server in a thread, a session of an administrator, and a claim."""
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.test import Client

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    login, claim = _claim()
    client = Client()
    client.force_login(login)
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    time.sleep(0.2)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value}
    return f"http://127.0.0.1:{server.server_port}", cookie, claim


def _claim() -> tuple[Any, int]:
    from tallystick.access.actor import Actor
    from tallystick.access.models import AccountMembership
    from tallystick.claims.creation import create_claim
    from tallystick.contracts import actions as contracts
    from tallystick.contracts.actions import LineInput
    from tallystick.contracts.states import ContractStatus
    from tallystick.core import clock
    from tallystick.directory.models import Account, Company, Login, Person, Project
    from tallystick.periods.models import BillingPeriod

    account = Account.objects.create(name="Bench grid")
    own = Company.objects.create(account=account, name="Own", is_own=True)
    login = Login.objects.create_user("grid@example.com", None, name="Bench")
    person = Person.objects.create(account=account, company=own, login=login, name="Bench", email=login.email)
    AccountMembership.objects.create(person=person, directory=3)
    project = Project.objects.create(account=account, number="G-1", name="Grid")
    operator = Actor.operator()
    contract = contracts.create_contract(
        operator,
        project,
        kind="subcontract",
        number="SC-1",
        title="Works",
        company=own,
        work_retention_bp=500,
    )
    contracts.set_sov_lines(
        operator, contract, [LineInput(f"Item {n} of the works", 1_000_00 + n) for n in range(LINES)]
    )
    contract = contracts.move_contract(operator, contract, ContractStatus.APPROVED)
    today = clock.today_in(project.time_zone)
    period = BillingPeriod.objects.create(project=project, start=today, end=today, due=today)
    return login, create_claim(operator, contract, period).pk


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
