"""Sending invites to bill from a list or a commitment's page, and answering them there or by the link of an e-mail."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.access.entry import entry_path
from tallystick.claims.models import Claim
from tallystick.claims.policies import can_administer_claims
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer
from tallystick.core.errors import BadInput, Refused
from tallystick.core.ids import number_in
from tallystick.periods.invite_links import AnswerLink, answer_path
from tallystick.periods.invite_queries import question_for
from tallystick.periods.invites import answer_as, answer_invite, send_invites
from tallystick.periods.models import BillingPeriod, InviteAnswer, InviteType, PeriodStatus
from tallystick.periods.wording import SAID, type_label
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.claims.invites import told_of_sending
from tallystick.web.claims.listing import wanted_of
from tallystick.web.claims.notice import leave_notice
from tallystick.web.claims.selection import chosen_claim_ids, chosen_contracts
from tallystick.web.forms import Form
from tallystick.web.load.invites import answer_for
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest

OTHER = {InviteAnswer.ACCEPTED: InviteAnswer.DECLINED, InviteAnswer.DECLINED: InviteAnswer.ACCEPTED}


@login_not_required
@csrf_exempt  # the token is the proof, and in-app browsers of mail programs may keep no cookies
@require_http_methods(["GET", "HEAD", "POST"])
def invite_answer(request: PageRequest, invite_token: str) -> HttpResponse:
    """Ask once more, and answer by POST in the name of whoever the link was mailed to. GET and HEAD change nothing:
    programs that look mail through follow links (esign §7)."""
    link = answer_for(request, invite_token)
    problem = ""
    if request.method == "POST":
        try:
            answer_as(link.person, link.invite.contract, link.invite.period, link.answer, by_link=True)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return _answered(request, link, invite_token)
    response = render(request, "invites/answer.html", _page(link), status=403 if problem else 200)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _answered(request: PageRequest, link: AnswerLink, token: str) -> HttpResponse:
    """Yes leads on to the claim, through signing in; No to the same page, which says so now."""
    if link.answer == InviteAnswer.DECLINED or link.person.login is None:
        return redirect("invite-answer", token)
    messages.success(request, "Your answer is recorded: Yes.")
    return redirect(_way_on(link))


def _way_on(link: AnswerLink) -> str:
    """To the claim, for whoever the link was made for: signed in already, or by a code (``access.entry``)."""
    if link.person.login is None:
        return ""
    return entry_path(link.person.login, place_to_bill(link.invite.contract, link.invite.period))


def _page(link: AnswerLink) -> dict[str, object]:
    invite = link.invite
    question = question_for(link.person, invite)
    return {
        "title": f"{SAID[link.answer]} for {invite.contract.number}?",
        "link": link,
        "invite": invite,
        "contract": invite.contract,
        "project": invite.contract.project,
        "question": question,
        "answer": SAID[link.answer],
        "is_done": invite.answer == link.answer,
        "by_themselves": invite.answered_by_id == link.person.pk,
        "other": SAID[OTHER[link.answer]],
        "other_url": answer_path(invite, link.person, OTHER[link.answer]),
        "way_on": _way_on(link) if link.answer == InviteAnswer.ACCEPTED else "",
    }


def place_to_bill(contract: Contract, period: BillingPeriod) -> str:
    """Where the contract is billed for the period: its claim if there is one, else the form for it."""
    claim = (
        Claim.objects.filter(contract=contract, period=period, deleted_at=None).order_by("-number").first()
    )
    if claim is not None:
        return reverse("claim", args=[claim.pk])
    query = urlencode({"contract": contract.pk, "period": period.pk})
    return f"{reverse('claim-new', args=[contract.project_id])}?{query}"


@require_POST
def contract_invite_answer(request: PageRequest, contract_id: int) -> HttpResponse:
    """Answer as a claim contact who is signed in. Yes leads on to the claim (R-INVITE-4)."""
    contract = load.contract_for(request, contract_id)
    said = request.POST.get("answer", "")
    if said not in OTHER:
        raise BadInput("Answer Yes or No.")
    answer = InviteAnswer(said)
    period = load.period_for(request, number_in(request.POST.get("period", "")) or 0)
    try:
        answer_invite(request.actor, contract, period, answer)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("contract", contract.pk)
    messages.success(request, f"Your answer is recorded: {SAID[answer]}.")
    if answer == InviteAnswer.ACCEPTED:
        return redirect(place_to_bill(contract, period))
    return redirect("contract", contract.pk)


@require_POST
def contract_invite(request: PageRequest, contract_id: int) -> HttpResponse:
    """Invite one commitment for the open period, or ask it again; the same click twice asks once."""
    contract = load.contract_for(request, contract_id)
    can_administer(request.actor, contract).require()
    kind = _kind(request)
    period = BillingPeriod.objects.filter(project=contract.project_id, status=PeriodStatus.OPEN).first()

    def send() -> str:
        (outcome,) = send_invites(
            request.actor, period, [contract], kind, private_list=bool(request.POST.get("private_list"))
        )
        if outcome.done:
            again = " again" if outcome.again else ""
            messages.success(
                request, f"The invite to {contract.company.name} is sent{again}: {type_label(kind)}."
            )
        else:
            messages.error(request, outcome.decision.reason)
        return reverse("contract", args=[contract.pk])

    return redirect(make_once(request, Form(request.POST), send) or reverse("contract", args=[contract.pk]))


@require_POST
def claim_invites(request: PageRequest, project_id: int) -> HttpResponse:
    """Invite what is ticked in the list of claims; each contract answers for itself."""
    project = load.project_for(request, project_id)
    can_administer_claims(request.actor, project, text("send {invites}")).require()
    wanted = wanted_of(project, request.POST)
    kind = _kind(request)
    contracts = chosen_contracts(request, project, wanted)
    billed = len(chosen_claim_ids(request, project))
    outcomes = send_invites(
        request.actor, wanted.period, contracts, kind, private_list=bool(request.POST.get("private_list"))
    )
    leave_notice(request, told_of_sending(outcomes, kind, billed))
    return redirect(reverse("claims", args=[project.pk]) + wanted.query())


def _kind(request: PageRequest) -> InviteType:
    kind = request.POST.get("claim_type", "")
    if kind not in InviteType.values:
        raise BadInput(text("Choose what the {contract_company} may {bill}."))
    return InviteType(kind)
