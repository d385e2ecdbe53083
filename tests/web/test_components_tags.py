"""The tags of ``{% load ui %}`` as a page's author meets them."""

from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory

from tallystick.core.errors import ALLOWED, refused


def written(source: str, path: str = "/", **values: Any) -> str:
    request = RequestFactory().get(path)
    return Template("{% load ui %}" + source).render(RequestContext(request, {"request": request, **values}))


def test_a_refused_button_stays_and_says_why() -> None:
    html = written(
        '{% button "Send" tone="primary" decision=decision href="/send" hx_post="/send" %}',
        decision=refused("It has no contact. Add one & send it."),
    )
    assert 'aria-disabled="true"' in html
    assert "It has no contact. Add one &amp; send it." in html
    assert 'type="button"' in html
    assert "/send" not in html
    assert " disabled" not in html.replace("aria-disabled", "")


def test_an_allowed_button_carries_what_it_is_given() -> None:
    html = written('{% button "Send" decision=decision hx_post="/send" name="go" %}', decision=ALLOWED)
    assert html == '<button type="submit" class="btn is-secondary" hx-post="/send" name="go">Send</button>'


def test_an_icon_button_has_a_name() -> None:
    html = written('{% button "Remove" label_hidden=True icon_name="trash" %}')
    assert '<span class="visually-hidden">Remove</span>' in html
    assert 'title="Remove"' in html


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (123_450, '<data class="money" value="1234.50">1,234.50</data>'),
        (-50_000, '<data class="money" value="-500.00">−500.00</data>'),
        (0, '<data class="money is-nil" value="0.00">0.00</data>'),
        (None, '<span class="money is-nil">–</span>'),
    ],
)
def test_a_cell_of_money(amount: int | None, text: str) -> None:
    assert written("{% money amount %}", amount=amount) == text


def test_another_currency_is_named() -> None:
    assert ">NZ$1,234.50<" in written('{% money 123450 "NZD" %}')


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (4_249_000, "4.2 MB"), (9_949, "9.9 kB"),
        (9_950, "10 kB"), (22_400_118, "22 MB"), (999_999, "1,000 kB"), (5 * 10**12, "5.0 TB"), (None, "–"),
    ],
)  # fmt: skip
def test_sizes_as_people_read_them(given: int | None, text: str) -> None:
    assert written("{{ given|size }}", given=given) == text


def test_a_header_sorts_and_keeps_the_filters_but_not_the_page() -> None:
    html = written('{% th "Claimed" "claimed" num=True first="-" %}', "/?state=draft&page=4")  # terms: allow
    assert "?state=draft&amp;sort=-claimed" in html
    assert "page=4" not in html
    assert "aria-sort" not in html


def test_a_header_says_how_it_sorts_and_turns_round() -> None:
    down = written('{% th "Due" "due" %}', "/?sort=-due")
    assert 'aria-sort="descending"' in down
    assert 'href="?sort=due"' in down
    assert 'aria-sort="ascending"' in written('{% th "Due" "due" %}', "/?sort=due")


def test_a_component_has_slots_and_a_body_and_knows_nothing_else() -> None:
    html = written(
        '{% component "banner" tone="ok" %}<p>{{ text }}</p>'
        "{% if yes %}{% slot actions %}<a>{{ text }}</a>{% endslot %}{% endif %}{% endcomponent %}",
        text="Ready <now>",
        yes=True,
        title="The page's own title",
        summary="The page's own summary",
    )
    assert '<div class="actions"><a>Ready &lt;now&gt;</a></div>' in html
    assert "<p>Ready &lt;now&gt;</p>" in html
    assert "own" not in html


def test_components_nest() -> None:
    html = written(
        '{% component "section" title="A" id="a" %}{% component "empty" title="B" %}'
        "{% slot actions %}inner{% endslot %}{% endcomponent %}"
        "{% slot actions %}outer{% endslot %}{% endcomponent %}"
    )
    assert html.index("outer") < html.index("inner")
    assert html.count("inner") == html.count("outer") == 1


@pytest.mark.parametrize(
    "source",
    [
        "{% component %}{% endcomponent %}",
        '{% component "banner" ok %}{% endcomponent %}',
        "{% slot %}{% endslot %}",
    ],
)
def test_mistakes_are_found_when_the_template_is_read(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load ui %}" + source)


def test_a_slot_outside_of_a_component_is_a_mistake() -> None:
    with pytest.raises(TemplateSyntaxError, match="outside of a component"):
        Template("{% load ui %}{% slot actions %}x{% endslot %}").render(Context())


class Sample(forms.Form):
    due = forms.CharField(label="Due date", help_text="The last day.")
    agreed = forms.BooleanField(label="Agreed", required=False)
    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect, choices=[("a", "One"), ("b", "Two")])


def test_what_has_to_be_put_right_is_beside_the_field_and_on_top_with_a_link() -> None:
    form = Sample({"due": "", "kind": "a"})
    form.is_valid()
    form.errors.clear()
    form.add_error("due", "Type the last day, such as 25 Mar 2026.")
    field = written("{% field form.due %}", form=form)
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_due_help id_due_problem"' in field
    assert '<div id="id_due_problem">' in field
    assert '<label for="id_due">Due date</label>' in field
    summary = written("{% form_summary form %}", form=form)
    assert '<a href="#id_due">Type the last day, such as 25 Mar 2026.</a>' in summary
    assert "One thing needs your attention" in summary


def test_a_form_that_is_right_has_no_summary() -> None:
    assert written("{% form_summary form %}", form=Sample()).strip() == ""


def test_choices_are_a_group_with_a_name() -> None:
    html = written("{% field form.kind %}", form=Sample())
    assert "<legend>Kind</legend>" in html
    assert html.count('type="radio"') == 2
    assert "(optional)" in written("{% field form.due optional=True %}", form=Sample())


def test_counted_pages_keep_the_filters() -> None:
    page = Paginator(range(218), 14).get_page(3)
    html = written("{% pagination page %}", "/?state=draft&page=3", page=page)
    assert "29–42 of 218" in html
    assert 'href="?state=draft&amp;page=4" rel="next"' in html
    assert '<span class="here" aria-current="page">3</span>' in html


def test_keyset_pages_go_one_way_at_a_time() -> None:
    class Keyset:
        previous_key = ""
        next_key = "2026-03-14_9"
        text = "The latest 50"

    html = written("{% pagination page %}", page=Keyset())
    assert "The latest 50" in html
    assert 'href="?after=2026-03-14_9" rel="next"' in html
    assert 'rel="prev"' not in html


def test_the_theme_is_the_readers_choice_or_the_systems() -> None:
    request = RequestFactory().get("/")
    for cookie, theme in (("dark", "dark"), ("light", "light"), ('"><script>', ""), ("", "")):
        request.COOKIES["tallystick_theme"] = cookie
        assert Template("{% load ui %}{% theme %}").render(Context({"request": request})) == theme
    assert Template("{% load ui %}{% theme %}").render(Context()) == ""
