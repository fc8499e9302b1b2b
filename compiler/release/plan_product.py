"""The changes of one product and its versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.hub import PRODUCT_TAG, SHARED_TAG
from compiler.release.changes import (
    AdoptProduct,
    CreateProduct,
    CreateVersion,
    DeleteVersion,
    DescribeVersion,
    EndRollback,
    FinishVersion,
    RenameVersion,
    SetVersion,
    UpdateProduct,
)
from compiler.release.facts import own_tags
from compiler.release.note import Note
from compiler.release.state import PENDING
from compiler.semver import ordered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.release.changes import Change
    from compiler.release.desired import Product, Version
    from compiler.release.state import HeldProduct, HeldVersion, State

_OFFERED = ("active", "deprecated")

MOST_VERSIONS = 100
"""Versions of a product. https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOneProduct:
    """What a plan has about one product."""

    changes: tuple[Change, ...] = ()
    notes: tuple[Note, ...] = ()
    is_left: bool = False
    """Whether nothing about it may be changed, its place in portfolios neither."""


def product_changes(wanted: Product, state: State, *, is_shared: bool) -> OfOneProduct:
    """What is to be done about a product.

    Args:
        wanted: what output/ says of it.
        state: what was seen.
        is_shared: whether a portfolio that holds it is to be shared.
    """
    held = state.products.get(wanted.id)
    notes: list[Note] = []
    if held is None:
        changes = tuple(_made(wanted, is_shared=is_shared))
        if not changes:
            text = "no version of it may be launched: it is not made"
            notes.append(Note(kind="kept", subject=f"product {wanted.id}", text=text))
        return OfOneProduct(changes=changes, notes=tuple(notes), is_left=not changes)
    if held.rolled_back and (waiting := unmerged(wanted, held)):
        text = (
            f"rolled back to {held.rolled_back}, and left alone until the catalog says so too: "
            f"lifecycle: {{{', '.join(f'{name}: {it}' for name, it in waiting.items())}}}"
        )
        # Its place in portfolios, and what guards it there, are still as the catalog says.
        return OfOneProduct(notes=(Note("rolled-back", f"product {wanted.id}", text),))
    versions = list(_versions(wanted, held, state, notes, is_shared=is_shared))
    found = [*_words(wanted, held, is_shared=is_shared), *_fitting(wanted, held, versions, notes)]
    if held.rolled_back:
        why = "the catalog says the same"
        found.append(EndRollback(product=wanted.id, version=held.rolled_back, why=why))
    withheld = any(each.withholds for each in notes)
    return OfOneProduct(changes=tuple(found), notes=tuple(notes), is_left=withheld)


def _made(wanted: Product, *, is_shared: bool) -> Iterator[Change]:
    offered = [each for each in wanted.versions.values() if each.lifecycle in _OFFERED]
    shared = {SHARED_TAG: "true"} if is_shared else {}
    for first, version in zip((True, *(False for _ in offered)), offered, strict=False):
        why = "not in Service Catalog yet"
        if first:
            yield CreateProduct(
                product=wanted.id,
                title=wanted.title,
                description=wanted.description,
                owner=wanted.owner,
                tags={**wanted.tags, **shared},
                version=version.name,
                template=version.template,
                sha256=version.sha256,
                why=why,
            )
        else:
            yield _creation(wanted, version)
        yield _setting(wanted, version, "", "retired")


def _fitting(
    wanted: Product, held: HeldProduct, versions: list[Change], notes: list[Note]
) -> list[Change]:
    """The changes of versions, without new ones where there is no room for all of them."""
    new = [each.version for each in versions if isinstance(each, CreateVersion)]
    gone = sum(isinstance(each, DeleteVersion) for each in versions)
    # What is deleted goes last of all: there has to be room before.
    if len(held.versions) + len(new) <= MOST_VERSIONS:
        return versions
    text = (
        f"{len(held.versions)} versions are there and {len(new)} are new, but a product has at "
        f"most {MOST_VERSIONS}: {'publish without the new ones first' if gone else 'remove some'}"
    )
    notes.append(Note(kind="conflict", subject=f"product {wanted.id}", text=text))
    return [each for each in versions if getattr(each, "version", "") not in new]


def _creation(wanted: Product, version: Version) -> CreateVersion:
    return CreateVersion(
        product=wanted.id,
        version=version.name,
        template=version.template,
        sha256=version.sha256,
        why="not in Service Catalog yet",
    )


def _setting(wanted: Product, version: Version, id_: str, old: str) -> SetVersion:
    new = "retired" if version.lifecycle == "removed" else version.lifecycle
    why = "made, and tested" if not id_ else "the catalog says so"
    return SetVersion(product=wanted.id, version=version.name, id=id_, old=old, new=new, why=why)


def unmerged(wanted: Product, held: HeldProduct) -> dict[str, str]:
    """What output/ still says otherwise than a rollback did: version to lifecycle as it should be.

    The version that was gone back to is offered, and what is there and newer is not.
    """
    back = held.rolled_back
    there = {each.name for each in held.versions}
    found = {
        name: "retired"
        for name, it in wanted.versions.items()
        if name in there and it.lifecycle in _OFFERED and ordered(name) > ordered(back)
    }
    if (it := wanted.versions.get(back)) and it.lifecycle != "active":
        found[back] = "active"
    return dict(sorted(found.items(), key=lambda each: ordered(each[0])))


def _words(wanted: Product, held: HeldProduct, *, is_shared: bool) -> Iterator[Change]:
    if not held.is_adopted:
        yield AdoptProduct(product=wanted.id, id=held.id, why="--adopt names it")
    fields = {
        name: new
        for name, new, old in (
            ("title", wanted.title, held.title),
            ("description", wanted.description, held.description),
            ("owner", wanted.owner, held.owner),
        )
        if new != old
    }
    tags = {**wanted.tags, **({SHARED_TAG: "true"} if is_shared else {})}
    add = {key: value for key, value in tags.items() if held.tags.get(key) != value}
    remove = tuple(key for key, _ in own_tags(held.tags) if key not in tags and key != PRODUCT_TAG)
    if fields or add or remove:
        yield UpdateProduct(
            product=wanted.id,
            fields=fields,
            add_tags=add,
            remove_tags=remove,
            why="output/ says otherwise",
        )


def _versions(
    wanted: Product, held: HeldProduct, state: State, notes: list[Note], *, is_shared: bool
) -> Iterator[Change]:
    by_name: dict[str, list[HeldVersion]] = {}
    for each in held.versions:
        by_name.setdefault(each.name, []).append(each)
    yield from _renamed(wanted, by_name)
    for name, several in by_name.items():
        if name not in wanted.versions:
            notes.append(_unwanted(wanted, name, several))
    for version in wanted.versions.values():
        several = by_name.get(version.name, [])
        if strange := [each for each in several if not _is_of(each, version)]:
            notes.append(_conflict(wanted, version, strange[0]))
        elif several:
            yield from _of_version(wanted, version, several, notes)
            if version.lifecycle == "removed":
                elsewhere = is_shared or held.is_shared
                yield from _removal(wanted, version, held, state, notes, is_shared=elsewhere)
        elif version.lifecycle in _OFFERED:
            yield _creation(wanted, version)
            yield _setting(wanted, version, "", "retired")


def _renamed(wanted: Product, by_name: dict[str, list[HeldVersion]]) -> Iterator[Change]:
    """Versions of ours that somebody gave other names: they get theirs back, and keep their ids."""
    for version in wanted.versions.values():
        if version.name in by_name:
            continue
        for name, several in list(by_name.items()):
            if name in wanted.versions or len(several) > 1:
                continue
            if several[0].sha256 == version.sha256:
                by_name[version.name] = by_name.pop(name)
                yield RenameVersion(
                    product=wanted.id,
                    version=version.name,
                    id=several[0].id,
                    old=name,
                    sha256=version.sha256,
                    lifecycle=several[0].lifecycle,
                    why="it has our template and another name",
                )
                break


def _is_of(held: HeldVersion, version: Version) -> bool:
    """Whether what is there is the version that output/ has."""
    if held.read:
        return held.read == version.sha256 and held.sha256 in {"", version.sha256}
    return held.sha256 == version.sha256


def _of_version(
    wanted: Product, version: Version, several: Sequence[HeldVersion], notes: list[Note]
) -> Iterator[Change]:
    kept, *more = sorted(several, key=lambda each: each.is_pending)
    for each in more:
        text = f"version {version.name} is there twice: {kept.id} is kept, {each.id} is withdrawn"
        notes.append(Note(kind="kept", subject=f"product {wanted.id}", text=text))
        if each.lifecycle != "retired":
            yield SetVersion(
                product=wanted.id, version=version.name, id=each.id, old=each.lifecycle,
                new="retired", why=f"{kept.id} is the same",
            )  # fmt: skip
    if not kept.sha256:
        yield DescribeVersion(
            product=wanted.id,
            version=version.name,
            id=kept.id,
            sha256=version.sha256,
            why="it has the template of output/",
        )
    lifecycle = kept.lifecycle
    if lifecycle == PENDING:
        lifecycle = "retired"
        yield FinishVersion(
            product=wanted.id,
            version=version.name,
            id=kept.id,
            template=version.template,
            sha256=version.sha256,
            why="a publish was stopped before its test",
        )
    setting = _setting(wanted, version, kept.id, lifecycle)
    if setting.new != lifecycle:
        yield setting


def _removal(  # noqa: PLR0913 - all that may keep a version
    wanted: Product,
    version: Version,
    held: HeldProduct,
    state: State,
    notes: list[Note],
    *,
    is_shared: bool,
) -> Iterator[Change]:
    (first, *_) = [each for each in held.versions if each.name == version.name]
    reasons = (
        (is_shared, "the product was shared, and launches elsewhere are not seen from here"),
        (first.id in state.used, "a launch uses it"),
        (len(held.versions) == 1, "it is the only version, which Service Catalog keeps"),
    )
    for holds, reason in reasons:
        if holds:
            text = f"version {version.name} is not deleted: {reason}"
            notes.append(Note(kind="kept", subject=f"product {wanted.id}", text=text))
            return
    yield DeleteVersion(
        product=wanted.id,
        version=version.name,
        id=first.id,
        why="the catalog removes it, and no launch uses it",
    )


def _unwanted(wanted: Product, name: str, several: Sequence[HeldVersion]) -> Note:
    subject = f"product {wanted.id}"
    if any(each.sha256 for each in several):
        text = f"version {name} is not in output/: left as it is, {several[0].lifecycle}"
        return Note("kept", subject, text)
    text = f"version {name} was made by somebody else"
    if any(each.is_active for each in several):
        # In a portfolio of ours it would be launched with our launch role.
        hint = "make it inactive, or delete it; until then no portfolio gets the product"
        return Note("conflict", subject, f"{text} and is offered: {hint}", withholds=True)
    return Note("foreign", subject, f"{text}: left as it is, inactive")


def _conflict(wanted: Product, version: Version, held: HeldVersion) -> Note:
    if held.read:
        what = f"holds the template {held.read[:12]}…, as read from Service Catalog"
    elif held.sha256:
        what = f"was made of the template {held.sha256[:12]}…"
    else:
        what = "was made by somebody else"
    text = (
        f"version {version.name} ({held.id}) {what}; output/ has {version.sha256[:12]}…. "
        "Nothing is published under a name that is taken: raise the version, or delete it by hand"
    )
    return Note(kind="conflict", subject=f"product {wanted.id}", text=text)
