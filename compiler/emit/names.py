"""Names in a template that must never change."""

ROLE = "Role"
"""The logical id of the role: another id would replace the role."""

BOUNDARY = "Boundary"
"""The logical id of the permissions boundary, which cannot be replaced while roles have it."""

TAG_PREFIX = "personac:"
"""How the tags begin that the compiler adds."""
