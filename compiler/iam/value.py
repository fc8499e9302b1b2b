"""Values that keys are compared with: texts, numbers, dates, addresses, bytes, true and false.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network

from compiler.iam.text import Text

Value = Text | Decimal | datetime | bool | bytes | IPv4Network | IPv6Network
"""What a key is compared with: a text under String and Arn operators, otherwise of their type."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NETWORK = re.compile(r"[^/]+(/[0-9]+)?")


def value(family: str, said: str) -> Value:
    """A value of a type that is not text.

    Args:
        family: Bool, Null, Numeric, Date, Binary or IpAddress.
        said: as a policy or a request has it.

    Raises:
        ValueError: where it is none of that type.
    """
    match family:
        case "Bool" | "Null":
            if said.lower() not in ("true", "false"):
                raise ValueError(f"'{said}' is neither true nor false")
            return said.lower() == "true"
        case "Numeric":
            return _number(said)
        case "Date":
            return _date(said)
        case "Binary":
            try:
                return base64.b64decode(said, validate=True)
            except ValueError as error:
                raise ValueError(f"'{said}' is not in base 64") from error
        case "IpAddress":
            message = f"'{said}' is no IP address and no network"
            if not _NETWORK.fullmatch(said):
                raise ValueError(message)  # a netmask, which ip_network takes too
            try:
                return ip_network(said, strict=False)
            except ValueError as error:
                raise ValueError(message) from error
        case _:
            raise ValueError(f"{family} is no type of values")


def _number(said: str) -> Decimal:
    # Decimal takes spaces, underscores, other digits and infinity too.
    if not _NUMBER.fullmatch(said):
        raise ValueError(f"'{said}' is no number")
    return Decimal(said)


def _date(said: str) -> datetime:
    """A date as https://www.w3.org/TR/NOTE-datetime has it, or seconds since 1970."""
    try:
        if said.isdecimal():
            return datetime.fromtimestamp(int(said), UTC)
        date = datetime.fromisoformat(said)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"'{said}' is no date") from error
    if date.tzinfo is None:
        if not _DATE.fullmatch(said):
            raise ValueError(f"'{said}' has no time zone")
        date = date.replace(tzinfo=UTC)
    return date
