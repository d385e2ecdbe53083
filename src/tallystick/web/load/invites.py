"""Loading what the link of an invite was made for: whoever has the link may see that much, signed in or not."""

from __future__ import annotations

from tallystick.periods.invite_links import AnswerLink, link_of
from tallystick.web.load import enter_project
from tallystick.web.request import PageRequest


def answer_for(request: PageRequest, token: str) -> AnswerLink:
    """The answer that the link stands for, with the invite's contract, company, period, project and account at hand."""
    link = link_of(token)
    project = link.invite.contract.project
    link.invite.period.project = project
    enter_project(request, project)
    return link
