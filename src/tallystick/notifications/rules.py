"""Which event is told to whom, by which template: one table (R-NOTIFY, domain §13).

Sentences are in the syntax of ``tallystick.terms``; both twins of a message, plain text and HTML, are made from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Recipients(StrEnum):
    """Who is told. The room that calls ``notify`` finds them."""

    CLAIM_CONTACTS = "{claim_contacts}"
    DISTRIBUTION = "the project's distribution list, as far as each sees the {commitment}"
    INSURED = "{claim_contacts} of the company that is insured, else its default contact"
    INSURED_AND_ADMINISTRATORS = "the same, and administrators of the account"
    PRIVATE_LIST = "people on the private list"
    REQUESTER = "whoever asked for it"
    SIGNERS = "whoever is asked to sign"
    SIGNERS_AND_REQUESTER = "whoever signed, and whoever asked for it"
    ADMINISTRATORS = "administrators of the account"
    ONESELF = "the person whom it is about"


@dataclass(frozen=True, slots=True)
class Template:
    """One message. ``facts``, ``quote``, ``listed`` and ``heading`` name values: ``Fact``s for a small table, a text
    that somebody wrote, ``Item``s and what stands above them. They stand in this order, before ``closing`` and the
    buttons."""

    subject: str
    """After the project's name."""
    paragraphs: tuple[str, ...]
    button: str
    second_button: str = ""
    """Stands beside the first where ``notify`` gets a ``second_path``: Yes / No."""
    facts: str = ""
    quote: str = ""
    listed: str = ""
    heading: str = ""
    closing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    ``optional``: each person may switch it off. ``by_project``: each project chooses, and this holds until it does.
    ``secret``: the content lets somebody in. No page shows it, it can't be sent again, and it is blanked as soon as
    nothing is due any more. Its subject is shown, and must not carry the code. ``good_for``: it is not sent any more
    when it has waited for longer. ``personal``: its links answer in the reader's name, so pages show it without them.
    """

    event: str
    label: str
    recipients: Recipients
    template: Template
    optional: bool = False
    by_project: bool | None = None
    secret: bool = False
    good_for: timedelta | None = None
    personal: bool = False


RULES: tuple[Rule, ...] = (
    Rule(
        "contract.sent",
        "{A commitment} was sent",
        Recipients.CLAIM_CONTACTS,
        Template(
            "{by} has sent you {contract}",
            (
                "{by} has sent you the {commitment} {contract} in {project}.",
                "You are {a claim_contact} on it: you can make {claims} and follow them there.",
            ),
            "Open the {commitment}",
            facts="terms",
        ),
    ),
    Rule(
        "sub_sov.invited",
        "{An ssov} was asked for",
        Recipients.CLAIM_CONTACTS,
        Template(
            "{by} invites you to break down your {sov} for this {commitment}",
            (
                "{by} invites you to break down your {sov} for {contract} in {project}.",
                "Break each {sov_line} down to exactly nothing remaining, then submit it. "
                "{Claims} can be created once it is approved.",
            ),
            "Open the {ssov}",
            facts="terms",
        ),
    ),
    Rule(
        "sub_sov.submitted",
        "{An ssov} came in",
        Recipients.DISTRIBUTION,
        Template(
            "the {ssov} of {contract} was {did}",
            ("{by} has {did} the {ssov} of {contract} in {project}.",),
            "Open the {ssov}",
            facts="terms",
        ),
        optional=True,
    ),
    Rule(
        "sub_sov.sent_back",
        "{A ssov} was sent back",
        Recipients.CLAIM_CONTACTS,
        Template(
            "revise the {ssov} of {contract}",
            ("{by} has sent the {ssov} of {contract} in {project} back for revision.",),
            "Open the {ssov}",
            quote="reason",
            closing=("Change it, and submit it again. {Claims} can be created once it is approved.",),
        ),
    ),
    Rule(
        "claim.submitted",
        "{A claim} came in",
        Recipients.DISTRIBUTION,
        Template(
            "{claim} {number} of {contract} was {did}",
            ("{by} has {did} {claim} {number} of {contract} in {project}.",),
            "Open the {claim}",
            facts="terms",
        ),
        optional=True,
    ),
    Rule(
        "claim.sent_back",
        "{A claim} was sent back",
        Recipients.CLAIM_CONTACTS,
        Template(
            "revise {claim} {number} of {contract}",
            ("{by} has sent {claim} {number} of {contract} in {project} back for revision.",),
            "Open the {claim}",
            quote="reason",
            listed="lines",
            closing=("Change what is named here, and submit the {claim} again.",),
        ),
    ),
    Rule(
        "claim.approved",
        "{A claim} was approved",
        Recipients.CLAIM_CONTACTS,
        Template(
            "{claim} {number} of {contract} is {status}",
            (
                "{by} has decided on {claim} {number} of {contract} in {project}: {status}.",
                "This period, before {retention} and tax: {bill:past} {claimed}, certified {certified}.",
            ),
            "Open the {claim}",
            listed="lines",
        ),
        optional=True,
        by_project=False,
    ),
    Rule(
        "invite.sent",
        "{An invite}",
        Recipients.CLAIM_CONTACTS,
        Template(
            "{by} has invited you to bill",
            ("{by} has invited {company} to bill for {contract} on {project}.",),
            "Yes",
            second_button="No",
            facts="terms",
            quote="message",
            closing=("The due date is attached for your calendar.", "Do you want to bill this period?"),
        ),
        personal=True,
    ),
    Rule(
        "invite.told",
        "{An invite} that others answer",
        Recipients.PRIVATE_LIST,
        Template(
            "{by} has invited {company} to bill",
            (
                "{by} has invited {company} to bill for {contract} on {project}.",
                "{names} can answer. You are told because you are on the contract’s private list.",
            ),
            "Open the {commitment}",
            facts="terms",
            quote="message",
        ),
    ),
    Rule(
        "invite.withdrawn",
        "{An invite} was withdrawn",
        Recipients.CLAIM_CONTACTS,
        Template(
            "{invite} withdrawn: {contract}",
            (
                "{by} has withdrawn the {billing_period} {days} of {project}, so nothing is to be {bill:past} for it "
                "on {contract}.",
            ),
            "Open the {commitment}",
            closing=("There is nothing to do. The attached file takes the due date out of your calendar.",),
        ),
    ),
    Rule(
        "invite.reminder",
        "{A claim} is still to come",
        Recipients.CLAIM_CONTACTS,
        Template(
            "{left} to bill {contract}",
            ("{by} has invited you to bill {contract} in {project}. {stands}",),
            "{open}",
            facts="terms",
            quote="said",
        ),
        optional=True,
    ),
    Rule(
        "claim.reminder",
        "Somebody reminds of {a claim}",
        Recipients.CLAIM_CONTACTS,
        Template(
            "{by} reminds you of {contract}",
            ("{by} reminds you of {contract} in {project}. {stands}",),
            "{open}",
            facts="terms",
        ),
        optional=True,
    ),
    Rule(
        "claims.digest",
        "What is unfinished, every Monday",
        Recipients.DISTRIBUTION,
        Template(
            "weekly digest: {summary}",
            ("What is not finished in the {billing_period} {period} of {project}, due {due}.",),
            "Open the {claims}",
            listed="unfinished",
        ),
        optional=True,
    ),
    Rule(
        "insurance.expiring",
        "Insurance is about to expire",
        Recipients.INSURED,
        Template(
            "{insurance} of {company} {when}",
            ("{insurance} of {company} {when}, as far as {account} knows.",),
            "Open Tallystick",
            facts="terms",
            closing=(
                "Send the renewed certificate to {account}. Have you done so already, you need do nothing.",
            ),
        ),
    ),
    Rule(
        "insurance.last_day",
        "Insurance expires",
        Recipients.INSURED_AND_ADMINISTRATORS,
        Template(
            "{insurance} of {company} {when}",
            ("{insurance} of {company} {when}, and {account} has no record of its renewal.",),
            "Open Tallystick",
            facts="terms",
            closing=("Once {account} has the renewed certificate and has recorded it, this is settled.",),
        ),
    ),
    Rule(
        "backup.ready",
        "{A claim_backup} is ready",
        Recipients.REQUESTER,
        Template(
            "{claim_backup} is ready",
            (
                "The {claim_backup} of {claims:count} in {project} is ready: {pages}.",
                "{file}",
                "It can be downloaded until {until}.",
            ),
            "Download the {claim_backup}",
            listed="papers",
            heading="apart",
        ),
        optional=True,
    ),
    Rule(
        "signature.requested",
        "Asked to sign {a claim}",
        Recipients.SIGNERS,
        Template(
            "please sign {claim} {number} of {contract}",
            ("{by} asks you to sign {claim} {number} of {contract} in {project}.",),
            "Read and sign",
            facts="terms",
            quote="said",
            closing=(
                "You read the whole document first, then sign it or decline to. Opening this link signs nothing.",
            ),
        ),
    ),
    Rule(
        "signature.reminder",
        "Reminder to sign {a claim}",
        Recipients.SIGNERS,
        Template(
            "{claim} {number} of {contract} waits for your signature",
            ("{Claim} {number} of {contract} in {project} still waits for your signature.",),
            "Read and sign",
            facts="terms",
            closing=("It can be signed until {until}.",),
        ),
    ),
    Rule(
        "signature.taken_back",
        "{A claim} was taken back from signature",
        Recipients.SIGNERS,
        Template(
            "nothing to sign any more: {claim} {number} of {contract}",
            ("{Claim} {number} of {contract} in {project} was taken back. You need not sign it.",),
            "See what became of it",
            quote="reason",
        ),
    ),
    Rule(
        "signature.completed",
        "{A claim} is signed",
        Recipients.SIGNERS_AND_REQUESTER,
        Template(
            "{claim} {number} of {contract} is signed",
            (
                "{Claim} {number} of {contract} in {project} is signed by {signed}.",
                "The signed document and its certificate can be downloaded from here. Keep your copy.",
            ),
            "Open the signed document",
        ),
    ),
    Rule(
        "signature.declined",
        "Signing {a claim} was declined",
        Recipients.REQUESTER,
        Template(
            "{who} declined to sign {claim} {number} of {contract}",
            ("{who} declined to sign {claim} {number} of {contract} in {project}.",),
            "Open the {claim}",
            quote="why",
            closing=("Put right what they name, then send it again.",),
        ),
    ),
    Rule(
        "signature.bounced",
        "A request to sign came back",
        Recipients.REQUESTER,
        Template(
            "the request to sign {claim} {number} of {contract} came back",
            ("{who} was not reached: the request to sign {claim} {number} of {contract} came back.",),
            "Open the {claim}",
            quote="why",
            closing=("Put the address right in the directory, void this request, and send it again.",),
        ),
    ),
    Rule(
        "signature.expired",
        "The time to sign {a claim} is over",
        Recipients.REQUESTER,
        Template(
            "nobody signed {claim} {number} of {contract} in time",
            (
                "The time to sign {claim} {number} of {contract} in {project} is over, and {names} did not sign it.",
                "Send it again when they can be expected to.",
            ),
            "Open the {claim}",
        ),
    ),
    Rule(
        "signature.failed",
        "{A claim} could not be sent for signature",
        Recipients.REQUESTER,
        Template(
            "{claim} {number} of {contract} could not be sent for signature",
            ("{Claim} {number} of {contract} in {project} could not be sent for signature.",),
            "Open the {claim}",
            quote="why",
            closing=("Put right what is named here, then send it again.",),
        ),
    ),
    Rule(
        "address.suppressed",
        "An address takes no mail",
        Recipients.ADMINISTRATORS,
        Template(
            "mail to {address} came back",
            (
                "Mail to {address} came back, and nothing more is sent there until you say so.",
                "Check the address in the directory, put it right, then release it in the outbox.",
            ),
            "Open the outbox",
            quote="why",
        ),
    ),
    Rule(
        "docusign.lost",
        "DocuSign has to be connected again",
        Recipients.ADMINISTRATORS,
        Template(
            "connect DocuSign again",
            (
                "DocuSign has ended the log-in of {docusign_account}. Nothing is sent for signature by it, and nothing "
                "that is out is followed, until one of the administrators of the account connects it again.",
                "What waits is sent by itself then.",
            ),
            "Connect DocuSign again",
        ),
    ),
    Rule(
        "sign_in.code",
        "A code to sign in",
        Recipients.ONESELF,
        Template(
            "your code to sign in",
            (
                "Somebody, most likely you, wants to sign in to Tallystick with this address. This is the code:",
            ),
            "Type the code",
            quote="code",
            closing=(
                "Type it on the page where you asked for it. It is good for {minutes} minutes and works once.",
                "Nobody will ever ask you for it, by telephone or by e-mail. If you did not want to sign in, somebody "
                "typed your address by mistake: nothing has happened, and there is nothing to do.",
            ),
        ),
        secret=True,
        good_for=timedelta(minutes=10),
    ),
    Rule(
        "sign_in.changed",
        "The way to sign in was changed",
        Recipients.ONESELF,
        Template(
            "your sign-in was changed",
            ("{what} This happened on {when}, from {place}.",),
            "See how you sign in",
            closing=(
                "If that was you, there is nothing to do.",
                "If it was not, somebody else may be in your place: have a code sent to sign in, change the password, "
                "end all other sessions, and tell the people who run your projects.",
            ),
        ),
    ),
)

_BY_EVENT = {rule.event: rule for rule in RULES}


def rule_for(event: str) -> Rule:
    """The row of an event; an unknown name is a programming fault."""
    return _BY_EVENT[event]


def is_known(event: str) -> bool:
    """Whether there is such a row."""
    return event in _BY_EVENT


def optional_rules() -> list[Rule]:
    """What a person may switch off."""
    return [rule for rule in RULES if rule.optional]


def project_rules() -> list[Rule]:
    """What a project chooses."""
    return [rule for rule in RULES if rule.by_project is not None]
