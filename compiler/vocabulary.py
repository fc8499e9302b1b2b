"""What the values of catalog files may be: texts, names and lists, of which models are made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from compiler.decode import Many, OneOrMany, Text


def _reserved(key: str) -> str | None:
    """Say of a tag that it is AWS's: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html."""
    for prefix, owner in (("aws:", "to AWS"), ("personac:", "to the compiler")):
        if key.lower().startswith(prefix):
            return f"tag keys that begin with '{prefix}' belong {owner}"
    return None


def _no_day(text: str) -> str | None:
    """Say of what looks like a date that no calendar has it."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return f"there is no day {text}"
    return None


Texts = Annotated[tuple[str, ...], OneOrMany(), Many(least=1)]
Names = Annotated[tuple[str, ...], Many(least=1)]
Title = Annotated[str, Text(least=1, most=100)]
# What IAM takes as the description of a role.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
Prose = Annotated[str, Text(least=1, most=1_000, pattern=r"^[\t\n\r\x20-\x7E\u00A1-\u00FF]*$")]
Sid = Annotated[str, Text(pattern=r"^[A-Z][A-Za-z0-9]{0,63}$")]
RolePath = Annotated[str, Text(pattern=r"^/([A-Za-z0-9._-]+/)+$", least=3, most=128)]
Semver = Annotated[
    str, Text(most=32, pattern=r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$")
]
Tags = Mapping[
    Annotated[str, Text(least=1, most=128, pattern=r"^[\w .:/=+@-]+$", refuse=_reserved)],
    Annotated[str, Text(most=256, pattern=r"^[\w .:/=+@-]*$")],
]
Day = Annotated[
    str, Text(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", refuse=_no_day)
]
"""A date as `2027-03-31`; a text, as every date in a catalog is."""

Sources = tuple[Annotated[str, Text(pattern=r"^https://\S+$")], ...]
Conditions = Mapping[str, Annotated[Mapping[str, Texts], Many(least=1)]]
"""Operator to condition key to the values that it is compared with."""

Storage = Literal["managed", "inline", "both"]
"""Where the policies of a role stand. `both` fills managed policies as far as the quota of
attachments goes, and puts what is left into the role itself."""

ManagedPolicies = tuple[Annotated[str, Text(pattern=r"^([a-z-]+/)?[A-Za-z0-9_-]{1,128}$")], ...]
"""AWS managed policies, by path and name."""

Governance = Literal["required", "optional", "off"]
Kind = Literal["role", "domain", "access"]
Lifecycle = Literal["active", "deprecated", "retired", "removed"]
"""What may be done with a version: launched; only updated to, where it is launched already;
neither; or nothing, for it is deleted where no launch can need it."""
