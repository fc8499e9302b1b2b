"""What the last publish left behind, kept in the artifact bucket: what differs now is drift."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.artifact import canonical
from compiler.hub import RECEIPTS
from compiler.release.facts import facts

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.release.bucket import Bucket
    from compiler.release.changes import Change
    from compiler.release.facts import Facts
    from compiler.release.publish import Published
    from compiler.release.state import State

SCHEMA = "personac.receipt/1"


def receipt(published: Published, state: State, output: str, at: datetime) -> dict[str, Any]:
    """What a publish did, as JSON.

    Args:
        published: what came of the plan.
        state: what was there before.
        output: the digest of the files that it was planned for.
        at: when, in UTC.
    """
    return {
        "schema": SCHEMA,
        "region": published.region,
        "account": state.account,
        "output": output,
        "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "complete": published.is_whole,
        "done": [each.text for each in published.done],
        "failed": [{"text": each.text, "reason": why} for each, why in published.failed],
        "skipped": [{"text": each.text, "reason": why} for each, why in published.skipped],
        "products": published.products,
        "versions": {f"{p}@{v}": id_ for (p, v), id_ in sorted(published.versions.items())},
        "facts": dict(sorted(after(facts(state), published.done).items())),
    }


def after(before: Facts, changes: tuple[Change, ...]) -> Facts:
    """The facts once changes are made."""
    now = dict(before)
    for change in changes:
        for name, values in change.effects().items():
            if (value := values[-1]) is None:
                now.pop(name, None)
            else:
                now[name] = value
    return now


def keep(bucket: Bucket, body: dict[str, Any]) -> str:
    """Write a receipt into the bucket.

    Returns:
        Its key.

    Raises:
        AwsError: where AWS refuses.
    """
    moment = body["at"].replace("-", "").replace(":", "")
    key = f"{RECEIPTS}{body['region']}/{moment}-{body['output'][:12]}.json"
    bucket.put(key, canonical(body))
    return key


def last_published(bucket: Bucket, region: str) -> Facts | None:
    """The facts that the last publish to a Region left behind; None where there was none.

    Raises:
        AwsError: where AWS refuses.
    """
    key = None
    for each in bucket.list(f"{RECEIPTS}{region}/"):
        key = each.key
    if key is None:
        return None
    try:
        body = json.loads(bucket.get(key))
        return {str(name): str(value) for name, value in body["facts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # It is none of ours: what others changed is then not told apart.
        return None
