"""Reading, drawing and signing in a real browser; each page of it on a phone, in the dark and for axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import Page, expect

from tallystick.directory.models import Person
from tallystick.signing.models import EnvelopeEvent
from tallystick.signing.states import EnvelopeState as E
from tests.signing.site import SigningSite, contact_of, envelope_of, work

Login = Callable[[Page, Person], None]
Check = Callable[[Page], None]
Pictures = Callable[[Page, str], list[Path]]


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def site() -> SigningSite:
    return SigningSite()


@pytest.fixture
def look(axe: Check, fits: Check, pictures: Pictures, with_pictures: bool) -> Callable[[Page, str], None]:
    def see(page: Page, name: str) -> None:
        axe(page)
        page.emulate_media(color_scheme="dark")
        axe(page)
        page.emulate_media(color_scheme="light")
        fits(page)
        if with_pictures:
            pictures(page, f"signing-{name}")

    return see


def _seal() -> None:
    """What the worker does, beside Playwright's own loop, in which pyHanko can't run another one."""

    def seal() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(seal).result()


def test_a_contact_reads_every_page_draws_and_signs(
    page: Page, login: Login, site: SigningSite, look
) -> None:
    claim = site.ready("SC-7")
    site.send(claim, message="Please sign before Friday.")
    login(page, contact_of(claim))
    page.goto(reverse("signature-signing", args=[envelope_of(claim).key]))
    look(page, "cover")
    page.get_by_role("button", name="Read the document").click()
    sign = page.get_by_role("button", name=re.compile("^Sign for"))
    expect(page.get_by_text("Go through all pages")).to_be_visible()
    expect(sign).to_be_hidden()
    for number in (1, 2):
        page.locator(f'[data-page="{number}"] figcaption').scroll_into_view_if_needed()
        expect(page.locator("[data-read]")).to_have_text(re.compile(f"^{number} of 2"))
    expect(sign).to_be_visible()
    page.get_by_label("I have read the whole document. I agree").check()
    page.get_by_label("Draw it").check()
    pad = page.locator("svg.draw-field")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 100)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 40 + 40 * step, box["y"] + (30 if step % 2 else 120))
    page.mouse.up()
    expect(page.locator("[data-ink]")).to_have_attribute("d", re.compile("^M.*L"))
    look(page, "drawn")
    sign.click()
    expect(page.get_by_text("Thank you. You have signed for")).to_be_visible()
    assert EnvelopeEvent.objects.get(envelope=envelope_of(claim), name="read").facts["pages_shown"] == [1, 2]
    _seal()
    # The page asks again by itself while the document is being sealed.
    expect(page.get_by_role("link", name="Download the signed document")).to_be_visible()
    look(page, "thanks")
    assert envelope_of(claim).state == E.COMPLETED


def test_with_the_keyboard_alone_a_name_is_typed(page: Page, login: Login, site: SigningSite) -> None:
    claim = site.ready("SC-7")
    site.send(claim)
    login(page, contact_of(claim))
    page.goto(reverse("signature-signing", args=[envelope_of(claim).key]))
    page.get_by_role("button", name="Read the document").press("Enter")
    page.get_by_label("I have read the whole document, here or as a PDF").press("Space")
    page.get_by_label("I have read the whole document. I agree").press("Space")
    page.get_by_label("Type your name").press_sequentially("Carl Contact")
    page.get_by_role("button", name=re.compile("^Sign for")).press("Enter")
    expect(page.get_by_text("Thank you. You have signed for")).to_be_visible()


def test_declining_and_the_page_of_those_who_asked(page: Page, login: Login, site: SigningSite, look) -> None:
    claim = site.ready("SC-7")
    site.send(claim)
    login(page, contact_of(claim))
    page.goto(reverse("signature-signing", args=[envelope_of(claim).key]))
    page.get_by_role("button", name="Read the document").click()
    page.get_by_text("I don’t want to sign").click()
    page.get_by_role("button", name="Decline to sign").click()
    expect(page.get_by_role("alert").first).to_contain_text("Say why you don't sign")
    page.get_by_label("Why you don’t sign").fill("Line 3 is wrong.")
    page.get_by_role("button", name="Decline to sign").click()
    expect(page.get_by_text("You declined to sign.")).to_be_visible()
    look(page, "declined")


def test_an_administrator_voids_in_a_dialog(page: Page, login: Login, site: SigningSite, look) -> None:
    from tallystick.access.levels import Level
    from tests import factories as make

    claim = site.ready("SC-7")
    site.send(claim)
    login(page, make.make_member(site.project, Level.ADMIN))
    page.goto(reverse("signature", args=[envelope_of(claim).key]))
    look(page, "state")
    page.get_by_role("button", name="Void …").click()
    page.get_by_label("Reason").fill("Wrong amount")
    page.get_by_role("dialog").get_by_role("button", name="Void").click()
    expect(page.get_by_text("It is taken back.")).to_be_visible()
    assert envelope_of(claim).state == E.VOIDED


def test_claims_are_ticked_sent_and_voided_in_the_list(
    page: Page, login: Login, site: SigningSite, look
) -> None:
    from tallystick.access.levels import Level
    from tallystick.claims.models import Claim
    from tallystick.runs.engine import run_inline
    from tallystick.runs.models import Run
    from tests import factories as make

    claims = [site.ready(f"SC-{number}") for number in (1, 2)]
    site.ready("SC-3", certify=False)
    nobody: Claim = site.claim("SC-4")
    login(page, make.make_member(site.project, Level.ADMIN))
    page.goto(reverse("claims", args=[site.project.pk]) + "?period=all")
    page.get_by_label("Select all on this page").check()
    send = page.get_by_role("button", name="Send for signature")
    send.hover()
    note = page.locator("[data-skip-note]")
    expect(note).to_contain_text(
        "2 of 4 can go. Left out: 1 not approved, 1 without a progress claim contact."
    )
    look(page, "list-ticked")
    send.click()
    expect(page.locator("run-progress")).to_be_visible()
    run_inline(Run.objects.get(kind="signature.send"))
    page.goto(reverse("claims", args=[site.project.pk]) + "?period=all")
    expect(page.locator("#banners")).to_contain_text("2 progress claims sent for signature, 2 progress")
    look(page, "list-sent")
    page.get_by_label("Select SC-1 no. 1").check()
    page.get_by_text("Signatures", exact=True).click()
    page.get_by_role("button", name="Void the requests …").click()
    look(page, "list-void")
    page.get_by_label("Reason").fill("Wrong amount")
    page.get_by_role("button", name="Void the requests").click()
    expect(page.get_by_text("1 progress claim is taken back from signature.")).to_be_visible()
    assert envelope_of(claims[0]).state == E.VOIDED and envelope_of(claims[1]).state == E.SENT
    assert not nobody.envelopes.exists()


def test_reopening_asks_first_and_settings_say_what_is_offered(
    page: Page, login: Login, site: SigningSite, look
) -> None:
    from tallystick.access.levels import Level
    from tests import factories as make

    claim = site.ready("SC-7")
    login(page, make.make_member(site.project, Level.ADMIN))
    page.goto(reverse("claim", args=[claim.pk]))
    site.send(claim)
    # The page is from before it was sent.
    page.locator("main summary", has_text="More").click()
    page.locator('[commandfor="step-draft"]').click()
    page.locator("#reason-draft").fill("Wrong quantity.")
    page.locator('button[form="step-form-draft"]').click()
    expect(page.get_by_text("This will void a request for signature")).to_be_visible()
    look(page, "held")
    page.get_by_role("button", name="Go on, and void it").click()
    expect(page.get_by_text("Reopened as revision 1.")).to_be_visible()
    assert envelope_of(claim).state == E.VOIDED
    page.goto(reverse("project-signing", args=[site.project.pk]))
    look(page, "settings")
    page.get_by_label("All of the").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()


def test_the_page_of_a_docusign_connection_and_the_way_there(
    page: Page, login: Login, site: SigningSite, look, settings
) -> None:
    from datetime import timedelta

    from tallystick.core import clock
    from tallystick.signing.docusign.models import ConnectionState, DocusignConnection
    from tests import factories as make

    settings.DOCUSIGN_KEY, settings.DOCUSIGN_SECRET = "integration-key", "secret-key"
    boss = make.make_account_admin(site.project.account, "Bea Boss")
    connection = DocusignConnection.objects.create(
        account=site.project.account,
        docusign_account_id="5e3b9a10-0000-4000-8000-00000000acc1",
        docusign_account_name="Northbuild Constructions",
        user_name="Bea Boss",
        user_email="bea@northbuild.example",
        base_uri="https://na3.docusign.net",
        connected_by_name="Bea Boss",
        access_token="",
        refresh_token="",
        access_expires_at=clock.now() + timedelta(hours=8),
    )
    login(page, boss)
    page.goto(reverse("docusign", args=[site.project.account_id]))
    look(page, "docusign-connected")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("heading", name="Disconnect DocuSign?")).to_be_visible()
    look(page, "docusign-disconnect")
    DocusignConnection.objects.filter(pk=connection.pk).update(
        state=ConnectionState.RECONNECT,
        problem="DocuSign does not take our log-in any more.",
        waits_until=clock.now() + timedelta(minutes=40),
    )
    page.goto(reverse("docusign", args=[site.project.account_id]))
    look(page, "docusign-lost")
