"""What profiles found where an aim is missed, and what would come next: by hand, shown while it is missed."""

FINDINGS: dict[str, str] = {}
