"""A real Chromium on a real server, for tests marked ``browser``.

    def test_a_person_signs_in(page, login): …

Every test of this folder fails when a page logs a fault, breaks the content security policy, asks another server
for something, or has an accessibility violation where ``axe(page)`` is called.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from tallystick.directory.models import Login, Person

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE_MS = 15_000
# Resolves when the page is as wide as said, or not in time. Pages may not evaluate strings: only a function can wait.
SETTLED = """([wide, patience]) => new Promise((resolve) => {
    const begun = performance.now();
    const look = () => {
        const fits = innerWidth === wide && document.documentElement.scrollWidth <= wide;
        if (fits || performance.now() - begun > patience) resolve(fits);
        else requestAnimationFrame(look);
    };
    look();
})"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


def chromium() -> str:
    """The Chromium to use: named by TALLYSTICK_CHROMIUM, or found on the PATH."""
    for name in (os.environ.get("TALLYSTICK_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise AssertionError("Chromium is missing: install it, or name it in TALLYSTICK_CHROMIUM.")


@pytest.fixture(scope="package", autouse=True)
def _database_beside_playwright() -> Iterator[None]:
    """Playwright's own loop runs in this thread; the tests' use of the database is ordinary all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file of tests. Its event loop must be gone when other tests want one of their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A fresh profile: no cookies, an Australian desktop."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport=DESKTOP,
        locale="en-AU",
        timezone_id="Australia/Sydney",
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, live_server: Any) -> Iterator[Page]:
    """An empty page; when the test ends, nothing may have gone wrong in it unseen."""
    page = context.new_page()
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # The browser itself logs every refused request; whether that was right is for the test to say.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(f"console: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            faults.append(f"asked another server: {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda fault: faults.append(f"script: {fault}"))
    page.on("request", asked)
    yield page
    assert not faults, "\n".join(faults)


@pytest.fixture
def login(live_server: Any) -> Callable[[Page, str | Login | Person], None]:
    """``login(page, who)``: sign in without the form. ``who`` is an e-mail address, a log-in or a person with one."""

    def sign_in(page: Page, who: str | Login | Person) -> None:
        if isinstance(who, str):
            account = Login.objects.get(email=who.lower())
        elif isinstance(who, Person):
            assert who.login is not None, f"{who} has no log-in"
            account = who.login
        else:
            account = who
        client = Client()
        client.force_login(account)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url, "httpOnly": True}]
        )

    return sign_in


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)``: the page as it is now keeps WCAG 2.2 AA."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        page.evaluate("scrollTo(0, 0)")  # what lies half under a fixed bar can be scrolled out of it
        options = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
        results = Axe().run(page, options=options)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[Page, str], list[Path]]:
    """``pictures(page, name)``: the page in light, in dark and at phone width, as PNG files to look at.

    They go to the folder that PICTURES names, or to the test's own temporary folder.
    """
    folder = Path(os.environ.get("PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> list[Path]:
        taken = []
        for suffix, scheme, viewport in (
            ("light", "light", DESKTOP),
            ("dark", "dark", DESKTOP),
            ("phone", "light", PHONE),
            ("phone-dark", "dark", PHONE),
        ):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            path = folder / f"{name}-{suffix}.png"
            page.screenshot(path=path, full_page=True)
            taken.append(path)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        return taken

    return take


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """``fits(page)``: at 360 px nothing sticks out sideways."""

    def check(page: Page) -> None:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        # The new size arrives a moment later, and the layout another. What never fits is told below.
        page.evaluate(SETTLED, [PHONE["width"], PATIENCE_MS / 3])
        width = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        assert width <= PHONE["width"], f"{page.url} is {width} px wide on a phone of {PHONE['width']} px"

    return check


@pytest.fixture
def with_pictures() -> bool:
    """Whether somebody wants to look: PICTURES names a folder."""
    return bool(os.environ.get("PICTURES"))
