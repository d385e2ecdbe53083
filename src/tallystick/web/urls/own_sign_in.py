"""Addresses of how one signs in oneself: password, sessions, proving anew."""

from django.urls import URLPattern, path

from tallystick.web.views import own_factors, own_sign_in, proof

urlpatterns: list[URLPattern] = [
    path("preferences/sign-in", own_sign_in.overview, name="own-sign-in"),
    path("preferences/sign-in/password", own_sign_in.password, name="own-password"),
    path(
        "preferences/sign-in/sessions/<int:own_session_id>/ending",
        own_sign_in.session_ending,
        name="own-session-ending",
    ),
    path("preferences/sign-in/sessions/ending", own_sign_in.sessions_ending, name="own-sessions-ending"),
    path("preferences/sign-in/app", own_factors.app, name="own-app"),
    path("preferences/sign-in/app/removal", own_factors.app_removal, name="own-app-removal"),
    path("preferences/sign-in/passkeys/new", own_factors.passkey, name="own-passkey"),
    path("preferences/sign-in/passkeys/options", own_factors.passkey_options, name="own-passkey-options"),
    path(
        "preferences/sign-in/passkeys/<int:passkey_id>/removal",
        own_factors.passkey_removal,
        name="own-passkey-removal",
    ),
    path("preferences/sign-in/recovery-codes", own_factors.recovery_codes, name="own-recovery"),
    path("preferences/sign-in/proof/passkey", proof.options, name="proof-passkey-options"),
    path("preferences/sign-in/proof", proof.proof, name="proof"),
    path("preferences/sign-in/proof/code", proof.code, name="proof-code"),
]
