"""Names in a template that must never change."""

ROLE = "Role"
"""The logical id of the role: another id would replace the role."""

BOUNDARY = "Boundary"
"""The logical id of the permissions boundary, which cannot be replaced while roles have it."""

TAG_PREFIX = "personac:"
"""How the tags begin that the compiler adds."""

USER_PROFILE = "UserProfile"
"""The logical id of the Studio user profile: another id would lose the user's home directory."""

DOMAIN = "Domain"
"""The logical id of the Studio domain."""

POLICY = "Policy1"
"""The logical id of the one policy of people's access, as of any first policy."""

PERMISSION_SET = "PermissionSet"
"""The logical id of the permission set of people's access."""
