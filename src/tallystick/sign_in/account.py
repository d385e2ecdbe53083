"""What an account asks of signing in; its administrators choose it."""

from __future__ import annotations

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.policies import can_manage_account
from tallystick.audit.actions import record
from tallystick.directory.models import Account
from tallystick.sign_in.models import AccountSignIn


def sign_in_of(account: Account) -> AccountSignIn:
    """What the account asks; one that nobody has saved asks nothing."""
    return AccountSignIn.objects.filter(account=account).first() or AccountSignIn(account=account)


def locked(account: Account) -> AccountSignIn:
    """The same, to be changed, in a transaction."""
    Account.objects.select_for_update().get(pk=account.pk)
    return sign_in_of(account)


@transaction.atomic
def require_second_factor(actor: Actor, account: Account, wanted: bool) -> None:
    """Whether a second step is required of whoever has a level of Admin. What is so already changes nothing."""
    can_manage_account(actor, account).require()
    kept = locked(account)
    if kept.second_factor_for_admins == wanted:
        return
    kept.second_factor_for_admins = wanted
    kept.save()
    what = "a second step is required" if wanted else "a second step is not required any more"
    record_change(actor, account, f"{what} of whoever has a level of Admin")


def record_change(actor: Actor, account: Account, what: str) -> None:
    """Into the account's history."""
    record(
        actor.login_id,
        "account.sign_in_changed",
        account,
        account_id=account.pk,
        actor_name=actor.name,
        facts={"what": what},
    )
