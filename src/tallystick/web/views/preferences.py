"""What one chooses for oneself: whose words, which English, light or dark (R-TERMS-3)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.core.errors import BadInput
from tallystick.directory.actions import change_login
from tallystick.directory.models import Locale, PointOfView, Theme
from tallystick.web import load
from tallystick.web.forms import Form
from tallystick.web.points_of_view import point_of_view_options
from tallystick.web.request import PageRequest
from tallystick.web.sign_in.letting_in import remember_theme
from tallystick.web.views.notifications import preference_rows
from tallystick.web.views.ways import where_from


class PreferencesForm(Form):
    """Empty choices follow the project."""

    name = forms.CharField(label="Name", max_length=200, help_text="As others see it in histories.")
    point_of_view = forms.ChoiceField(
        label="Words used by",
        required=False,
        widget=forms.RadioSelect,
        help_text="Pages and e-mails for you are named as this party names them; papers stay in their project’s words.",
    )
    locale = forms.ChoiceField(label="Language", required=False)
    theme = forms.ChoiceField(label="Theme", choices=Theme.choices, widget=forms.RadioSelect)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point_of_view"].choices = [  # type: ignore[attr-defined]
            ("", "As each project has it"),
            *point_of_view_options(),
        ]
        self.fields["locale"].choices = [  # type: ignore[attr-defined]
            ("", "As each project has it"),
            *Locale.choices,
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PageRequest) -> HttpResponse:
    """Show and change one's own choices."""
    load.home_account(request)
    me = request.user
    names = ("name", "point_of_view", "locale", "theme")
    form = PreferencesForm(request.POST or None, initial={name: getattr(me, name) for name in names})
    if request.method == "POST" and form.is_valid():
        change_login(me, **{name: form.cleaned_data[name] for name in names})
        messages.success(request, "Your preferences are saved.")
        response = redirect("preferences")
        remember_theme(response, me.theme)
        return response
    page = {"title": "Preferences", "form": form, "mail_kinds": preference_rows(me)}
    return render(request, "preferences/preferences.html", page, status=form.status)


@require_POST
def point_of_view(request: PageRequest) -> HttpResponse:
    """The quick switch in my menu; goes back to the page that one was on."""
    wanted = request.POST.get("point_of_view", "")
    if wanted and wanted not in PointOfView.values:
        raise BadInput("There is no such point of view. Choose one of those offered in your menu.")
    change_login(request.user, point_of_view=wanted)
    return redirect(where_from(request))
