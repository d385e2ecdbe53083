"""Addresses of signing in and out."""

from django.urls import URLPattern, path

from tallystick.web.views import company_sign_in, entry, second_step, session, sign_in_code

urlpatterns: list[URLPattern] = [
    path("sign-in", session.sign_in, name="sign-in"),
    path("sign-in/without-password", sign_in_code.address, name="sign-in-address"),
    path("sign-in/code", sign_in_code.code, name="sign-in-code"),
    path("sign-in/code/resending", sign_in_code.resending, name="sign-in-code-resending"),
    path("sign-in/second-step", second_step.second, name="sign-in-second"),
    path("sign-in/passkey", second_step.passkey, name="sign-in-passkey"),
    path("sign-in/passkey/options", second_step.options, name="sign-in-passkey-options"),
    path("sign-in/company", company_sign_in.company, name="sign-in-company"),
    path("sign-in/company/callback", company_sign_in.callback, name="sign-in-company-callback"),
    path("e/<str:entry_token>", entry.entry, name="entry"),
    path("sign-out", session.sign_out, name="sign-out"),
]
