"""Text of the catalog that holds `${…}`: launch parameters, pseudo parameters, IAM's variables.

`${Name}` is a launch parameter, `${AWS::Region}` a pseudo parameter of CloudFormation, and
`${prefix:key}`, `${*}`, `${?}` and `${$}` are IAM's own: those reach the policy as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

PSEUDO = ("AWS::Partition", "AWS::Region", "AWS::AccountId", "AWS::URLSuffix")
"""The pseudo parameters that a policy may depend on; the others name a stack, not a place."""

_TOKEN = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_VARIABLE = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9+=,.@_/:-]+(?:\s*,\s*'[^']*')?")


class ExpressionError(ValueError):
    """The text cannot be read; `fragment` is the part that is wrong."""

    def __init__(self, message: str, fragment: str) -> None:
        super().__init__(message)
        self.fragment = fragment


@dataclass(frozen=True, slots=True)
class Text:
    """Literal characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A launch parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Pseudo:
    """A pseudo parameter of CloudFormation.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
    """

    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of IAM's, without its `${` and `}`.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """

    name: str


Token = Text | Parameter | Pseudo | Variable
Expression = tuple[Token, ...]


@cache
def parse(text: str) -> Expression:
    """Split a text into its tokens.

    Raises:
        ExpressionError: for a `${` that is not closed, an empty or a malformed name.
    """
    tokens: list[Token] = []
    end = 0
    for found in _TOKEN.finditer(text):
        _literal(text[end : found.start()], tokens)
        tokens.append(_token(found.group(1), found.group(0)))
        end = found.end()
    _literal(text[end:], tokens)
    return tuple(tokens)


def names(expression: Expression) -> tuple[str, ...]:
    """The launch parameters that an expression names, in order."""
    return tuple(token.name for token in expression if isinstance(token, Parameter))


def _literal(text: str, tokens: list[Token]) -> None:
    if "${" in text:
        fragment = text[text.index("${") :]
        raise ExpressionError(f"'{fragment}' is not closed", fragment)
    if text:
        tokens.append(Text(text))


def _token(name: str, written: str) -> Token:
    if name in {"*", "?", "$"} or (_VARIABLE.fullmatch(name) and "::" not in name):
        return Variable(name)
    if "::" in name:
        if name in PSEUDO:
            return Pseudo(name)
        message = f"{written} is no pseudo parameter that a policy may use; {', '.join(PSEUDO)} are"
        raise ExpressionError(message, written)
    if _NAME.fullmatch(name):
        return Parameter(name)
    message = f"{written} is neither a parameter, ${{Name}}, nor an IAM variable, ${{prefix:key}}"
    raise ExpressionError(message, written)
