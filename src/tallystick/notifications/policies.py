"""Who may look at messages: administrators of the account alone, since they hold what others were told."""

from django.db.models import QuerySet

from tallystick.access.actor import Actor
from tallystick.access.policies import administers_account
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.notifications.models import AddressState, Message
from tallystick.notifications.states import UNDER_WAY


def visible_to(actor: Actor) -> QuerySet[Message]:
    """Messages of accounts that the actor administers."""
    if actor.is_operator:
        return Message.objects.all()
    if actor.login_id is None:
        return Message.objects.none()
    return Message.objects.filter(administers_account(actor, "account_id"))


def visible_addresses(actor: Actor) -> QuerySet[AddressState]:
    """Addresses that take no mail, of accounts that the actor administers."""
    if actor.is_operator:
        return AddressState.objects.all()
    if actor.login_id is None:
        return AddressState.objects.none()
    return AddressState.objects.filter(administers_account(actor, "account_id"))


def can_resend(message: Message) -> Decision:
    """Whether it may be sent again right now; who may is decided by seeing it."""
    if message.is_secret:
        return refused("What lets somebody in is sent only to whoever asks for it: have them ask once more.")
    if message.status in UNDER_WAY or message.resent.filter(status__in=UNDER_WAY).exists():
        return refused("It is on its way already: wait until it was sent or came back.")
    address = message.person.email if message.person else message.address
    if AddressState.objects.filter(account_id=message.account_id, address__iexact=address).exists():
        return refused(
            f"{address} takes no mail. Put the address right in the directory, or release it first."
        )
    if message.person is not None and not message.person.is_active:
        return refused(f"{message.person.name} is not active in the directory any more.")
    login = message.person.login if message.person else message.login
    if login is not None and not login.is_active:
        return refused(f"{message.name} can't sign in any more, so nothing is sent there.")
    return ALLOWED
