"""What SUBJECT on a command line names, and where AWS managed policies are looked up."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.artifact import template_path
from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import compiled, file_body, json_file, refuse_unknown, template_body
from compiler.diagnostic import suggest
from compiler.managed import (
    ManagedPolicy,
    ManagedPolicyError,
    is_at,
    kept,
    kept_names,
    kept_versions,
    plain_name,
)
from compiler.subject import Subject, SubjectError

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.build import Product
    from compiler.load import Loaded

AWS = "aws:"
"""Begins the name of an AWS managed policy."""

_KEPT_FROM = "the catalog's copy, kept from {}"

_NAMED = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
_FILES = {
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
    "AWS_CONFIG_FILE": "~/.aws/config",
}
"""How credentials are set up. An EC2 instance is not asked for its own: where there is none, the
question takes seconds.
https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"""


def subject(name: str, catalog: str, output: str) -> Subject:
    """What a SUBJECT names.

    Args:
        name: a persona, `persona@version`, a file, `FILE#ROLE`, `aws:NAME`, or `aws:NAME@VERSION`.
        catalog: the folder of the catalog.
        output: the folder of compiled templates.
    """
    is_file = name.partition("#")[0].endswith(".json") or "/" in name or os.sep in name
    if name.endswith("@") and (name.startswith(AWS) or not is_file):
        message = f"'{name}' names no version; one has to follow the @"
        raise Stop(Exit.USAGE, f"{message}, or leave the @ out")
    if name.startswith(AWS):
        try:
            policy = _versioned(catalog, name.removeprefix(AWS))
        except SubjectError as error:
            raise Stop(Exit.USAGE, str(error)) from error
        dated = f", {policy.date}" if policy.date else ""
        return Subject(
            name=name,
            kind="policy",
            body=dict(policy.document),
            version=policy.version,
            source=f"{policy.source}{dated}",
        )
    if is_file:
        return _file(name)
    persona, at, version = name.partition("@")
    if at:
        path = Path(output) / template_path(persona, version)
        if not path.is_file():
            _refuse_version(Path(output), persona, version)
        body = template_body(name, catalog, output)
        return Subject(
            name=name, kind="template", body=body, version=version, source=path.as_posix()
        )
    try:
        loaded, product, body = compiled(persona, catalog)
    except Stop as stop:
        # What is wrong with the catalog was told; no answer may look like a "no".
        code = Exit.USAGE if stop.code == Exit.FINDINGS else stop.code
        raise Stop(code, stop.message) from stop
    return Subject(
        name=name,
        kind="template",
        body=body,
        version=product.template.version,
        source=catalog,
        places=_places(loaded, product),
    )


def parameters_of(subject: Subject) -> tuple[str, ...]:
    """The parameters that a subject's template declares; a policy document has none."""
    declared = subject.body.get("Parameters") if subject.kind == "template" else None
    return tuple(declared) if isinstance(declared, dict) else ()


def policy_document(path: str) -> dict[str, Any]:
    """The policy document in a file."""
    body = json_file(Path(path))
    if "Statement" not in body:
        raise Stop(Exit.USAGE, f"'{path}' is no policy document: it has no Statement")
    return body


def managed(catalog: str) -> Callable[[str], ManagedPolicy]:
    """Looks AWS managed policies up: in the catalog, else in the account, else in moto's data."""

    @cache
    def find(name: str) -> ManagedPolicy:
        found = _kept(catalog, name)
        if found:
            return replace(found, source=_KEPT_FROM.format(found.source))
        return elsewhere(name)

    elsewhere = latest(catalog)
    return find


def _versioned(catalog: str, name: str) -> ManagedPolicy:
    """A policy by its name, or by NAME@VERSION one of the versions that the catalog keeps."""
    name, at, version = name.partition("@")
    found = _kept(catalog, name, version) if at else None
    if found:
        return replace(found, source=_KEPT_FROM.format(found.source))
    policy = managed(catalog)(name)
    if at and policy.version != version:
        known = dict.fromkeys((policy.version, *kept_versions(Path(catalog), name)))
        hint = f"at hand: {', '.join(known)}"
        raise SubjectError(f"there is no version '{version}' of {name}; {hint}")
    return policy


def _kept(catalog: str, name: str, version: str = "") -> ManagedPolicy | None:
    try:
        found = kept(Path(catalog), name, version)
    except (ManagedPolicyError, OSError) as error:
        raise SubjectError(str(error)) from error
    return found if found and is_at(found, name) else None


def latest(catalog: str) -> Callable[[str], ManagedPolicy]:
    """Looks AWS managed policies up in the account, else in moto's data.

    Args:
        catalog: its folder, whose kept copies are suggested for a name that is not known.
    """

    @cache
    def find(name: str) -> ManagedPolicy:
        found, refused = None, ""
        if has_credentials():
            from compiler.deploy import DeployError, managed_policy

            try:
                found = managed_policy(name)
            except DeployError as error:
                refused = f"; AWS was asked, and said: {error}"
            if found and is_at(found, name):
                return found
        from compiler.sandbox.managed_policies import find as of_moto
        from compiler.sandbox.managed_policies import names

        if found := of_moto(name):
            if refused:
                print(f"personac: {name} is from {found.source}{refused}", file=sys.stderr)
            return found
        everywhere = names()
        known = (*kept_names(Path(catalog)), *everywhere)
        hint = suggest(name, known) or _elsewhere(everywhere=bool(everywhere))
        raise SubjectError(f"there is no AWS managed policy '{name}'; {hint}{refused}")

    return find


def kept_alone(catalog: str) -> Callable[[str], ManagedPolicy]:
    """Looks AWS managed policies up among the copies that a catalog keeps, and nowhere else.

    What a check says then depends neither on credentials nor on what is installed.
    """

    @cache
    def find(name: str) -> ManagedPolicy:
        found = _kept(catalog, name)
        if found is None:
            known = kept_names(Path(catalog))
            near = suggest(plain_name(name), known)
            if plain_name(name) in known:
                near = "it keeps one of that name on another path"
            hint = near or f"'personac keep {plain_name(name)}' makes one"
            raise SubjectError(f"the catalog keeps no copy of {name}; {hint}")
        return found

    return find


def has_credentials() -> bool:
    """Whether AWS can be asked: credentials are set up, by variables or in files."""
    if any(os.environ.get(each) for each in _NAMED):
        return True
    return any(
        Path(os.environ.get(name, default)).expanduser().is_file()
        for name, default in _FILES.items()
    )


def _elsewhere(*, everywhere: bool) -> str:
    if not everywhere:
        return "the catalog keeps no copy; install the sandbox, or give credentials, to know more"
    return "look its name up in the console, under IAM, Policies"


def _file(name: str) -> Subject:
    body = file_body(name)
    shown = Path(name).as_posix()
    if isinstance(body.get("Resources"), dict):
        stated = body.get("Metadata", {})
        about = stated.get("personac", {}) if isinstance(stated, dict) else {}
        version = about.get("version") if isinstance(about, dict) else None
        return Subject(name=name, kind="template", body=body, version=version, source=shown)
    if "Statement" in body:
        return Subject(name=name, kind="policy", body=body, source=shown)
    message = "is neither a template, which has Resources, nor a policy, which has a Statement"
    raise Stop(Exit.USAGE, f"'{name}' {message}")


def _refuse_version(output: Path, persona: str, version: str) -> None:
    """Say which personas and versions there are."""
    built = output / "personas"
    personas = sorted(each.name for each in built.iterdir()) if built.is_dir() else []
    if not personas:
        return
    refuse_unknown([persona], personas, "persona in the output")
    suffix = ".template.json"
    files = sorted((built / persona).glob(f"*{suffix}"))
    versions = [each.name.removesuffix(suffix) for each in files]
    if versions and version not in versions:
        message = f"there is no version {version} of {persona}; there are {', '.join(versions)}"
        raise Stop(Exit.USAGE, message)


def _places(loaded: Loaded, product: Product) -> dict[str, str]:
    """Sid to the line of the catalog that it comes from."""
    held = product.packing.entitlements
    origins = [(each.sid, each.origin) for each in held.statements]
    origins += [(each.sid, each.origin) for each in held.trust]
    found = {}
    for sid, place in origins:
        source = loaded.sources.get(place.path)
        found[sid] = f"{place.path}:{source.locate(place).line}" if source else place.path
    return found
