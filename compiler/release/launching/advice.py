"""What to do about a launch that failed, by what AWS says of it."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.release.launching.launch import Operation

_LAUNCH_ROLE = "output/account/launch-role.template.json"
_KNOWN = (
    (
        r"not authorized to perform|AccessDenied|UnauthorizedOperation",
        f"the launch role lacks a permission: the platform team deploys {_LAUNCH_ROLE} anew",
    ),
    (
        r"already exists|AlreadyExists|ResourceInUse",
        "something of that name exists: choose other names by --set, or remove what is in the way",
    ),
    (
        r"LimitExceeded|quota|Cannot exceed",
        "a quota of the account is full: the platform team removes what nobody uses",
    ),
    (
        r"associated (app|space)|apps? .*(exist|running)|has spaces?|InUse",
        "delete the apps and spaces of the user in Studio, then run the command again",
    ),
    (
        r"assume role|AssumeRole|is invalid or cannot be assumed",
        f"the launch role is missing, or trusts others: the platform team deploys {_LAUNCH_ROLE}",
    ),
)  # fmt: skip


def advice(
    operation: Operation, reasons: Iterable[Mapping[str, Any]], product: str, name: str
) -> list[str]:
    """What to do, the first thing first.

    Args:
        operation: what failed.
        reasons: each with what AWS says as `reason`.
        product: as it is typed.
        name: that of the launch.
    """
    said = " ".join(str(each["reason"]) for each in reasons)
    known = next((what for form, what in _KNOWN if re.search(form, said, re.IGNORECASE)), None)
    first = [known or "mend what the reason names"]
    launch = f"personac launch {shlex.quote(product)} --name {shlex.quote(name)}"
    then = {
        "launch": f"then clear the failed launch away by '{launch} --terminate', and launch again",
        "update": f"what was launched stands as before; then run '{launch} --update' again",
        "terminate": f"then run '{launch} --terminate' again",
    }
    return [*first, then[operation]]
