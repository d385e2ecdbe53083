"""Fields of claims in the browser: the account's settings, a project's, and the claim's details."""

import re

import pytest
from django.test import Client

from tallystick.claims.creation import create_claim
from tallystick.claims.models import Claim, CustomField
from tallystick.directory.models import Account
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


@pytest.fixture
def claim() -> Claim:
    contract = make.make_contract(make.make_project())
    return create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))


@pytest.fixture
def account(claim: Claim) -> Account:
    return claim.contract.project.account


@pytest.fixture
def boss(account: Account) -> Client:
    return make.signed_in(make.make_account_admin(account))


def form_of(page: str) -> dict[str, str]:
    """What a browser would send back untouched."""
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_a_field_is_made_once_asked_for_filled_in_and_retired(
    account: Account, boss: Client, claim: Claim
) -> None:
    address = f"/accounts/{account.pk}/settings/fields"
    wanted = form_of(boss.get(f"{address}/new").content.decode()) | {
        "label": "Zone <b>",
        "kind": "choice",
        "choices": "North\nSouth",
    }
    assert boss.post(f"{address}/new", wanted).status_code == 302
    assert boss.post(f"{address}/new", wanted).status_code == 302
    field = CustomField.objects.get()
    page = boss.get(address).content.decode()
    assert "Zone &lt;b&gt;" in page and "Zone <b>" not in page
    sent = form_of(page) | {f"field:{field.name}": "required", "field:reference": "hidden"}
    assert boss.post(address, sent).status_code == 302
    contact = make.signed_in(make.make_claim_contact(claim.contract))
    details = f"/claims/{claim.pk}/details"
    shown = contact.get(details).content.decode()
    assert "Zone" in shown and 'name="reference"' not in shown and 'name="payment_date"' not in shown
    typed = {"version": str(claim.version), "billing_date": "2026-03-25", "comment": ""}
    assert "Zone &lt;b&gt; is needed." in contact.post(details, typed).content.decode()
    assert contact.post(details, typed | {field.name: "South"}).status_code == 302
    assert "South" in contact.get(f"/claims/{claim.pk}/summary").content.decode()
    changed = {"label": "Area", "choices": "South\nEast"}
    assert boss.post(f"/claim-fields/{field.pk}", changed).status_code == 302
    assert boss.post(f"/claim-fields/{field.pk}/retirement").status_code == 302
    assert boss.post(f"/claim-fields/{field.pk}/retirement").status_code == 404
    assert "Area" not in contact.get(details).content.decode()
    assert "Area" in contact.get(f"/claims/{claim.pk}/summary").content.decode()
    told = boss.get(f"/accounts/{account.pk}/settings/history").content.decode()
    assert "Area" in told and "Required" in told


def test_a_project_chooses_once_the_account_lets_it(account: Account, boss: Client, claim: Claim) -> None:
    address = f"/projects/{claim.contract.project_id}/settings/fields"
    page = boss.get(address).content.decode()
    assert "decides this for all its projects" in page
    sent = form_of(page) | {"field:comment": "hidden"}
    boss.post(address, sent)
    claim.contract.project.refresh_from_db()
    assert claim.contract.project.claim_fields == {}
    account.projects_choose_fields = True
    account.save(update_fields=["projects_choose_fields"])
    assert boss.post(address, sent).status_code == 302
    claim.contract.project.refresh_from_db()
    assert claim.contract.project.claim_fields == {"comment": "hidden"}
    assert 'name="comment"' not in boss.get(f"/claims/{claim.pk}/details").content.decode()


def test_two_administrators_change_rules_at_once_and_neither_is_overwritten(
    account: Account, boss: Client
) -> None:
    address = f"/accounts/{account.pk}/settings/fields"
    page = form_of(boss.get(address).content.decode())
    assert boss.post(address, page | {"field:reference": "required"}).status_code == 302
    assert boss.post(address, page | {"field:comment": "hidden"}).status_code == 302
    assert boss.post(address, page | {"field:reference": "hidden"}).status_code == 409
    account.refresh_from_db()
    assert account.claim_fields == {"reference": "required", "comment": "hidden"}


def test_the_account_s_own_fields_are_columns_of_the_list_s_export(
    boss: Client, claim: Claim, account: Account
) -> None:
    field = make.make_claim_field(account, "Site order")
    Claim.objects.filter(pk=claim.pk).update(custom={str(field.pk): "=SO-114"})
    address = f"/projects/{claim.contract.project_id}/claims/export?as=csv&period={claim.period_id}"
    exported = b"".join(boss.get(address)).decode("utf-8-sig")
    head, row = exported.splitlines()[:2]
    assert head.split(",")[-1] == "Site order" and "=SO-114" in row
    assert not row.split(",")[-1].startswith("=")
