"""What the pages about one's own signing in share."""

from __future__ import annotations

from django.urls import reverse


def crumbs(label: str = "") -> list[dict[str, str]]:
    """The way to such a page; without a label to the one that leads to all of them."""
    here = [{"label": label, "url": ""}] if label else []
    return [
        {"label": "Preferences", "url": reverse("preferences")},
        {"label": "How you sign in", "url": reverse("own-sign-in") if label else ""},
        *here,
    ]
