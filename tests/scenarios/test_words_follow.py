"""Account, project and person each switch between the points of view and regions; what they read follows (R-TERMS).

Pages and e-mails speak the reader's words: the person's choice, else the project's, else the account's. Papers,
spreadsheets and the names of files, which several people read, speak the project's. The words are taken from the
dictionaries: each has to show its own, and none that only other dictionaries have.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from html import unescape
from urllib.parse import unquote

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.notifications.models import Message
from tallystick.terms import Dictionary, PointOfView, catalogue, dictionary, locale_choices
from tallystick.terms.lint.words import linted_words
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]

Choice = tuple[str, str]
EVERY: list[Choice] = [(view.value, locale) for view in PointOfView for locale, _ in locale_choices()]
FOLLOW: Choice = ("", "")


class Job:
    """A claim under review on one project, read by its contact."""

    def __init__(self) -> None:
        self.account = make.make_account("Northbuild")
        self.project = make.make_project(self.account, "NB-014", "Harbour Tower", locale="")
        period = make.open_period_of(self.project)
        contract = make.make_contract(
            self.project, make.make_company(self.account, "Apex"), number="A-1", title="Slab"
        )
        self.boss = make.signed_in(make.make_account_admin(self.account, "Bea Boss"))
        self.contact = make.make_person(contract.company, "Carl Carter")
        make.make_member(self.project, Level.ADMIN, person=self.contact)
        make.contracts.add_claim_contact(make.OPERATOR, contract, self.contact)
        self.reader = make.signed_in(self.contact)
        make.make_variation(contract, number="X-1")
        claim = create_claim(make.OPERATOR, contract, period)
        save_entries(make.OPERATOR, claim, [EntryEdit(lines_of(claim)[0].pk, work=12_000_00)])
        self.claim = move_claim(make.OPERATOR, Claim.objects.get(pk=claim.pk), ClaimStatus.UNDER_REVIEW)

    def account_speaks(self, chosen: Choice) -> None:
        sent = {
            "name": "Northbuild",
            "point_of_view": chosen[0],
            "locale": chosen[1],
            "time_zone": "Australia/Sydney",
        }
        _saved(self.boss, reverse("account-settings", args=[self.account.pk]), sent)

    def project_speaks(self, chosen: Choice) -> None:
        sent = {"name": "Harbour Tower", "point_of_view": chosen[0], "own_locale": chosen[1]}
        _saved(self.boss, reverse("project-settings", args=[self.project.pk]), sent)

    def person_speaks(self, chosen: Choice) -> None:
        sent = {"name": "Carl Carter", "point_of_view": chosen[0], "locale": chosen[1], "theme": "device"}
        _saved(self.reader, reverse("preferences"), sent)

    def pages(self) -> Iterator[tuple[str, str]]:
        """What the contact sees, without the menus in which points of view are chosen."""
        project, claim, contract = self.project.pk, self.claim.pk, self.claim.contract_id
        for name, thing in (
            ("project", project),
            ("claims", project),
            ("commitments", project),
            ("contract", contract),
            ("claim", claim),
            ("claim-review", claim),
            ("variations", contract),
        ):
            html = self.reader.get(reverse(name, args=[thing])).content.decode()
            html = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
            html = re.sub(r"<button[^>]*name=\"point_of_view\".*?</button>", " ", html, flags=re.DOTALL)
            read = " ".join(re.findall(r'(?:title|aria-label|placeholder|alt)="([^"]*)"', html))
            yield f"the page {name}", unescape(re.sub(r"<[^>]*>", " ", html) + read)

    def papers(self) -> Iterator[tuple[str, str]]:
        """The claim's PDF, the spreadsheets, and what they are called."""
        for name, thing in (
            ("claim-pdf", self.claim.pk),
            ("claim-export", self.claim.pk),
            ("claims-export", self.project.pk),
            ("sov-export", self.claim.contract_id),
        ):
            response = self.reader.get(reverse(name, args=[thing]))
            content = b"".join(response.streaming_content) if response.streaming else response.content
            yield f"the name of {name}", unquote(response.headers["Content-Disposition"])
            yield name, _text_of(content)

    def letter(self) -> tuple[str, str]:
        """The e-mail by which the claim comes back; then it is submitted again."""
        before = list(Message.objects.values_list("pk", flat=True))
        claim = Claim.objects.get(pk=self.claim.pk)  # as it is now, with its project and account
        claim = move_claim(make.OPERATOR, claim, ClaimStatus.REVISE_AND_RESUBMIT, reason="Say more.")
        letter = Message.objects.exclude(pk__in=before).get(person=self.contact)
        move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
        return (
            "the e-mail",
            f"{letter.subject} {letter.text} {re.sub(r'<[^>]*>', ' ', unescape(letter.html))}",
        )


@pytest.fixture
def job() -> Job:
    return Job()


@pytest.mark.parametrize("chosen", EVERY)
def test_what_the_account_chooses_is_spoken_everywhere(job: Job, chosen: Choice) -> None:
    job.account_speaks(chosen)
    _all_speak(job, reader=chosen, papers=chosen)


@pytest.mark.parametrize("place", range(0, len(EVERY), 3))
def test_a_project_speaks_otherwise_and_a_person_reads_otherwise(job: Job, place: int) -> None:
    account, project, person = (EVERY[(place + further) % len(EVERY)] for further in (0, 4, 8))
    job.account_speaks(account)
    job.project_speaks(project)
    _all_speak(job, reader=project, papers=project)
    job.person_speaks(person)
    _all_speak(job, reader=person, papers=project)
    job.person_speaks(FOLLOW)
    job.project_speaks(FOLLOW)
    _all_speak(job, reader=account, papers=account)


def _all_speak(job: Job, *, reader: Choice, papers: Choice) -> None:
    read = [*job.pages(), job.letter()]
    for what, text in read:
        assert strangers_in(text, dictionary(*reader)) == [], f"{what} in {reader}"
    words = dictionary(*reader)
    for concept in ("claims_tool", "upstream_tool"):
        assert words.title(concept) in read[0][1], f"{read[0][0]} in {reader}"
    assert words("claim") in read[-1][1], f"{read[-1][0]} in {reader}"
    given = list(job.papers())
    for what, text in given:
        assert strangers_in(text, dictionary(*papers)) == [], f"{what} in {papers}"
    words = dictionary(*papers)
    assert words.cap("claim") in given[0][1], f"{given[0][0]} in {papers}"
    assert words.title("variation", plural=True).lower() in given[1][1].lower(), f"{given[1][0]} in {papers}"


def strangers_in(text: str, words: Dictionary) -> list[str]:
    """Words of other dictionaries in the text, which this one does not have anywhere."""
    pattern, strangers = _strangers(words)
    found = (match.group() for match in pattern.finditer(" ".join(text.split())))
    return [word for word in found if word.lower() in strangers]


@cache
def _strangers(words: Dictionary) -> tuple[re.Pattern[str], frozenset[str]]:
    forms = {key: {word.lower() for word in term.forms.values()} for key, term in words.terms.items()}
    of_law = {
        key for key, concept in catalogue().concepts.items() if concept.statutory or key == "tax_invoice"
    }
    own = {word for key, found in forms.items() if key not in of_law for word in found}
    together = " · ".join(_plain(word) for word in own)
    strangers = {
        word.lower()
        for word in linted_words()
        if not re.search(rf"\b{re.escape(_plain(word.lower()))}\b", together)
    }
    # The longest first: what is called otherwise in law, as "payment claim", is not taken for what is in it.
    statutory = {word for key in of_law for word in forms[key]}
    longest_first = sorted(own | strangers | statutory, key=len, reverse=True)
    alternatives = "|".join(re.escape(word) for word in longest_first)
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE), frozenset(strangers)


def _plain(word: str) -> str:
    return re.sub(r"[^\w]+", " ", word)


def test_strangers_are_found() -> None:
    australian = dictionary("general_contractor", "en-AU")
    assert strangers_in("The progress claim, its variations and the retention", australian) == []
    assert strangers_in("The invoice, its change orders and the retainage", australian) == [
        "invoice",
        "change orders",
        "retainage",
    ]
    assert strangers_in("Head Contracts", dictionary("owner", "en-AU")) == ["Head Contracts"]


def _saved(client: Client, address: str, sent: dict[str, str]) -> None:
    response = client.post(address, sent)
    assert response.status_code == 302, response.content.decode()


def _text_of(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = [
            book.read(name).decode() for name in book.namelist() if "sharedStrings" in name or "core" in name
        ]
        names = re.findall(r'<sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
    return unescape(re.sub(r"<[^>]*>", " ", " ".join(parts))) + " ".join(names)
