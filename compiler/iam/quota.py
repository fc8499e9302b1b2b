"""What IAM and CloudFormation allow at most, and how they count.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
import re
from typing import Any

VERSION = "2012-10-17"
"""The version of the policy language.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""

MANAGED_POLICY = 6_144
"""Characters of a managed policy, white space not counted."""

INLINE_POLICIES = 10_240
"""Characters of all inline policies of a role together, white space not counted."""

TRUST_POLICY = 2_048
"""Characters of a role's trust policy; raisable to 4,096."""

ATTACHED_POLICIES = 10
"""Managed policies attached to a role, AWS managed ones included; raisable to 25."""

TAGS = 50
"""Tags of a role."""

PARAMETER_VALUE = 4_096
"""Bytes of a launch parameter's value.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

LETTERS = frozenset("\t\n\r") | {chr(code) for code in range(0x20, 0x100)}
"""The characters that a policy may hold.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html"""

_WHITE = re.compile(r"\s")


def characters(document: Any) -> int:
    """Count a policy document, or a part of one, as IAM does: as JSON without white space."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return len(_WHITE.sub("", text))
