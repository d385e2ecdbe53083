"""Writing people: adding, changing, switching off and on again, and moving to another company.

Who may is decided by ``access``, which stands above this room.
"""

from __future__ import annotations

from django.db import transaction

from tallystick.audit.actions import changed, record
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account, Company, Login, Person

By = tuple[int | None, str]
PERSON_FACTS = frozenset({"name", "job_title", "phone"})


@transaction.atomic
def create_person(
    by: By, company: Company, *, name: str, email: str, login: bool = True, **facts: str
) -> Person:
    """Add an employee of ``company``. With ``login`` they can sign in, by the log-in they may already have."""
    _hold(company.account_id)
    email = _address(company.account_id, email)
    person = Person.objects.create(
        account_id=company.account_id,
        company=company,
        login=_login_for(company.account_id, email, name) if login else None,
        name=name,
        email=email,
        **facts,
    )
    record(by[0], "person.created", person, account_id=company.account_id, actor_name=by[1])
    return person


@transaction.atomic
def change_person(by: By, person: Person, *, email: str, login: bool, **facts: str) -> Person:
    """Change a person's record. Another address is another log-in: the old one sees nothing of the account any more."""
    unknown = set(facts) - PERSON_FACTS
    if unknown:
        raise ValueError(f"not a fact of a person: {', '.join(sorted(unknown))}")
    person = _locked(person)
    address = _address(person.account_id, email, besides=person)
    if person.login_id is not None and person.login_id == by[0] and (address != person.email or not login):
        raise BadInput(
            "This is your own record: another address would shut you out. Ask another administrator to change it.",
            {"email": "Ask another administrator to change your own address."},
        )
    before = {**{name: getattr(person, name) for name in facts}, **_access(person)}
    if not login:
        person.login = None
    elif person.login is None or address != person.email:
        person.login = _login_for(person.account_id, address, facts.get("name", person.name), besides=person)
    for name, value in facts.items():
        setattr(person, name, value)
    person.email = address
    person.full_clean(validate_unique=False, validate_constraints=False)
    person.save(update_fields=[*facts, "email", "login"])
    changes = changed(before, {**facts, **_access(person)})
    if changes:
        _record(by, "person.changed", person, changes=changes)
    return person


@transaction.atomic
def give_log_in(by: By, person: Person) -> None:
    """Let somebody sign in by what is mailed to them; nothing happens where they can already, or where another
    person of the account signs in with their address."""
    if person.login_id is not None:
        return
    person.login = _locked(person).login
    address = person.email.lower()
    taken = Person.objects.filter(account_id=person.account_id, login__email=address).exists()
    if person.login is None and not taken:
        person.login = _login_for(person.account_id, address, person.name)
        person.save(update_fields=["login"])
        _record(by, "person.changed", person, changes={"may_sign_in": ["no", "yes"]})


def _access(person: Person) -> dict[str, str]:
    return {"email": person.email, "may_sign_in": "yes" if person.login_id else "no"}


@transaction.atomic
def deactivate_person(by: By, person: Person) -> Person:
    """Switch somebody off: nothing of the account is theirs to see any more. Already off: nothing happens."""
    person = _locked(person)
    if not person.is_active:
        return person
    if person.login_id is not None and person.login_id == by[0]:
        raise BadInput("You can't deactivate yourself. Ask another administrator of the account to do it.")
    person.is_active = False
    person.save(update_fields=["is_active"])
    _no_default_contact(by, person)
    _record(by, "person.deactivated", person)
    return person


@transaction.atomic
def reactivate_person(by: By, person: Person) -> Person:
    """Switch somebody on again, with the levels and designations that they had."""
    person = _locked(person)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        _record(by, "person.reactivated", person)
    return person


@transaction.atomic
def set_company(by: By, person: Person, company: Company) -> Person:
    """Put a person under another company of the directory. What they claim on is the contracts' room's matter."""
    person = _locked(person)
    if company.account_id != person.account_id:
        raise BadInput("This company is in another directory. Choose one of those offered.")
    if person.company_id == company.pk:
        return person
    _no_default_contact(by, person)
    before, person.company = person.company, company
    person.save(update_fields=["company"])
    _record(by, "person.moved", person, changes={"company": [before.name, company.name]})
    return person


@transaction.atomic
def set_default_contact(by: By, company: Company, person: Person | None) -> Company:
    """Who is offered first as claim contact on a contract with the company; ``None``: nobody."""
    company = Company.objects.select_for_update().get(pk=company.pk)
    if person is not None and person.company_id != company.pk:
        raise BadInput(f"{person.name} doesn't work for {company.name}. Choose somebody who does.")
    if person is not None and not person.is_active:
        raise BadInput(f"{person.name} is deactivated. Reactivate the person first, or choose somebody else.")
    if company.default_contact_id == (person.pk if person else None):
        return company
    company.default_contact = person
    company.save(update_fields=["default_contact"])
    record(
        by[0],
        "company.default_contact_set" if person else "company.default_contact_cleared",
        company,
        account_id=company.account_id,
        actor_name=by[1],
        facts={"person": person.name} if person else {},
    )
    return company


def _no_default_contact(by: By, person: Person) -> None:
    for company in Company.objects.filter(default_contact=person):
        set_default_contact(by, company, None)


def _locked(person: Person) -> Person:
    _hold(person.account_id)
    return Person.objects.select_related("company", "login").get(pk=person.pk)


def _hold(account_id: int) -> None:
    """One at a time in an account's directory, so that two can't take the same address."""
    Account.objects.select_for_update().get(pk=account_id)


def _address(account_id: int, email: str, *, besides: Person | None = None) -> str:
    email = email.strip().lower()
    if "@" not in email:
        raise BadInput(
            f"“{email}” is not an e-mail address. Type one such as name@company.com.",
            {"email": "Type an address such as name@company.com."},
        )
    others = Person.objects.filter(account_id=account_id, email__iexact=email)
    other = others.exclude(pk=besides.pk if besides else 0).select_related("company").first()
    if other is not None:
        raise BadInput(
            f"Somebody with the address {email} is in the directory already. It is {_who(other)}",
            {"email": "This address is in the directory already."},
        )
    return email


def _who(other: Person) -> str:
    if not other.is_active:
        return f"{other.name} of {other.company.name}, who is deactivated: reactivate that record instead."
    return f"{other.name} of {other.company.name}: use that record, or type another address."


def _login_for(account_id: int, email: str, name: str, *, besides: Person | None = None) -> Login:
    """The log-in of this address, made where there is none; one of somebody else here can't be used."""
    login = Login.objects.filter(email=email).first()
    if login is None:
        return Login.objects.create_user(email, name=name)
    others = Person.objects.filter(account_id=account_id, login=login)
    other = others.exclude(pk=besides.pk if besides else 0).select_related("company").first()
    if other is not None:
        raise BadInput(
            f"{email} is what {other.name} of {other.company.name} signs in with. Type another address.",
            {"email": "Somebody else in the directory signs in with this address."},
        )
    return login


def _record(by: By, name: str, person: Person, changes: dict[str, list[str]] | None = None) -> None:
    record(by[0], name, person, account_id=person.account_id, actor_name=by[1], changes=changes)
