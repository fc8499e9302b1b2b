"""AWS managed policies, and the copies of them that a catalog keeps.

A kept copy never changes with the account or with AWS: `aws_managed/NAME/VERSION.json`, as it was
on the day that it was kept. Older versions may stand beside the newest, for comparison. A document
that AWS published, but never made a version of its policy, is called by its day.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER = "aws_managed"
"""Where a catalog keeps them."""

PATHS = ("", "service-role/", "aws-service-role/", "job-function/", "root-task/")
"""The paths that AWS gives its policies. A name stands on one of them alone."""

_PLAIN = re.compile(r"[A-Za-z0-9+=,@_-][A-Za-z0-9+=,.@_-]{0,127}")
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html"""

_VERSION = re.compile(r"v(?P<number>[1-9][0-9]*)|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ARN = re.compile(r"arn:[a-z-]+:iam::aws:policy/(?P<name>[A-Za-z0-9+=,.@_/-]+)")


class ManagedPolicyError(ValueError):
    """A kept copy that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPolicy:
    """One version of an AWS managed policy."""

    name: str
    """Without its path."""

    arn: str
    version: str
    """As AWS counts them: v1, v2, …; a day, where the document is none of AWS's versions."""

    source: str
    """Who said so, for people: a kept copy, an account, moto."""

    date: str
    """When AWS published the version, or changed the policy last: a day, or empty where unknown."""

    document: Mapping[str, Any]


def plain_name(name: str) -> str:
    """A name without its path: `service-role/X` is called X."""
    return name.rpartition("/")[2]


def attached_name(arn: str) -> str | None:
    """The path and name of an AWS managed policy by its ARN, or None where it is none of AWS's."""
    found = _ARN.fullmatch(arn)
    return found["name"] if found else None


def is_at(policy: ManagedPolicy, name: str) -> bool:
    """Whether a policy stands where a name says: a name without a path may stand on any."""
    return "/" not in name or policy.arn.endswith(f":policy/{name}")


def kept_names(catalog: Path) -> tuple[str, ...]:
    """The names of the policies that a catalog keeps."""
    folder = catalog / FOLDER
    return tuple(sorted(each.name for each in folder.iterdir())) if folder.is_dir() else ()


def kept_versions(catalog: Path, name: str) -> tuple[str, ...]:
    """The versions that a catalog keeps of a policy, the newest first.

    Documents that were no version of AWS's come last.

    Args:
        catalog: its folder.
        name: with or without a path.
    """
    if not _PLAIN.fullmatch(plain_name(name)):
        return ()
    files = (catalog / FOLDER / plain_name(name)).glob("*.json")
    found = [match for each in files if (match := _VERSION.fullmatch(each.stem))]
    found.sort(key=lambda each: (int(each["number"] or 0), each[0]), reverse=True)
    return tuple(each[0] for each in found)


def kept(catalog: Path, name: str, version: str = "") -> ManagedPolicy | None:
    """What a catalog keeps of a policy: one version, or the newest.

    Args:
        catalog: its folder.
        name: with or without a path.
        version: as the file is called; the newest where it is empty.

    Raises:
        ManagedPolicyError: where the copy is not of the form that `kept_form` gives.
        OSError: where it cannot be read.
    """
    versions = kept_versions(catalog, name)
    # A role never has a document that was no version: it is found by its day alone.
    wanted = version or next((each for each in versions if each.startswith("v")), "")
    if wanted not in versions:
        return None
    file = catalog / FOLDER / plain_name(name) / f"{wanted}.json"
    try:
        body = json.loads(file.read_bytes())
        policy = ManagedPolicy(**body)
    except (ValueError, RecursionError) as error:
        raise ManagedPolicyError(f"'{file}' is no kept copy of a policy: {error}") from error
    except TypeError as error:
        known = ", ".join(each.name for each in fields(ManagedPolicy))
        message = f"'{file}' is no kept copy of a policy: such a copy is an object of {known}"
        raise ManagedPolicyError(message) from error
    return policy


def kept_form(policy: ManagedPolicy) -> bytes:
    """A policy as a file of a catalog: sorted keys, one newline at the end."""
    return (json.dumps(asdict(policy), indent=2, sort_keys=True) + "\n").encode()
