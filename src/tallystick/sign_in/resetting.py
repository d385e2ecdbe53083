"""Taking somebody's second steps away, by whoever runs the installation: they are the log-in's, and no account's."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import transaction

from tallystick.core.errors import BadInput
from tallystick.directory.models import Login
from tallystick.sign_in.models import Passkey, RecoveryCode, SignInSession, TotpFactor
from tallystick.sign_in.telling import Visit, tell


@transaction.atomic
def reset_second_step(email: str) -> int:
    """Take app, passkeys and recovery codes away, end all sessions, and tell the person; how many steps there were."""
    login = Login.objects.select_for_update().filter(email=email.strip().lower()).first()
    if login is None:
        raise BadInput(f"There is no log-in with the address {email}.")
    found = Passkey.objects.filter(login=login).count() + TotpFactor.objects.filter(login=login).count()
    for kind in (Passkey, TotpFactor, RecoveryCode):
        kind.objects.filter(login=login).delete()
    sessions = SignInSession.objects.filter(login=login)
    Session.objects.filter(pk__in=list(sessions.values_list("session_id", flat=True))).delete()
    if found:
        tell(login, "All second steps were taken away by whoever runs Tallystick here.", Visit("the server"))
    return found
