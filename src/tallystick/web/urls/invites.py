"""Addresses of invites to bill."""

from django.urls import URLPattern, path

from tallystick.web.views import invites

urlpatterns: list[URLPattern] = [
    path("invites/<str:invite_token>", invites.invite_answer, name="invite-answer"),
    path("projects/<int:project_id>/claims/invites", invites.claim_invites, name="claim-invites"),
    path("contracts/<int:contract_id>/invite", invites.contract_invite, name="contract-invite"),
    path(
        "contracts/<int:contract_id>/invite/answer",
        invites.contract_invite_answer,
        name="contract-invite-answer",
    ),
]
