"""Tags of portfolios and products.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_Tag.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.service_catalog import quotas
from compiler.sandbox.service_catalog.errors import InvalidParametersException

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Tags = list[dict[str, str]]


def tag_list(tags: Mapping[str, str]) -> Tags:
    """Tags as the API shows them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tagged(
    tags: Mapping[str, str], add: Sequence[Mapping[str, str]] | None, remove: Iterable[str] | None
) -> dict[str, str]:
    """What tags become when some are removed, and then some added.

    :raises InvalidParametersException: if a key is AWS's or is given twice, or if they are too
        many: UpdateProduct has no other error for that.
    """
    added = {tag["Key"]: tag["Value"] for tag in add or ()}
    if len(added) < len(add or ()):
        raise InvalidParametersException("Duplicate tag keys are not allowed.")
    if any(key.lower().startswith("aws:") for key in added):
        raise InvalidParametersException("Tag keys must not begin with aws:.")
    gone = set(remove or ())
    found = {key: value for key, value in tags.items() if key not in gone} | added
    if len(found) > quotas.TAGS:
        raise InvalidParametersException(f"A resource has at most {quotas.TAGS} tags.")
    return found
