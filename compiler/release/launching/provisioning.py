"""Launch, update and terminate: each request is made so that making it again changes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from compiler.release.aws import AwsError
from compiler.release.launching.choice import ChoiceError
from compiler.release.launching.provisioned import exists

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.release.aws import Aws
    from compiler.release.launching.launch import Ready
    from compiler.release.launching.termination import Ending

Record = dict[str, Any]
"""A RecordDetail.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_RecordDetail.html"""

_ENDED = ("SUCCEEDED", "FAILED")
_DUPLICATE = "DuplicateResourceException"
_TAKEN = re.compile(r"already exists")
_MOST_FORMER = 20
"""Former launches of one name, product, version and values that are remembered by their tokens."""


def begin(aws: Aws, ready: Ready) -> Record:
    """Begin a launch or an update, or find the one that has begun already.

    Raises:
        ChoiceError: where the name is taken by what the caller may not see.
        AwsError: where AWS refuses, or cannot be reached.
    """
    if ready.is_begun and ready.standing:
        return _record(aws, ready.standing.last_record)
    return _launch(aws, ready) if ready.operation == "launch" else _update(aws, ready)


def end(aws: Aws, ending: Ending) -> Record:
    """Begin a termination, or find the one that has begun already.

    Raises:
        AwsError: where AWS refuses, or cannot be reached.
    """
    if ending.record or ending.standing is None:
        return _record(aws, ending.record)
    answer = aws.call(
        "servicecatalog", "TerminateProvisionedProduct",
        ProvisionedProductId=ending.standing.id, TerminateToken=ending.token,
    )  # fmt: skip
    record: Record = answer["RecordDetail"]
    return record


def _record(aws: Aws, id_: str) -> Record:
    record: Record = aws.call("servicecatalog", "DescribeRecord", Id=id_)["RecordDetail"]
    return record


def _launch(aws: Aws, ready: Ready) -> Record:
    token = ready.token
    for _ in range(_MOST_FORMER):
        # AWS may answer a token that it knows as it did at first: how it ended is asked for.
        record = _record(aws, _provision(aws, ready, token)["RecordId"])
        if record["Status"] not in _ENDED or exists(aws, record["ProvisionedProductId"]):
            return record
        # What this token made was terminated since. The next token is made from its record, so
        # that a rerun comes by the same way.
        token = f"{ready.token}-{record['RecordId']}"
    return _provision(aws, ready, f"{ready.token}-{uuid4().hex}")


def _provision(aws: Aws, ready: Ready, token: str) -> Record:
    try:
        answer = aws.call(
            "servicecatalog",
            "ProvisionProduct",
            ProductId=ready.offer.id,
            ProvisioningArtifactId=ready.version.id,
            PathId=ready.path.id,
            ProvisionedProductName=ready.name,
            ProvisioningParameters=_keyed(ready.values),
            Tags=_keyed(ready.tags) or None,
            ProvisionToken=token,
        )
    except AwsError as error:
        if error.code != _DUPLICATE and not _TAKEN.search(str(error)):
            raise
        message = f"somebody has launched a product as '{ready.name}' in account {ready.account}"
        raise ChoiceError(message, "choose another name by --name") from error
    record: Record = answer["RecordDetail"]
    return record


def _update(aws: Aws, ready: Ready) -> Record:
    if ready.standing is None:
        raise ValueError("an update is of what stands")
    kept = [{"Key": each, "UsePreviousValue": True} for each in ready.kept]
    answer = aws.call(
        "servicecatalog",
        "UpdateProvisionedProduct",
        ProvisionedProductId=ready.standing.id,
        ProductId=ready.offer.id,
        ProvisioningArtifactId=ready.version.id,
        PathId=ready.path.id,
        ProvisioningParameters=[*_keyed(ready.values), *kept],
        Tags=_keyed(ready.tags) or None,
        UpdateToken=ready.token,
    )
    record: Record = answer["RecordDetail"]
    return record


def _keyed(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(values.items())]
