"""Second factors: which somebody has, who must have one, and that the last one can't go where one is required."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from tallystick.access.levels import Level, Tool
from tallystick.access.models import AccountMembership, Membership
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Account, Login
from tallystick.sign_in.models import AccountSignIn, Passkey, RecoveryCode, TotpFactor


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody can prove a second time with. Recovery codes stand in for one that is lost."""

    has_app: bool
    passkeys: int
    codes_left: int

    def __bool__(self) -> bool:
        return self.has_app or self.passkeys > 0

    @property
    def count(self) -> int:
        """How many there are, apart from recovery codes."""
        return int(self.has_app) + self.passkeys


def factors_of(login: Login) -> Factors:
    """Three queries."""
    return Factors(
        TotpFactor.objects.filter(login=login).exclude(confirmed_at=None).exists(),
        Passkey.objects.filter(login=login).count(),
        RecoveryCode.objects.filter(login=login, used_at=None).count(),
    )


def required_by(login: Login) -> Account | None:
    """An account that requires a second factor of this log-in: it has a level of Admin there."""
    wanting = AccountSignIn.objects.filter(second_factor_for_admins=True).values("account_id")
    mine = Q(person__login=login, person__is_active=True)
    everywhere = AccountMembership.objects.filter(mine, directory=Level.ADMIN)
    any_tool = Q()
    for tool in Tool:
        any_tool |= Q(**{tool.value: Level.ADMIN})
    places = Membership.objects.filter(mine & any_tool)
    return (
        Account.objects.filter(pk__in=wanting)
        .filter(
            Q(pk__in=everywhere.values("person__account_id")) | Q(pk__in=places.values("project__account_id"))
        )
        .order_by("pk")
        .first()
    )


def must_set_up(login: Login) -> Account | None:
    """The account that waits for this log-in to set up a second factor."""
    account = required_by(login)
    return account if account is not None and not factors_of(login) else None


def can_go(login: Login, have: Factors) -> Decision:
    """Whether one of the factors may be taken away."""
    if have.count > 1:
        return ALLOWED
    account = required_by(login)
    if account is None:
        return ALLOWED
    return refused(
        f"{account.name} requires a second step of whoever has a level of Admin. Set up another one first, then remove "
        "this one."
    )


def check_may_go(login: Login, have: Factors) -> None:
    """Raises ``Refused``."""
    can_go(login, have).require()


def forget_codes_without_factor(login: Login) -> None:
    """Recovery codes go with the last factor."""
    if not factors_of(login):
        RecoveryCode.objects.filter(login=login).delete()
