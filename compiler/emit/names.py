"""Names in a template that must never change."""

ROLE = "Role"
"""The logical id of the role: another id would replace the role."""

TAG_PREFIX = "personac:"
"""How the tags begin that the compiler adds."""
