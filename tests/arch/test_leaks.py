"""Nothing of anybody else's, on any address, list, search, count, export, file, PDF or e-mail (R-PERM-2 to 4).

``leak_world`` plants a mark and odd amounts in everything that belongs to other contracts of the project, another
project and another account. Each reader then asks every safe address of the product for everything that there is,
follows every link of what opens, types the beginning of the marks into whatever the page reads from its address, and
gets their e-mails. No mark and no amount of another job may show; and what a claim contact is shown is to the letter
what it was before the others' jobs were there, so that no count, sum or chart tells of them either.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from html import unescape
from itertools import count, product
from typing import Any
from urllib.parse import unquote

import pypdf
import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tallystick.access.levels import Level
from tallystick.claims.custom_fields import add_custom_field
from tallystick.claims.models import CustomKind
from tallystick.core import clock
from tallystick.directory.actions import change_project
from tallystick.directory.models import Account, Person, Project
from tallystick.notifications.models import Message
from tallystick.reminders.rounds import do_due_rounds
from tallystick.runs.actions import request_run
from tallystick.web.templatetags import ui
from tests import factories as make
from tests.arch.leak_world import SOUGHT, Plot, figures_of, fill_what_is_empty, rows_of, settle
from tests.arch.permission_rows import ROWS
from tests.arch.test_permission_matrix import ADDRESSES

NOON = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)
HELD = {"held_sov_id": "held_claim_id", "held_variation_id": "held_claim_id"}
"""Uploads have an address of their own for each purpose; one upload is asked for at all of them."""

CHOSEN: dict[str, list[Any]] = {"page": [2], "as": ["csv"], "on": ["2026-03-21"], "csrfmiddlewaretoken": []}
"""What is typed where neither the beginning of marks nor the number of a thing makes sense."""

NOT_PLANTED = {"ClaimDocument"}
"""Nobody compiled or asked for a signature: it is the claim's PDF as it was then, which is asked for as it is now."""

PASSING = ("Content-Length", "Expires")
"""Headers that follow the clock, or what is new on every page."""

NOT_READ = "5"
"""What a row of the permission matrix says of addresses that are only posted to."""

Things = Mapping[str, list[Any]]

PROOFS = ("entry_token", "invite_token", "token", "connection_key")
"""Parameters that let in whoever has them: nobody else has those of others."""


@dataclass
class Answer:
    """What came back for one address, as text."""

    status: int
    text: str
    links: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()


class Whose(Enum):
    """To whom belongs what an address names."""

    OURS = "the reader's own, or anybody's"
    MIXED = "a thing of the reader's beside one of somebody else's"
    THEIRS = "somebody else's"


@dataclass
class Reader:
    """Somebody at a browser, and the jobs that are their business."""

    name: str
    client: Client
    person: Person | None
    own: tuple[Plot, ...] = ()

    def letters(self) -> list[Message]:
        """E-mails to them."""
        if self.person is None:
            return []
        return list(Message.objects.filter(address__iexact=self.person.email).order_by("created_at", "pk"))


@dataclass
class Land:
    """All jobs and readers; ``everywhere`` is what belongs to no job, by the parameters that name it."""

    plots: list[Plot]
    readers: list[Reader]
    everywhere: Things
    before: dict[str, Answer]
    letters_before: list[str]
    found: dict[str, dict[str, Answer]] = field(default_factory=dict)

    def reader(self, name: str) -> Reader:
        return next(reader for reader in self.readers if reader.name == name)

    def others_of(self, reader: Reader) -> list[Plot]:
        return [plot for plot in self.plots if plot not in reader.own]

    def found_by(self, reader: Reader) -> dict[str, Answer]:
        """All that the reader gets; asked once."""
        if reader.name not in self.found:
            with clock.at(NOON):
                self.found[reader.name] = everything(reader, self.plots, self.everywhere)
        return self.found[reader.name]


@pytest.fixture(scope="module")
def land(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Land]:
    """Made once: the contact's own job, a look at everything that shows of it, and then the others' jobs."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOON):
        yield _made()
        transaction.set_rollback(True)


def _made() -> Land:
    project = _project(make.make_account("Northbuild"))
    period = make.open_period_of(project)
    ours = settle(period, "ours", (60_000_00, 45_000_00, 15_000_00), is_private=False)
    visitors = make.make_company(project.account, "Visitors")
    read_only = make.make_member(project, company=visitors, commitments=Level.READ_ONLY)
    standard = make.make_member(project, company=visitors, commitments=Level.STANDARD)
    nobody = make.make_member(project, Level.NONE, company=visitors)
    everywhere = {
        "project_id": [project.pk],
        "period_id": [period.pk],
        "account_id": [project.account_id],
        "company_id": [make.own_company(project.account).pk, visitors.pk],
        "person_id": [make.make_member(project, Level.ADMIN, name="Ann Admin").pk],
        "template_id": [make.make_template(project.account, {}).pk],
        "grid": ["claim-amount"],
        "revision": [0, 1],
        "page_number": [1],
    }
    contact = Reader("a claim contact", make.signed_in(ours.contact), ours.contact, (ours,))
    # The worker is busy with somebody else's already.
    busy = make.make_account()
    with clock.at(NOON - timedelta(hours=1)):
        request_run(
            "test.kind", account_id=busy.pk, project_id=None, title="Busy", params={}, asked_by_id=None
        )
    before = everything(contact, [ours], everywhere)
    letters_before = [letter.subject for letter in contact.letters()]

    other_project = _project(project.account)
    abroad = _project(make.make_account(f"{SOUGHT}abroad Builders"), name=f"{SOUGHT}abroad Tower")
    others = [
        settle(period, "sibling", (48_613_57, 31_277_89, 20_118_43), of=ours),
        settle(period, "neighbour", (57_931_61, 23_456_71, 18_223_93), is_private=False),
        settle(period, "hidden", (71_393_77, 34_159_27, 16_411_39)),
        settle(period, "upstream", (913_871_57, 31_813_73, 21_737_91), kind=make.ContractKind.HEAD_CONTRACT),
        settle(make.open_period_of(other_project), "elsewhere", (37_777_13, 41_231_59, 17_117_71)),
        settle(make.open_period_of(abroad), "abroad", (63_127_31, 27_653_87, 19_373_17), is_private=False),
    ]
    for plot, where in ((others[4], other_project), (others[5], abroad)):
        plot.name("project_id", where.pk)
        plot.name("period_id", where.periods.get().pk)
    others[5].name("account_id", abroad.account_id)
    others[5].name("company_id", make.own_company(abroad.account).pk)
    others[5].name("template_id", make.make_template(abroad.account, {}).pk)
    asked = add_custom_field(
        make.OPERATOR, abroad.account, label=f"{SOUGHT}abroad asks", kind=CustomKind.TEXT
    )
    others[5].name("field_id", asked.pk)
    fill_what_is_empty(others)
    do_due_rounds()
    open_here = (ours, others[1])
    return Land(
        [ours, *others],
        [
            contact,
            Reader("another company's Read Only", make.signed_in(read_only), read_only),
            Reader("another company's Standard", make.signed_in(standard), standard, open_here),
            Reader("on the project with None", make.signed_in(nobody), nobody),
            Reader("anonymous", Client(), None),
        ],
        everywhere,
        before,
        letters_before,
    )


def _project(account: Account, **facts: str) -> Project:
    project = make.make_project(account, **facts)
    return change_project((None, "Operator"), project, jurisdiction="au-nsw")


READERS = (
    "a claim contact",
    "another company's Read Only",
    "another company's Standard",
    "on the project with None",
    "anonymous",
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", READERS)
def test_a_reader_finds_nothing_of_anybody_elses(name: str, land: Land) -> None:
    reader = land.reader(name)
    hunt = Hunt(land.others_of(reader))
    found = land.found_by(reader)
    leaks = [f"{address} {leak}" for address, answer in found.items() for leak in hunt.leaks_in(answer.text)]
    leaks += [
        f"e-mail “{letter.subject}” {leak}"
        for letter in reader.letters()
        for leak in hunt.leaks_in(written(letter))
    ]
    assert leaks == []
    if reader.own:
        # It finds what is there to be found.
        assert any(Hunt(list(reader.own)).leaks_in(answer.text) for answer in found.values())


@pytest.mark.django_db
@pytest.mark.parametrize("name", READERS[:-1])
def test_what_is_somebody_elses_is_not_there(name: str, land: Land) -> None:
    reader = land.reader(name)
    found = land.found_by(reader)
    for address, (_, whose) in addresses_of(reader, land.plots, land.everywhere).items():
        if whose is Whose.THEIRS:
            assert found[address].status == 404, address
        if whose is Whose.MIXED:
            assert found[address].status in (403, 404), address


@pytest.mark.django_db
def test_what_a_contact_sees_does_not_change_with_what_others_do(land: Land) -> None:
    contact = land.reader("a claim contact")
    now = land.found_by(contact)
    for address, before in land.before.items():
        assert now[address].text.splitlines() == before.text.splitlines(), address
    assert [letter.subject for letter in contact.letters()] == land.letters_before


@pytest.mark.django_db
def test_every_parameter_of_an_address_names_something(land: Land) -> None:
    known = {name for plot in land.plots for name, values in plot.things.items() if values}
    known |= set(land.everywhere) | set(HELD) | set(PROOFS)
    unknown = {
        f"{name}: {parameter}"
        for name, pattern in ADDRESSES.items()
        for parameter in pattern.pattern.converters
        if parameter not in known and NOT_READ not in ROWS[name][0][1:]
    }
    assert unknown == set(), "give leak_world something that it names"


@pytest.mark.django_db
def test_something_is_planted_in_every_table_below_a_contract(land: Land) -> None:
    hidden = next(plot for plot in land.plots if plot.mark.endswith("hidden"))
    empty = {rows.model.__name__ for rows in rows_of(hidden) if not rows.exists()}
    assert empty == NOT_PLANTED


class Hunt:
    """The marks and amounts of jobs, to be found in texts."""

    def __init__(self, plots: list[Plot]) -> None:
        self.marks = [plot.mark for plot in plots]
        self.amounts = figures_of(plots)

    def leaks_in(self, text: str) -> list[str]:
        """What of them stands in the text, with what stands around it."""
        found = []
        plain = text.lower()
        for mark in self.marks:
            if (place := plain.find(mark)) >= 0 or (place := re.sub(r"\s", "", plain).find(mark)) >= 0:
                found.append(f"says {mark}: …{plain[max(0, place - 60) : place + 60]!r}")
        for number in re.findall(r"(?<![\w.-])\d[\d,]{3,}(?:\.\d+)?(?![\w-])", text):
            plain_number = number.replace(",", "")
            amount = round(float(plain_number) * 100) if "." in number else int(plain_number)
            if amount in self.amounts:
                found.append(f"has the amount {number}")
        return found


def addresses_of(reader: Reader, plots: list[Plot], everywhere: Things) -> dict[str, tuple[str, Whose]]:
    """Every safe address with whatever its parameters may name: address → its name, and whose that is.

    Where an address names two things, both are of the same job or one of them is the reader's own, or anybody's.
    """
    known: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for name, values in everywhere.items():
        known[name] += [(value, "") for value in values]
    for plot in plots:
        for name, values in plot.things.items():
            known[name] += [(value, "" if plot in reader.own else plot.mark) for value in values]
    found: dict[str, tuple[str, Whose]] = {}
    for name, pattern in ADDRESSES.items():
        parameters = list(pattern.pattern.converters)
        if set(parameters) & set(PROOFS) or NOT_READ in ROWS[name][0][1:]:
            continue
        for chosen in product(*(known[HELD.get(parameter, parameter)] for parameter in parameters)):
            marks = {mark for _, mark in chosen}
            values = {parameter: value for parameter, (value, _) in zip(parameters, chosen, strict=True)}
            if len(marks - {""}) <= 1:
                whose = Whose.MIXED if len(marks) == 2 else Whose.OURS if marks <= {""} else Whose.THEIRS
                found.setdefault(reverse(name, kwargs=values), (name, whose))
    return found


def everything(reader: Reader, plots: list[Plot], everywhere: Things) -> dict[str, Answer]:
    """All that the reader gets: every address there is, each link of what opens, each filter with all that it takes.

    A link with a query is followed from pages without one only, so that filters are not tried in combination. Of what
    is somebody else's one is asked for as a page and the others as data, which are not there either, only sooner.
    """
    found: dict[str, Answer] = {}
    others = [plot for plot in plots if plot not in reader.own]
    seen = set()
    waiting: deque[str] = deque()
    for address, (name, whose) in addresses_of(reader, plots, everywhere).items():
        if whose is Whose.THEIRS and name in seen:
            answer = ask(reader, address, accept="application/json")
            if answer.status == 404:
                found[address] = answer
                continue
        if whose is Whose.THEIRS:
            seen.add(name)
        waiting.append(address)
    while waiting:
        address = waiting.popleft()
        if address in found:
            continue
        answer = found[address] = ask(reader, address)
        if answer.status == 200 and "?" not in address:
            waiting += answer.links
            waiting += [
                f"{address}?{name}={value}" for name in answer.reads for value in _typed(name, others)
            ]
    return found


def _typed(name: str, others: list[Plot]) -> list[Any]:
    """What somebody types behind an address for what the page reads from it."""
    if name in CHOSEN:
        return CHOSEN[name]
    some = others[:1] + others[-2:]  # of the same project, another project, another account
    return [SOUGHT, *(plot.things[f"{name}_id"][0] for plot in some if plot.things[f"{name}_id"])]


def ask(reader: Reader, address: str, **headers: str) -> Answer:
    """The answer, whatever it is, as text; nothing that was asked leaves a trace."""
    asking = RequestFactory(headers=headers)
    asking.cookies = reader.client.cookies.copy()
    with transaction.atomic(), _noting() as reads:
        # The client's own ``get`` keeps copies of what every template was given, which takes longer than answering.
        response: Any = reader.client.handler(asking.get(address).environ)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    kind = response.headers.get("Content-Type", "")
    said = "\n".join(
        f"{name}: {unquote(value)}" for name, value in response.headers.items() if name not in PASSING
    )
    text = f"{said}\n{_text(kind, content)}"
    return Answer(response.status_code, text, tuple(_links(text)) if "html" in kind else (), frozenset(reads))


def _text(kind: str, content: bytes) -> str:
    """All that stands in the content, unpacked."""
    if content.startswith(b"%PDF"):
        pdf = pypdf.PdfReader(io.BytesIO(content))
        parts = [page.extract_text() for page in pdf.pages] + [str(pdf.metadata)]
        return "\n".join([*parts, *(str(name) for name in pdf.attachments)])
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in sorted(book.namelist()))
    text = unescape(content.decode("utf-8", "replace"))
    # What is new on every page.
    return re.sub(r'(name="(?:csrfmiddlewaretoken|once)" value=|"X-CSRFToken": )"\w+"', r"\1", text)


def _links(html: str) -> Iterator[str]:
    for address in re.findall(r'[\w-]+="(/[^"#]*)', html):
        if not address.startswith(("/static/", "//", "/e/", "/sign-out")):
            yield address


@contextmanager
def _noting() -> Iterator[set[str]]:
    """The names that are read from addresses meanwhile."""
    read: set[str] = set()
    get, getlist, item = QueryDict.get, QueryDict.getlist, QueryDict.__getitem__

    def noted(method: Any) -> Any:
        def ask_for(self: QueryDict, name: str, *more: Any, **named: Any) -> Any:
            read.add(name)
            return method(self, name, *more, **named)

        return ask_for

    with pytest.MonkeyPatch.context() as patch:
        for name, method in (("get", get), ("getlist", getlist), ("__getitem__", item)):
            patch.setattr(QueryDict, name, noted(method))
        patch.setattr(ui, "_numbers", count(1))  # each page numbers its elements from the first
        yield read


def written(message: Message) -> str:
    """All that is in an e-mail, its files among it."""
    files = [file["text"] for file in message.files]
    parts = [
        message.subject,
        message.text,
        message.html,
        json.dumps(message.headers),
        *(file["name"] for file in message.files),
    ]
    return "\n".join([*parts, *files])
