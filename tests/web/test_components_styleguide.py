"""The style guide's pages keep what every page promises: strict content security, one heading, names for everything."""

import re
from pathlib import Path

import pytest
from django.test import Client

import tallystick.web

WEB = Path(tallystick.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
PAGES = ["", "claims", "claim", "sign-in", "empty", "problem"]
SPRITE = (WEB / "static" / "icons.svg").read_text(encoding="utf-8")
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))

pytestmark = pytest.mark.urls("tests.web.components_urls")


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, client: Client) -> str:
    response = client.get(f"/styleguide/{request.param}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_page_has_one_heading_a_title_and_a_way_past_the_frame(page: str) -> None:
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert re.search(r"<title>\s*\S", page)
    assert '<a class="skip-link" href="#main">' in page
    assert page.count("<main ") == 1


def test_a_page_brings_no_script_or_style_of_its_own_and_nothing_from_elsewhere(page: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|hx-on|javascript:", page)
    assert not re.search(r"<script(?![^>]* src=)[^>]*>", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_a_page_never_has_a_bare_disabled_control(page: str) -> None:
    assert not re.search(r"<(?:button|input|select|textarea)[^>]*\sdisabled[\s>=]", page)


def test_every_id_is_there_once(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_icon_that_is_used_is_drawn(page: str) -> None:
    used = set(re.findall(r'icons\.svg#([\w-]+)"', page))
    assert used <= ICONS


def test_an_unknown_page_is_not_there(client: Client) -> None:
    assert client.get("/styleguide/nothing").status_code == 404


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_no_template_writes_style_or_script_into_a_page(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=\"|\son[a-z]+=\"|hx-on|hx-vals=.js:", source)
    assert not re.search(r'<script(?![^>]* (?:src=|type="application/json"))[^>]*>', source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_no_template_names_an_icon_that_is_not_drawn(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    named = set(re.findall(r'\{% icon "([\w-]+)"', source)) | set(re.findall(r'icon_name="([\w-]+)"', source))
    assert named <= ICONS


def test_the_style_sheets_name_only_colours_that_are_tokens() -> None:
    for sheet in (WEB / "static" / "css").glob("*.css"):
        source = sheet.read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!-)", source), sheet.name
        if sheet.name not in {"tokens.css", "print.css"}:
            assert not re.search(r"oklch\(\d|rgb|hsl", source), sheet.name
