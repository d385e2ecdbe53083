"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "attachment.added": "added {name}",
        "attachment.removed": "removed {name}",
        "attachment.restored": "restored {name}",
        "attachment.renamed": "renamed {before} to {name}",
        "attachment.answered": "said that {name} is the required paper {paper}",
        "attachment.answers_nothing": "said that {name} is not the required paper {paper}",
        "signed_version.stored": "stored the signed version {name}",
        "signed_version.withdrawn": "withdrew the signed version {name}",
        "backup.compiled": "compiled {subject}",
    }
)
