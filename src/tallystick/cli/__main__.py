"""``bin/tallystick VERB``: finds the verb and gives it the rest of the line. It imports nothing early."""

# terms: allow-file claim, claims

import importlib
import sys
from dataclasses import dataclass

USAGE = "Usage: tallystick VERB [ARGUMENTS]\n\n'tallystick VERB --help' explains one verb.\n"


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: ``function`` of ``module`` takes the rest of the line and returns the exit code."""

    name: str
    summary: str
    module: str
    function: str = "main"


VERBS: tuple[Verb, ...] = (
    Verb("serve", "Serve the pages and work through what people ask for.", "tallystick.cli.serve"),
    Verb("worker", "Only work through what people ask for, beside other hosts.", "tallystick.cli.worker"),
    Verb("check", "Say whether everything is in order, and what to do if not.", "tallystick.cli.check"),
    Verb("demo", "Load the sample project into an empty database.", "tallystick.cli.demo"),
    Verb(
        "compile-backup", "Make one PDF of claims and all of their papers.", "tallystick.cli.compile_backup"
    ),
    Verb(
        "verify-backup", "Prove what a compiled backup held when it was made.", "tallystick.cli.verify_backup"
    ),
    Verb("verify-signed", "Prove that a document is what was signed here.", "tallystick.cli.verify_signed"),
    Verb("attach", "Attach files to a claim, a contract or a company.", "tallystick.cli.attach"),
    Verb(
        "receive-mail", "Take in reports of mail that could not be delivered.", "tallystick.cli.receive_mail"
    ),
    Verb(
        "reset-second-step",
        "Take the second step of signing in away from somebody who lost it.",
        "tallystick.cli.reset_second_step",
    ),
    Verb("pdf", "merge, inspect or ingest PDF files, without a database.", "tallystick.cli.pdf"),
    Verb("bench", "Print every performance figure beside its yardstick.", "tallystick.cli.bench"),
)


def main(argv: list[str]) -> int:
    """Run one verb; the exit code. Problems that a person can solve become one sentence and exit code 1."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        sys.stdout.write(_help())
        return 0
    name, rest = argv[0], argv[1:]
    verb = next((verb for verb in VERBS if verb.name == name), None)
    try:
        if verb is None:
            return _django(name, rest)
        function = getattr(importlib.import_module(verb.module), verb.function)
        return int(function(rest) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone, as with 'tallystick … | head'.
        return 141
    except Exception as problem:
        sentence = _sentence(problem)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
        return 1


def _help() -> str:
    width = max(len(verb.name) for verb in VERBS)
    lines = [f"  {verb.name:<{width}}  {verb.summary}" for verb in VERBS]
    more = "\nEvery command of Django works too: migrate, shell, createsuperuser, dumpdata and so on.\n"
    return USAGE + "\n" + "\n".join(lines) + "\n" + more


def _django(name: str, rest: list[str]) -> int:
    from tallystick.cli.setup import use_django

    use_django()
    from django.core.management import ManagementUtility, get_commands

    if name not in get_commands():
        import difflib

        near = difflib.get_close_matches(name, [verb.name for verb in VERBS] + list(get_commands()), n=1)
        hint = f" Perhaps '{near[0]}' was meant." if near else ""
        sys.stderr.write(f"There is no verb '{name}'.{hint} 'tallystick --help' lists the verbs.\n")
        return 2
    ManagementUtility(["tallystick", name, *rest]).execute()
    return 0


def _sentence(problem: Exception) -> str | None:
    """The words for a problem that is no fault of the program; ``None`` for one that is."""
    from tallystick.config.environment import SettingProblem
    from tallystick.core.errors import TallystickProblem

    if isinstance(problem, SettingProblem | TallystickProblem):
        return str(problem)
    database = sys.modules.get("django.db.utils")
    if database is not None and isinstance(problem, database.OperationalError):
        return f"The database doesn't answer, or has not been made ready ('tallystick migrate'): {problem}".strip()
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
