"""Single sign-on of an account: setting it up, whom it lets in, and where it is required.

An account's administrators choose who vouches for addresses, so an identity provider alone lets nobody into another
account: the first time, and each time where the log-in has a place elsewhere too, a code proves the address as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.access.models import AccountMembership
from tallystick.access.policies import can_manage_account
from tallystick.core import clock
from tallystick.core.errors import BadInput
from tallystick.core.vault import CannotUnseal, Place, seal, unseal, wants_new_seal
from tallystick.directory.models import Account, Login, Person
from tallystick.sign_in.account import record_change
from tallystick.sign_in.models import CompanySignIn, SsoLink
from tallystick.sign_in.oidc.asking import Client, Identity, discover
from tallystick.sign_in.oidc.fetching import IssuerProblem

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
MOST_DOMAINS = 50
NOBODY = (
    "{account} knows nobody with the address {email}, so nobody was signed in. Ask its administrator to put you "
    "into the directory with this address, or sign in at the identity provider with another one."
)
OTHER_DOMAIN = (
    "The identity provider of {account} vouches for other addresses than {email}. Sign in there with your address of "
    "the company, or sign in here another way."
)
OTHER_PERSON = (
    "The identity provider of {account} gives this address to somebody else than before. Ask the administrator of the "
    "account to look into it."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What an administrator typed. An empty secret keeps the one that is stored."""

    issuer: str
    client_id: str
    secret: str
    domains: tuple[str, ...]
    required: bool

    @property
    def is_off(self) -> bool:
        """Whether there is to be none."""
        return not self.issuer


def place(kept: CompanySignIn) -> Place:
    """What the sealed secret is bound to."""
    return Place(kept.account_id, "oidc", "client_secret")


def save_sso(actor: Actor, account: Account, choice: Choice) -> None:
    """Set single sign-on up, change it, or switch it off. It is asked first. Raises ``BadInput``."""
    can_manage_account(actor, account).require()
    if not choice.is_off:
        _check(choice, CompanySignIn.objects.filter(account=account).first())
        try:
            discover(choice.issuer)
        except IssuerProblem as problem:
            raise BadInput(str(problem), {"issuer": str(problem)}) from problem
    _save(actor, account, choice)


def _check(choice: Choice, kept: CompanySignIn | None) -> None:
    wrong = {}
    if not choice.client_id:
        wrong["client_id"] = "Type the client ID that the identity provider gave."
    # Another issuer may be another's: it is never given the secret of the one before.
    if not choice.secret and (kept is None or kept.issuer != choice.issuer):
        wrong["secret"] = "Type the client secret that the identity provider gave."  # noqa: S105 - a sentence
    odd = [domain for domain in choice.domains if not DOMAIN.fullmatch(domain)]
    if odd:
        wrong["domains"] = f"“{odd[0]}” is no domain of addresses. Type one such as company.com."
    elif not choice.domains or len(choice.domains) > MOST_DOMAINS:
        wrong["domains"] = f"Type the domains of your company’s addresses, {MOST_DOMAINS} at most."
    if wrong:
        raise BadInput(" ".join(wrong.values()), wrong)


def sso_of(account: Account) -> CompanySignIn | None:
    """The account's identity provider, where it has one."""
    return CompanySignIn.objects.filter(account=account).first()


@transaction.atomic
def _save(actor: Actor, account: Account, choice: Choice) -> None:
    can_manage_account(actor, account).require()
    Account.objects.select_for_update().get(pk=account.pk)
    kept = sso_of(account)
    if choice.is_off:
        if kept is None:
            return
        kept.delete()
        SsoLink.objects.filter(account=account).delete()
    else:
        kept = kept or CompanySignIn(account=account)
        if not _change(kept, choice):
            return
    record_change(actor, account, _told(choice))


def _change(kept: CompanySignIn, choice: Choice) -> bool:
    """Whether there was anything to change."""
    before = (kept.issuer, kept.client_id, kept.domains, kept.required)
    after = (choice.issuer, choice.client_id, list(choice.domains), choice.required)
    if before == after and not choice.secret:
        return False
    if kept.issuer != choice.issuer:
        SsoLink.objects.filter(account=kept.account).delete()
    if before[:2] != after[:2] or choice.secret:
        kept.proved_at = None
    kept.issuer, kept.client_id, kept.domains, kept.required = after
    if choice.secret:
        kept.client_secret = seal(choice.secret, place(kept))
    kept.save()
    return True


def _told(choice: Choice) -> str:
    if choice.is_off:
        return "single sign-on was switched off"
    must = "required" if choice.required else "offered"
    return f"single sign-on by {choice.issuer} is {must} for {', '.join(choice.domains)}"


def client_of(kept: CompanySignIn) -> Client:
    """What the identity provider is asked with. Raises ``IssuerProblem``."""
    try:
        return Client(kept.issuer, kept.client_id, unseal(kept.client_secret, place(kept)))
    except CannotUnseal as cause:
        raise IssuerProblem(
            "The stored secret of single sign-on can’t be opened with this installation’s keys. Sign in another way, "
            "and tell the administrator of the account."
        ) from cause


def offered_to(email: str) -> list[CompanySignIn]:
    """The accounts whose identity provider vouches for addresses of this domain. Nothing tells whose address it is."""
    domain = email.strip().lower().rpartition("@")[2]
    rows = CompanySignIn.objects.select_related("account").order_by("account__name", "pk")
    return [row for row in rows if domain in row.domains]


def who_is(kept: CompanySignIn, identity: Identity) -> Login:
    """The log-in of the account's people that the identity stands for; none is made. Raises ``IssuerProblem``."""
    email, account = identity.email, kept.account
    if email.rpartition("@")[2] not in kept.domains:
        raise IssuerProblem(OTHER_DOMAIN.format(account=account.name, email=email))
    people = Person.objects.filter(account=account, is_active=True, login__is_active=True, login__email=email)
    person = people.select_related("login").first()
    if person is None or person.login is None:
        raise IssuerProblem(NOBODY.format(account=account.name, email=email))
    links = SsoLink.objects.filter(account=account)
    if links.filter(subject=identity.subject).exclude(login=person.login).exists() or (
        links.filter(login=person.login).exclude(subject=identity.subject).exists()
    ):
        raise IssuerProblem(OTHER_PERSON.format(account=account.name))
    return person.login


def needs_code(kept: CompanySignIn, login: Login) -> bool:
    """Whether the address has to be proved too: the first time, and where the log-in opens more than this account."""
    linked = SsoLink.objects.filter(account=kept.account_id, login=login).exists()
    elsewhere = Person.objects.filter(login=login, is_active=True).exclude(account=kept.account_id).exists()
    return not linked or elsewhere or login.is_superuser


@transaction.atomic
def note_signed_in(kept: CompanySignIn, login: Login, subject: str) -> None:
    """It works; and the identity and the log-in belong together from now on."""
    CompanySignIn.objects.filter(pk=kept.pk, proved_at=None).update(proved_at=clock.now())
    SsoLink.objects.get_or_create(account=kept.account, login=login, defaults={"subject": subject})


def required_of(login: Login) -> CompanySignIn | None:
    """The account that lets this log-in in by its single sign-on alone; None where any way will do.

    It holds once somebody has signed in by it as it is set up now, and not for the account's administrators: they get
    in when it fails.
    """
    domain = login.email.rpartition("@")[2]
    mine = Person.objects.filter(login=login, is_active=True)
    administered = AccountMembership.objects.filter(person__in=mine, directory=Level.ADMIN)
    rows = (
        CompanySignIn.objects.filter(required=True, account__in=mine.values("account_id"))
        .exclude(proved_at=None)
        .exclude(account__in=administered.values("person__account_id"))
        .select_related("account")
        .order_by("pk")
    )
    return next((row for row in rows if domain in row.domains), None)


def seal_anew() -> int:
    """Seal with the first key what an older one has sealed; how many. A chore."""
    count = 0
    for kept in CompanySignIn.objects.all():
        if not wants_new_seal(kept.client_secret):
            continue
        try:
            sealed = seal(unseal(kept.client_secret, place(kept)), place(kept))
        except CannotUnseal:
            continue  # said when it is needed
        same = CompanySignIn.objects.filter(pk=kept.pk, client_secret=kept.client_secret)
        count += same.update(client_secret=sealed)
    return count
