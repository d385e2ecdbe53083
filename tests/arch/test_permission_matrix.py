"""Every address × every method × every kind of reader gets what its row says, and every address has a row.

``permission_world`` explains the letters; ``permission_rows`` is the matrix (R-PERM, domain §2.2).
``permission_others`` adds every level on this contract, another contract, another project and another account.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from tests.arch.permission_others import OTHERS, add_others
from tests.arch.permission_rows import ROWS
from tests.arch.permission_rows_claims import add_claims
from tests.arch.permission_world import NOT_TAKEN, READERS, World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OF_OTHERS = ("anonymous", "contact of this contract", "administrator of the account")
"""Who tries methods that no page uses: they are refused before anybody looks who asks."""


def addresses(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    """Every address that the product answers."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns)
        else:
            yield pattern


ADDRESSES = {pattern.name or str(pattern.pattern): pattern for pattern in addresses()}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once for all addresses; each request is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World.create()
        add_claims(made)
        add_others(made)
        yield made
        transaction.set_rollback(True)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ADDRESSES) - set(ROWS) == set(), "an address without a row in tests/arch/permission_rows"
    assert set(ROWS) - set(ADDRESSES) == set(), "a row for an address that is gone"


def test_every_row_has_a_letter_for_every_reader() -> None:
    for name, row in ROWS.items():
        for letters in row:
            assert len(letters) == len(READERS), name
            assert set(letters) <= set("os345"), name


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_an_address_answers_every_reader_as_its_row_says(name: str, world: World) -> None:
    pattern = ADDRESSES[name]
    arguments = {parameter: world.ids[parameter] for parameter in pattern.pattern.converters}
    url = reverse(name, kwargs=arguments)
    get, post = ROWS[name]
    never = "555555555" if get[0] != "s" and post[0] != "s" else NOT_TAKEN
    if name == "healthz":
        never = "ooooooooo"  # a monitor may ask as it likes
    never = "".join(never[READERS.index(reader)] for reader in OF_OTHERS)
    expected = {"GET": get, "POST": post, "PUT": never, "PATCH": never, "DELETE": never}
    found = {
        method: "".join(answer(world.clients[reader], method, url) for reader in asking)
        for method in METHODS
        for asking in (READERS if method in ("GET", "POST") else OF_OTHERS,)
    }
    assert found == expected, _difference(name, found, expected)
    for other in OTHERS:
        letters = other.row(name, arguments, (get, post))
        for method, wanted in zip(METHODS, letters, strict=False):
            if wanted != "5":
                got = answer(world.clients[other.name], method, url)
                assert got == wanted, f"{name}: {method} of “{other.name}” got {got}, not {wanted}"


def answer(client: Client, method: str, url: str) -> str:
    """The letter for what the client gets; whatever the request did is undone, signing out among it.

    The client's own methods keep copies of what every template was given, which takes longer than answering.
    """
    asking = RequestFactory()
    asking.cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.handler(asking.generic(method, url).environ)
        transaction.set_rollback(True)
    return letter(response)


def letter(response: HttpResponseBase) -> str:
    """The letter for one answer."""
    to = response.headers.get("Location", "")
    if response.status_code == 302 and to.startswith("/sign-in?next="):
        return "s"
    if response.status_code < 400 or response.status_code in (409, 422):
        return "o"
    return {401: "3", 403: "3", 404: "4", 405: "5"}.get(response.status_code, f"<{response.status_code}>")


def _difference(name: str, found: dict[str, str], expected: dict[str, str]) -> str:
    lines = [f"{name}:"]
    for method in METHODS:
        if found[method] != expected[method]:
            lines.append(f"  {method}: got {found[method]}, its row says {expected[method]}")
    return "\n".join(lines)
