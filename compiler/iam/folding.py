"""Characters that are the same where case is ignored, as Python's `str.casefold` has it.

A few fold to several: `ß` to `ss`. So a word may be like a longer one.
https://www.unicode.org/Public/UCD/latest/ucd/CaseFolding.txt
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_CASED = range(0x20000)
"""Characters that may have a case: those of the first two planes."""


def alike(folded: str) -> frozenset[str]:
    """The characters, one each, that fold to a text."""
    found = _folds().get(folded, frozenset())
    return found | {folded} if len(folded) == 1 and folded.casefold() == folded else found


@cache
def expanding() -> Mapping[str, frozenset[str]]:
    """Texts of several characters that a single one folds to, and those that do."""
    return {folded: found for folded, found in _folds().items() if len(folded) > 1}


@cache
def _folds() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for number in _CASED:
        character = chr(number)
        folded = character.casefold()
        if folded != character:
            found.setdefault(folded, set()).add(character)
    return {folded: frozenset(several) for folded, several in found.items()}
