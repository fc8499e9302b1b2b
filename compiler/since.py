"""What the personas of a catalog do now that they did not at a base, and whether versions tell.

A version that no portfolio lists is not released, and may be written anew: what changes in it is
told, and is no mistake. A released version never changes its meaning.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from compiler.base import BaseError
from compiler.build import MANY, compile_packing, pack_personas
from compiler.bump import (
    KIND,
    bump,
    bump_of_another_kind,
    bump_without_policies,
    least_version,
    stated,
    undecided,
)
from compiler.cases import cases
from compiler.change import Cause, Change
from compiler.comparison import compare
from compiler.cores import on_all_cores
from compiler.pack import Packing, overfull
from compiler.render import Launch
from compiler.rules import bumps
from compiler.semver import parts_of
from compiler.subject import Subject, SubjectError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from compiler.base import Base, Blob
    from compiler.build import Product
    from compiler.bump import Bump, Reason
    from compiler.catalog import Catalog
    from compiler.comparison import Found
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.subject import Attached
    from compiler.template import Body, TemplatePath

Released = tuple[str, str]
"""A persona and its version."""


def changes_since(
    base: Base,
    catalog: Catalog,
    attached: Attached,
    released: Collection[Released] = frozenset(),
) -> tuple[tuple[Change, ...], tuple[Diagnostic, ...]]:
    """Compare every persona with what it was at a base.

    Args:
        base: what the base holds.
        catalog: one that the rules found no error in.
        attached: gives the AWS managed policies that personas attach.
        released: the personas and versions that must keep their meaning.

    Returns:
        The personas that changed, in order, and the versions that do not tell it.
    """
    packings, _ = pack_personas(catalog, tuple(catalog.personas))
    # That a persona does not fit is told elsewhere.
    fitting = [each for each in packings if not overfull(each)]
    work = partial(change_of, base, attached)
    found = [each for each in on_all_cores(work, fitting, worth=MANY, at_once=8) if each]
    found += [
        Change(persona=persona, kind="removed", old=base.version(persona), new=None)
        for persona in base.versions
        if persona not in catalog.personas
    ]
    found.sort(key=lambda each: each.persona)
    said = [judged(catalog, each, released) for each in found]
    return tuple(found), tuple(each for each in said if each)


def change_of(base: Base, attached: Attached, packing: Packing) -> Change | None:
    """What became of a persona since a base, or None where nothing did.

    Args:
        base: what the base holds.
        attached: gives the AWS managed policies that personas attach.
        packing: the persona now; one that fits.
    """
    persona, product = packing.entitlements.persona, compile_packing(packing)
    new, old = product.template.version, base.version(packing.entitlements.persona)
    if old is None:
        return Change(persona=persona, kind="new", old=None, new=new)
    held = base.templates.get(persona, {})
    # An output that was not built anew has the template of a version before.
    version = old if old in held else next(iter(held), None)
    if version is None:
        note = f"{base.ref} holds no template of it"
        return Change(persona=persona, kind="changed", old=old, new=new, note=note)
    if held[version].is_of(product.artifact.content):
        return None if old == new else Change(persona=persona, kind="changed", old=old, new=new)
    made = _compared(held[version], product, attached, old)
    if made.bump and made.bump.level == "none" and old == new:
        return None
    other = "" if version == old else f"compared with {version}, the newest that {base.ref} holds"
    return replace(made, note=other)


def _compared(blob: Blob, product: Product, attached: Attached, old: str) -> Change:
    template = product.template
    found: dict[str, Any] = {"persona": template.persona, "kind": "changed", "old": old,
                             "new": template.version}  # fmt: skip
    try:
        before = _subject(f"{template.persona} {old}", old, _template(blob.content()))
        after = _subject(template.persona, template.version, json.loads(product.artifact.content))
        verdict, permissions = _verdict(before, after, attached)
    except (BaseError, SubjectError) as error:
        verdict = undecided(str(error))
    else:
        found |= permissions
    origins = _origins(product)
    causes = tuple(
        Cause(
            level=each.level,
            text=each.text,
            place=_place(each, product, origins),
            is_open=each.is_open,
        )
        for each in verdict.reasons
    )
    return Change(**found, bump=verdict, causes=causes)


def _verdict(before: Subject, after: Subject, attached: Attached) -> tuple[Bump, dict[str, Any]]:
    """The verdict on a change, and what is told of permissions by it."""
    kinds = [str(stated(each.body).get("kind", "role")) for each in (before, after)]
    if kinds[0] != kinds[1]:
        verdict = bump_of_another_kind(*kinds)
        return verdict, {"made": verdict.reasons[0].text}
    if kinds[0] == "domain":
        return bump_without_policies(before.body, after.body), {}
    opened = [cases(each, {}, Launch(), attached) for each in (before, after)]
    comparison = compare(*opened)
    gained, lost = _actions(comparison.gained), _actions(comparison.lost)
    return bump(comparison), {"gained": gained, "lost": lost}


def _place(reason: Reason, product: Product, origins: Mapping[str, Place]) -> Place | None:
    if reason.sid:
        return origins.get(reason.sid)
    if not reason.path:
        return None
    own = _said_by_persona(product)
    return own[reason.path] if reason.path in own else product.template.origin(reason.path)


def _said_by_persona(product: Product) -> Mapping[TemplatePath, Place]:
    """What the persona's file says of parts that come, all else of them, from other places."""
    entitlements = product.packing.entitlements
    said: dict[TemplatePath, Place] = {KIND: replace(entitlements.origin, route=("kind",))}
    for name, option in entitlements.options.items():
        place = replace(entitlements.origin, route=("optional", name), on="key")
        said["Parameters", option.parameter, "Default"] = place
    return said


def _subject(name: str, version: str, body: Body) -> Subject:
    return Subject(name=name, kind="template", body=body, version=version, source="")


def _template(content: bytes) -> Body:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SubjectError(f"the template at the base is not JSON: {error}") from error
    if not isinstance(body, dict) or not isinstance(body.get("Resources"), dict):
        raise SubjectError("the template at the base has no Resources")
    return body


def _actions(found: Iterable[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(action for each in found for action in each.actions))


def _origins(product: Product) -> Mapping[str, Place]:
    entitlements = product.packing.entitlements
    origins = {each.sid: each.origin for each in entitlements.trust}
    return origins | {each.sid: each.origin for each in entitlements.statements}


def judged(catalog: Catalog, change: Change, released: Collection[Released]) -> Diagnostic | None:
    """What is wrong with the version of a changed persona, if anything is.

    Args:
        catalog: where the version is written.
        change: what became of the persona.
        released: the personas and versions that must keep their meaning.
    """
    if change.old is None or change.new is None:
        return None
    place = catalog.place("personas", change.persona, "version")
    if parts_of(change.new) < parts_of(change.old):
        return bumps.lowered(change.old, change.new, place)
    if change.bump is None or change.bump.level == "none":
        return None
    kept = (change.persona, change.old) in released
    return _raised_too_little(change, change.bump, (change.old, change.new), place, is_kept=kept)


def _raised_too_little(
    change: Change, verdict: Bump, versions: tuple[str, str], place: Place, *, is_kept: bool
) -> Diagnostic | None:
    """What a verdict says of a version that did not go down."""
    before, after = versions
    old, new = parts_of(before), parts_of(after)
    least = least_version(before, verdict.level)
    causes = [(each.text, each.place) for each in change.causes if each.level == verdict.level]
    # Bytes alone change no version: where it is released, the old ones stay.
    if new == old and is_kept and not verdict.rewritten:
        return bumps.changed(before, least, causes, place)
    if old < new < parts_of(least):
        return bumps.too_small(before, after, verdict.level, least, causes, place)
    if new == old and verdict.is_open:
        causes = [(each.text, each.place) for each in change.causes if each.is_open]
        return bumps.undecided(before, least, causes, place)
    return None
