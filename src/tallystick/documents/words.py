"""Whose words a paper speaks: the project's, not those of whoever happened to print it (R-TERMS-1)."""

from tallystick.directory.models import Project
from tallystick.documents.papers.model import PaperSize
from tallystick.terms import Dictionary, PageSize, resolve


def dictionary_of(project: Project) -> Dictionary:
    """The dictionary for what several people will read: project before account, no person's own choice."""
    return resolve(
        account=project.account.point_of_view, project=project.point_of_view, locale=project.locale
    )


def paper_size(dictionary: Dictionary) -> PaperSize:
    """A4 or Letter, as the locale has it."""
    return "Letter" if dictionary.locale.page_size is PageSize.LETTER else "A4"
