"""Identifiers as AWS makes them: a word for the kind, and 13 lower-case letters and digits.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProductViewSummary.html
"""

from __future__ import annotations

from typing import Literal

from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

Kind = Literal["prod", "port", "pa", "cons", "tag", "pp", "rec", "share", "lpv2"]

CHARACTERS = 13
"""How many follow the word."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
"""Base 32, as in the identifiers of AWS's examples."""


def new(kind: Kind) -> str:
    """An identifier that no other thing has."""
    return f"{kind}-{''.join(mock_random.choice(_ALPHABET) for _ in range(CHARACTERS))}"


def arn(region: str, account: str, kind: Literal["product", "portfolio"], identifier: str) -> str:
    """The ARN of a product or a portfolio: its service is ``catalog``.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsservicecatalog.html
    """
    return f"arn:{get_partition(region)}:catalog:{region}:{account}:{kind}/{identifier}"
