"""Every page in every dictionary: one heading, a title, no wrong article, nothing left unfilled."""

import re

import pytest
from django.test import Client

from tallystick.directory.models import Locale, PointOfView
from tallystick.terms.lint import wrong_articles
from tests.factories import signed_in
from tests.site import Site

DICTIONARIES = [(view, locale) for view in PointOfView.values for locale in Locale.values]


@pytest.fixture
def site(db: None, held_clock: object) -> Site:
    return Site.create()


@pytest.mark.parametrize(("view", "locale"), DICTIONARIES)
def test_every_page_reads_well_in_every_dictionary(site: Site, view: str, locale: str) -> None:
    login = site.boss.login
    assert login is not None
    login.point_of_view, login.locale = view, locale
    login.save()
    client = signed_in(site.boss)
    for name, address in site.pages().items():
        html = _read(client, name, address)
        assert f'<html lang="{locale}"' in html, name
        assert [str(fault) for fault in wrong_articles(html)] == [], f"{name} in {view}, {locale}"


def test_every_page_has_one_heading_a_title_and_at_most_one_primary_action(site: Site) -> None:
    client = signed_in(site.boss)
    for name, address in site.pages().items():
        html = _without_dialogs(_read(client, name, address))
        assert html.count("<h1") == 1, name
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        assert title and len(title[1].strip(" ·\n")) > len("Tallystick"), name
        assert len(re.findall(r'class="btn is-primary', html)) <= 1, name


def test_no_page_writes_a_style_or_a_script_into_itself(site: Site) -> None:
    client = signed_in(site.boss)
    for name, address in site.pages().items():
        html = _read(client, name, address)
        # A block of data is not run.
        inline = r'\sstyle=|<style|\son\w+=|<script(?![^>]*\s(?:src=|type="application/json"))|javascript:'
        assert not re.search(inline, html), name
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html), name


def test_no_page_disables_a_control_without_saying_why(site: Site) -> None:
    client = signed_in(site.contact)
    for name, address in site.pages().items():
        response = client.get(address)
        if response.status_code == 200:
            html = response.content.decode()
            assert not re.search(r"<(?:button|a)[^>]*\sdisabled", html), name
            for host in re.findall(r"<button[^>]*aria-disabled=\"true\"[^>]*>", html):
                assert "aria-describedby=" in host, name


NAMED_IN_NUMBERING = re.compile(r"\{(?:project|contract|number(?::\d)?)\}")
"""What a pattern of numbers may name, as the page on which it is typed says it."""


def _read(client: Client, name: str, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, name
    html = response.content.decode()
    text = re.sub(r"<[^>]*>", " ", html)
    if name == "account-claiming":
        text = NAMED_IN_NUMBERING.sub("", text)
    assert not re.search(r"\{[a-z_%{]|\bNone\b(?! yet| on|\.|$| of)(?=\s+[a-z])|&amp;lt;", text), name
    for word in ("Error", "invalid", "oops", "Traceback"):
        assert word not in text, f"{name} says {word}"
    return html


def _without_dialogs(html: str) -> str:
    # What stands in for scripts where there are none is not seen beside them.
    html = re.sub(r"<div data-fallback>.*?</div>", "", html, flags=re.DOTALL)
    return re.sub(r"<(dialog|noscript)\b.*?</\1>", "", html, flags=re.DOTALL)
