"""The state of the sandbox in a file: saved whole or not at all, and so loaded.

One line says what the file is, and the next holds the state. What moto keeps changes from version
to version, and nothing tells how: a file is for the versions that wrote it.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import moto
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.iam.models import AWSManagedPolicy

from compiler import __version__
from compiler.sandbox import StateError
from compiler.sandbox.graph import GraphError, Reader, Writer
from compiler.sandbox.iam.models import aws_policies

__all__ = ["load", "save"]

SCHEMA = "personac/sandbox-state/1"

_ASIDE = ("bucket_accounts", "master_accounts")
"""What moto keeps beside the accounts: whose a bucket is, and who manages whom."""


def save(path: Path) -> None:
    """Write the state of all backends.

    :raises StateError: if it cannot be saved; then a file that was there is as it was.
    """
    writer = Writer(_name)
    try:
        root = writer.write({each.service_name: _kept(each) for each in _backends()})
    except GraphError as error:
        raise StateError(f"the state cannot be saved: {error}") from error
    payload = json.dumps({"root": root, "rows": writer.rows}, separators=(",", ":")).encode()
    header = json.dumps({**_header(), "sha256": hashlib.sha256(payload).hexdigest()})
    try:
        _replace(path, header.encode() + b"\n" + payload + b"\n")
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}") from error


def load(path: Path) -> None:
    """Put a saved state in the place of the present one.

    :raises StateError: if the file is not one of this version's, or is damaged; then nothing is
        changed.
    """
    payload = _payload(path)
    try:
        finder = _Finder()
        read = Reader(payload["rows"], finder.find).read(payload["root"])
        coming = [(_backend(service), kept) for service, kept in read.items()]
    except (GraphError, KeyError, TypeError, AttributeError) as error:
        raise StateError(f"{path} holds no state of this sandbox: {error}") from error
    for backend in _backends():
        backend.clear()
        for name in _ASIDE:
            getattr(backend, name, {}).clear()
    for policy, count in finder.attachments:
        policy.attachment_count = count
    for backend, kept in coming:
        for account_id, regions in kept["accounts"].items():
            dict.update(backend[account_id], regions)
        for name, held in kept["aside"].items():
            getattr(backend, name).update(held)


def _payload(path: Path) -> Any:
    try:
        header, _, payload = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise StateError(f"{path} cannot be read: {error.strerror}") from error
    try:
        said = json.loads(header)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not str(said.get("schema")).startswith("personac/sandbox"):
        raise StateError(f"{path} is no state of a sandbox")
    for name, mine in _header().items():
        if said.get(name) != mine:
            raise StateError(f"{path} was saved with {name} {said.get(name)}; this is {mine}")
    payload = payload.removesuffix(b"\n")
    if said.get("sha256") != hashlib.sha256(payload).hexdigest():
        raise StateError(f"{path} is damaged")
    return json.loads(payload)


def _header() -> dict[str, str]:
    return {"schema": SCHEMA, "personac": __version__, "moto": moto.__version__}


def _backends() -> list[BackendDict[Any]]:
    """The services that are in use."""
    return list(BackendDict._instances)  # type: ignore[misc]  # noqa: SLF001 - moto's only list


def _backend(service: str) -> BackendDict[Any]:
    """The backends of a service.

    :raises GraphError: if moto has no such service.
    """
    try:
        found = get_backend(service)  # type: ignore[call-overload]  # any service
    except (ImportError, KeyError, AttributeError) as error:
        raise GraphError(f"moto has no service {service}") from error
    if not isinstance(found, BackendDict):
        raise GraphError(f"moto has no service {service}")
    return found


def _kept(backend: BackendDict[Any]) -> dict[str, Any]:
    return {
        # Which Regions there are and which class serves them is the installation's to say.
        "accounts": {account: dict(regions) for account, regions in backend.items()},
        "aside": {name: getattr(backend, name) for name in _ASIDE if hasattr(backend, name)},
    }


def _name(value: Any) -> list[Any] | None:
    """What is not saved but found again: backends, and the policies that AWS gives everyone."""
    if isinstance(value, BackendDict):
        return ["backends", value.service_name]
    if isinstance(value, AWSManagedPolicy):
        return ["policy", value.account_id, value.arn, value.attachment_count]
    if isinstance(value, RSAPrivateKey | EllipticCurvePrivateKey):
        # KMS has one in each key.
        pem = value.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return ["private-key", pem.decode()]
    return None


class _Finder:
    """Finds what was named, for one file."""

    def __init__(self) -> None:
        self.attachments: list[tuple[AWSManagedPolicy, int]] = []
        """How often each policy of AWS's is attached: to be set when all is read."""
        self._policies: dict[tuple[str, str], dict[str, Any]] = {}

    def find(self, name: Any) -> Any:
        """What a name stands for.

        :raises GraphError: if it stands for nothing.
        """
        match name:
            case ["backends", str(service)]:
                return _backend(service)
            case ["policy", str(account), str(arn), int(count)]:
                return self._policy(account, arn, count)
            case ["private-key", str(pem)]:
                return load_pem_private_key(pem.encode(), None)
            case _:
                raise GraphError(f"{name} names nothing")

    def _policy(self, account: str, arn: str, count: int) -> AWSManagedPolicy:
        partition = arn.split(":")[1]
        if (account, partition) not in self._policies:
            every = aws_policies(account, partition)
            self._policies[account, partition] = {policy.arn: policy for policy in every}
        found = self._policies[account, partition].get(arn)
        if not isinstance(found, AWSManagedPolicy):
            raise GraphError(f"there is no policy {arn}")
        self.attachments.append((found, count))
        return found


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)  # noqa: PTH105 - of a name
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
