"""Setting one's own password. Whoever does has just proved who they are; the page sees to that."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from tallystick.core.errors import BadInput
from tallystick.directory.models import Login
from tallystick.sign_in.codes import end_codes
from tallystick.sign_in.sessions import end_others
from tallystick.sign_in.telling import Visit, tell

LONGEST = 1000


@transaction.atomic
def set_password(login: Login, new: str, this_key: str, visit: Visit) -> int:
    """Set or change the password, end all other sessions and tell the person; how many sessions were ended.

    Raises ``BadInput``. The caller keeps this session: its proof is bound to the password.
    """
    try:
        validate_password(new, login)
    except ValidationError as problem:
        said = " ".join(problem.messages)
        raise BadInput(said, {"password": said}) from problem
    if len(new) > LONGEST:
        said = f"A password has {LONGEST} characters at most. Shorten it."
        raise BadInput(said, {"password": said})
    login = Login.objects.select_for_update().get(pk=login.pk)
    had_one = login.has_usable_password()
    login.set_password(new)
    login.save(update_fields=["password"])
    end_codes(login)
    ended = end_others(login, this_key)
    what = "The password of your log-in was changed." if had_one else "A password was set for your log-in."
    tell(login, f"{what} All other sessions were ended.", visit)
    return ended
