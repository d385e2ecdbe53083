"""What a project chose for its checks before submission, and changing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tallystick.access.actor import Actor
from tallystick.access.administration import change_project
from tallystick.claims.checks import Check, Rule, all_checks, project_rule
from tallystick.core.errors import BadInput
from tallystick.directory.models import Project
from tallystick.terms.context import text

MOST_PAPERS = 20
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class CheckSetting:
    """A check with what the project chose. ``decided`` ones follow another setting."""

    key: str
    title: str
    help: str
    rule: Rule
    default: Rule
    decided: bool


def check_settings(project: Project) -> list[CheckSetting]:
    """Every check in its order, in the words in force."""
    return [
        CheckSetting(
            one.key,
            text(one.title),
            text(one.help),
            project_rule(one, project),
            one.default,
            one.decided is not None,
        )
        for one in all_checks()
    ]


def set_checks(
    actor: Actor,
    project: Project,
    *,
    rules: Mapping[str, str],
    largest_jump_bp: int | None = None,
    required_papers: Sequence[str] | None = None,
) -> Project:
    """Choose what the named checks do; what is not named stays as it is. Raises ``BadInput``."""
    known = {one.key: one for one in all_checks() if one.decided is None}
    unknown = set(rules) - set(known)
    if unknown:
        raise ValueError(f"no such check: {', '.join(sorted(unknown))}")
    wrong = [key for key, rule in rules.items() if rule not in set(Rule)]
    if wrong:
        raise BadInput(
            "Choose one of those offered.", {f"check:{key}": "Choose one of those offered." for key in wrong}
        )
    values: dict[str, Any] = {}
    if rules:
        chosen = {**project.check_rules, **{key: str(Rule(rule)) for key, rule in rules.items()}}
        values["check_rules"] = {
            key: rule for key, rule in chosen.items() if key not in known or _differs(known[key], rule)
        }
    if largest_jump_bp is not None:
        if not 0 < largest_jump_bp <= 10_000:
            raise BadInput(
                "The largest step lies above 0 % and up to 100 %.",
                {"largest_jump_bp": "Type more than 0 and at most 100."},
            )
        values["largest_jump_bp"] = largest_jump_bp
    if required_papers is not None:
        values["required_papers"] = _papers(required_papers)
    return change_project(actor, project, **values)


def _differs(one: Check, rule: str) -> bool:
    return Rule(rule) is not one.default


def _papers(names: Sequence[str]) -> list[str]:
    """Names without blanks and repetitions, in their order."""
    papers: dict[str, str] = {}
    for name in names:
        clean = " ".join(name.split())
        if len(clean) > LONGEST_NAME:
            raise BadInput(
                f"“{clean[:40]} …” is longer than {LONGEST_NAME} characters. Shorten it.",
                {"required_papers": f"A name has at most {LONGEST_NAME} characters."},
            )
        if clean:
            papers.setdefault(clean.casefold(), clean)
    if len(papers) > MOST_PAPERS:
        raise BadInput(
            f"At most {MOST_PAPERS} papers can be required. Remove some.",
            {"required_papers": f"At most {MOST_PAPERS} papers."},
        )
    return list(papers.values())
