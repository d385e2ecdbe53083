"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "attachment.added": "added {name}",
        "attachment.removed": "removed {name}",
        "attachment.restored": "restored {name}",
        "attachment.renamed": "renamed {before} to {name}",
        "signed_version.stored": "stored the signed version {name}",
        "signed_version.withdrawn": "withdrew the signed version {name}",
        "backup.compiled": "compiled {subject}",
    }
)
