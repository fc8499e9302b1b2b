"""Where a launch takes place, as the command line says it."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from compiler.render import Launch

NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,9}){1,2}-[0-9]{1,2}")


def account(text: str) -> str:
    """The id of an account.

    Raises:
        ArgumentTypeError: where it is none.
    """
    if not _ACCOUNT.fullmatch(text):
        message = f"'{text}' is no account; an account's id is 12 digits"
        raise ArgumentTypeError(message)
    return text


def region(text: str) -> str:
    """The name of a Region, known or not: AWS adds some every year.

    Raises:
        ArgumentTypeError: where it is none.
    """
    if not _REGION.fullmatch(text):
        message = f"'{text}' is no Region; a Region's name is like eu-west-1"
        raise ArgumentTypeError(message)
    return text


def partition(text: str) -> str:
    """One of AWS's partitions.

    Raises:
        ArgumentTypeError: where it is none.
    """
    from compiler.render import PARTITIONS

    if text not in PARTITIONS:
        message = f"'{text}' is no partition; there are {', '.join(PARTITIONS)}"
        raise ArgumentTypeError(message)
    return text


def launch(options: Namespace, parameters: Mapping[str, str] = NO_PARAMETERS) -> Launch:
    """A launch in the place that is said; the partition is the Region's where none is named."""
    from compiler.render import Launch, partition_of

    return Launch(
        parameters=parameters,
        partition=options.partition or partition_of(options.region),
        region=options.region,
        account=options.account,
    )
