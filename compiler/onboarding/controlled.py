"""What the controls of a persona hold its launches to: profiles, and defaults, keep to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.entitlement import Entitlement
    from compiler.expression import Expression
    from compiler.gate import Gate

SUBNETS, SECURITY_GROUPS = "sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds"
VOLUME_KEY, OUTPUT_KEY = "sagemaker:VolumeKmsKeyArn", "sagemaker:OutputKmsKeyArn"
"""Condition keys whose values a profile, or a user's defaults, keep to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What controls hold a condition key to."""

    values: tuple[Expression, ...]
    when: Gate
    """The switches that it is held with."""


def held(statements: Iterable[Entitlement], key: str) -> Held | None:
    """What Deny statements hold a condition key to; None where they leave it free."""
    for each in statements:
        for operator, keys in each.conditions if each.effect == "Deny" else ():
            for name, values in keys:
                if operator != "Null" and name.lower() == key.lower():
                    return Held(values=values, when=each.gate)
    return None
