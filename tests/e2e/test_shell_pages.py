"""Every page keeps WCAG 2.2 AA in light and dark, and fits a phone of 360 px."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tallystick.directory.models import Person
from tests.site import Site

Login = Callable[[Page, Person], None]
Check = Callable[[Page], None]
Pictures = Callable[[Page, str], list[Path]]


@pytest.fixture
def site() -> Site:
    return Site.create()


def test_every_page_is_accessible_and_fits_a_phone(
    page: Page, login: Login, axe: Check, fits: Check, pictures: Pictures, site: Site, with_pictures: bool
) -> None:
    login(page, site.boss)
    for name, address in site.pages().items():
        _look(page, name, address, axe, fits, pictures if with_pictures else None)


def test_a_claim_contact_sees_pages_that_are_accessible_and_fit(
    page: Page, login: Login, axe: Check, fits: Check, pictures: Pictures, site: Site, with_pictures: bool
) -> None:
    login(page, site.contact)
    pages = site.pages()
    for name in ("home", "project", "commitments", "contract", "contract-people", "sov", "periods"):
        _look(page, f"contact-{name}", pages[name], axe, fits, pictures if with_pictures else None)


def _look(page: Page, name: str, address: str, axe: Check, fits: Check, pictures: Pictures | None) -> None:
    response = page.goto(address)
    assert response is not None and response.status == 200, f"{name}: {response and response.status}"
    axe(page)
    # In the dark nothing but the colours is different.
    page.emulate_media(color_scheme="dark")
    contrast = Axe().run(page, options={"runOnly": ["color-contrast"], "resultTypes": ["violations"]})
    assert contrast.violations_count == 0, f"{page.url} in the dark\n{contrast.generate_report()}"
    page.emulate_media(color_scheme="light")
    fits(page)
    if pictures is not None:
        pictures(page, name)
