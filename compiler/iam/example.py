"""Values that read well: they are tried before a shortest one is searched for."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from compiler.iam.text import Literal, Wildcard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.iam.finding import Universe
    from compiler.iam.text import Text

PLACEHOLDER = re.compile(r"\$\{([^}]*)\}|<[^>]*>")
"""What stands for a part of a name in the ARN formats of the Service Authorization Reference."""

WORD = "example"

_TEXTS = 6
"""Texts of a policy that are made into examples, for one value."""

_SEGMENTS = 5
_BY_KEY = {
    "aws:requestedregion": ("{region}", "us-east-1"),
    "aws:resourceaccount": ("{account}", "444455556666"),
    "aws:sourceaccount": ("{account}", "444455556666"),
    "aws:sourceip": ("203.0.113.7", "10.0.0.7"),
    "aws:sourcevpc": ("vpc-0a1b2c3d4e5f60718",),
    "aws:sourcevpce": ("vpce-0a1b2c3d4e5f60718",),
    "iam:passedtoservice": ("example.amazonaws.com",),
    "sagemaker:instancetypes": ("ml.m5.large",),
    "sagemaker:vpcsecuritygroupids": ("sg-0a1b2c3d4e5f60718",),
    "sagemaker:vpcsubnets": ("subnet-0a1b2c3d4e5f60718",),
}
_KMS_KEYS = ("kmskeyarn", "kmskeyid", "kmskey")


def resources(form: str, texts: Iterable[Text], universe: Universe) -> Iterator[str]:
    """Resources that may be of an ARN format and match a text.

    Args:
        form: the format.
        texts: of a policy, without variables.
        universe: the partition, the Region and the account that are preferred.
    """
    place = {
        "Partition": universe.partition,
        "Region": universe.region,
        "Account": universe.account,
        "Region?": "",
        "Account?": "",
    }

    def named(found: re.Match[str]) -> str:
        return place.get(found.group(1) or "", WORD)

    plain = PLACEHOLDER.sub(named, form)
    yield plain
    parts = plain.split(":", _SEGMENTS)
    for text in islice(texts, _TEXTS):
        made = filled(text)
        given = made.split(":", _SEGMENTS)
        if len(given) == len(parts):
            # Where the text leaves a part open, the part is the format's.
            yield ":".join(
                mine if theirs == WORD or not theirs else theirs
                for mine, theirs in zip(parts, given, strict=True)
            )
        yield made
        # Where `*` crosses segments, a name may have all of what a text asks for in it.
        yield f"{plain}:{given[-1]}"


def values(key: str, texts: Iterable[Text], universe: Universe, *, arn: bool) -> Iterator[str]:
    """Values that a key may have.

    Args:
        key: in lower case.
        texts: that it may be compared with, without variables.
        universe: the partition, the Region and the account that are preferred.
        arn: whether its values are ARNs.
    """
    where = f"{universe.region}:{universe.account}"
    yield from (each.format(region=universe.region, account=universe.account)
                for each in _BY_KEY.get(key, ()))  # fmt: skip
    if key.endswith(_KMS_KEYS):
        yield f"arn:{universe.partition}:kms:{where}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    yield from map(filled, islice(texts, _TEXTS))
    service = key.partition(":")[0]
    if arn:
        yield f"arn:{universe.partition}:{service}:{where}:{WORD}"
    else:
        yield WORD


def filled(text: Text) -> str:
    """A text with a word for its wildcards."""
    made = ""
    for token in text:
        if isinstance(token, Literal):
            made += token.text
        elif isinstance(token, Wildcard):
            joined = "-" if made[-1:].isalnum() else ""
            made += joined + WORD if token.many else "x"
    return made
