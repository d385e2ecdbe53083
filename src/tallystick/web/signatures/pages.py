"""The pages on which somebody signs: what they show, by how far the reader is (esign §5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from tallystick.core.text import join_and, plural
from tallystick.directory.models import Project
from tallystick.documents.page_pictures import page_pictures
from tallystick.signing.builtin.answering import LONGEST_NAME, LONGEST_REASON, Reading
from tallystick.signing.builtin.consent import CURRENT, consent_text
from tallystick.signing.builtin.handwriting import Strokes, strokes_in
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.policies import can_sign
from tallystick.signing.states import EnvelopeState, SignerState, SigningRule
from tallystick.terms import text
from tallystick.web.forms import Form

TYPED, DRAWN = "typed", "drawn"


class SignForm(Form):
    """What a signer sends: how they read, that they agree, and their signature, typed or drawn."""

    pages = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(label="I have read the whole document, here or as a PDF", required=False)
    consent = forms.BooleanField(required=False)
    how = forms.ChoiceField(
        label="Your signature",
        required=False,
        choices=[(TYPED, "Type my name"), (DRAWN, "Draw it")],
        widget=forms.RadioSelect,
        initial=TYPED,
    )
    written_name = forms.CharField(
        label="Type your name",
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        help_text="It stands on the document as your signature.",
    )
    strokes = forms.CharField(required=False, max_length=100_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, company: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = consent_text(CURRENT, company)

    def name_problem(self, name: str, told: str) -> None:
        """By the names that the action uses."""
        own = {"read": "confirmed", "signature": "written_name"}
        super().name_problem(own.get(name, name), told)

    @property
    def reading(self) -> Reading:
        """What stood on the screen, or the signer's word."""
        shown = self.cleaned_data["pages"].split(",")
        pages = {int(one) for one in shown if one.isascii() and one.isdigit() and len(one) < 6}
        return Reading(pages, confirmed=self.cleaned_data["confirmed"])

    @property
    def is_drawn(self) -> bool:
        """Whether it was drawn rather than typed."""
        return bool(self.cleaned_data["how"] == DRAWN)

    def drawn(self) -> Strokes | None:
        """The lines, where it was drawn. Raises ``BadInput``."""
        return strokes_in(self.cleaned_data["strokes"] or "[]") if self.is_drawn else None


class RefusalForm(Form):
    """Why somebody does not sign."""

    reason = forms.CharField(
        label="Why you don’t sign",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
        help_text="Whoever asked you reads it.",
    )


def company_of(signer: EnvelopeSigner) -> str:
    """For whom they sign."""
    return signer.person.company.name if signer.person else ""


def signing_context(
    signer: EnvelopeSigner, form: SignForm | None = None, refusal: RefusalForm | None = None
) -> dict[str, Any]:
    """What the page shows: the cover before it was opened, the document to be read and signed, or how it ended."""
    envelope = signer.envelope
    claim = envelope.claim
    project: Project = claim.contract.project
    decision = can_sign(signer)
    opened = _is_opened(signer)
    stage = ("read" if opened else "cover") if decision else _over(signer)
    page: dict[str, Any] = {
        "title": text("Sign {claim} {n} of {contract}", n=claim.number, contract=claim.contract.number),
        "crumbs": [],
        "stage": stage,
        "envelope": envelope,
        "signer": signer,
        "claim": claim,
        "contract": claim.contract,
        "project": project,
        "company": company_of(signer),
        "others": _others(signer),
        "why": decision.reason,
        "document_url": reverse("signature-document", args=[envelope.key]),
    }
    if stage == "read":
        pictures = page_pictures(envelope.document) if envelope.document else []
        page |= {
            "pictures": pictures,
            "page_count": plural(len(pictures), "page"),
            "form": form or SignForm(company=company_of(signer)),
            "refusal": refusal or RefusalForm(),
            "is_refusing": refusal is not None,
        }
    if stage == "signed":
        page |= {"thanks": _thanks(envelope), "is_sealing": _is_sealing(envelope)}
    return page


def _is_opened(signer: EnvelopeSigner) -> bool:
    here = getattr(signer, "builtin", None)
    return here is not None and here.opened_at is not None


def _over(signer: EnvelopeSigner) -> str:
    """``signed`` by the reader, who is thanked whatever came of it later, or over some other way."""
    stands = signer.envelope.state in (
        EnvelopeState.SENT,
        EnvelopeState.BOUNCED,
        EnvelopeState.VIEWED,
        EnvelopeState.PARTIALLY_SIGNED,
        EnvelopeState.COMPLETED,
    )
    taken_back = signer.envelope.void_requested_at is not None
    return "signed" if signer.state == SignerState.SIGNED and stands and not taken_back else "over"


def _is_sealing(envelope: Envelope) -> bool:
    return envelope.all_signed_at is not None and envelope.state != EnvelopeState.COMPLETED


def _thanks(envelope: Envelope) -> str:
    if envelope.state == EnvelopeState.COMPLETED:
        return "The signed document is ready. It is in your e-mail, too."
    if envelope.all_signed_at is not None:
        return "The document is being sealed; that takes a moment. You get an e-mail with a link to it."
    waiting = [one.name for one in envelope.signers.all() if one.state != SignerState.SIGNED]
    return f"It waits for {join_and(waiting, limit=5)}. You get an e-mail when everybody has signed."


def _others(signer: EnvelopeSigner) -> str:
    """Who else is asked, and how many it takes."""
    others = [one.name for one in signer.envelope.signers.all() if one.pk != signer.pk]
    if not others:
        return ""
    rule = (
        "One signature is enough."
        if signer.envelope.rule == SigningRule.ANY
        else "Everybody’s signature is needed."
    )
    return f"{join_and(others, limit=5)} {'is' if len(others) == 1 else 'are'} asked as well. {rule}"
