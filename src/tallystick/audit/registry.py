"""Names of events and the sentence that a person reads for each."""

_SENTENCES: dict[str, str] = {}


def register(sentences: dict[str, str]) -> None:
    """Add a room's events: ``{"claim.submitted": "submitted {subject}"}``.

    A sentence goes after the actor's name. It may name ``{subject}`` and any of the event's facts, and
    dictionary terms in the syntax of ``tallystick.terms``.
    """
    for name, sentence in sentences.items():
        if _SENTENCES.get(name, sentence) != sentence:
            raise ValueError(f"the event {name} is registered twice")
        _SENTENCES[name] = sentence


def sentence(name: str) -> str:
    """The registered sentence; an unknown name is a programming fault."""
    return _SENTENCES[name]


def is_registered(name: str) -> bool:
    """Whether a room has declared this event."""
    return name in _SENTENCES
