"""Addresses of how one signs in oneself: password, sessions, proving anew."""

from django.urls import URLPattern, path

from tallystick.web.views import own_sign_in, proof

urlpatterns: list[URLPattern] = [
    path("preferences/sign-in", own_sign_in.overview, name="own-sign-in"),
    path("preferences/sign-in/password", own_sign_in.password, name="own-password"),
    path(
        "preferences/sign-in/sessions/<int:own_session_id>/ending",
        own_sign_in.session_ending,
        name="own-session-ending",
    ),
    path("preferences/sign-in/sessions/ending", own_sign_in.sessions_ending, name="own-sessions-ending"),
    path("preferences/sign-in/proof", proof.proof, name="proof"),
    path("preferences/sign-in/proof/code", proof.code, name="proof-code"),
]
