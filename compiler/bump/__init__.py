"""Which version a change of a template needs: a major one, a minor one, or a patch.

Major is what a launch or a running role can lose, minor what they can gain, patch all else. What is
not known may be a loss: it is major, and says so.
"""

from compiler.bump.level import Level, least_version
from compiler.bump.reason import Reason
from compiler.bump.stamp import stated
from compiler.bump.verdict import (
    KIND,
    Bump,
    bump,
    bump_of_another_kind,
    bump_without_policies,
    undecided,
)

__all__ = [
    "KIND",
    "Bump",
    "Level",
    "Reason",
    "bump",
    "bump_of_another_kind",
    "bump_without_policies",
    "least_version",
    "stated",
    "undecided",
]
