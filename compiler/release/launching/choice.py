"""Which version and which launch path a launch takes, and how far two versions are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.diagnostic import suggest
from compiler.semver import numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from compiler.release.launching.offer import OfferedVersion, Path

Bump = Literal["major", "minor", "patch", "none", "back"]
"""From one version to another; `back` leads to an older one."""


class ChoiceError(ValueError):
    """What was asked for cannot be told, or is not there; the message is for the user."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(f"{message}; {hint}" if hint else message)


def bump(old: str, new: str) -> Bump | None:
    """What lies between two versions; None where they differ, and one is no semantic version."""
    if old == new:
        return "none"
    before, after = numbers(old), numbers(new)
    if before is None or after is None:
        return None
    if after < before:
        return "back"
    kinds: tuple[Bump, ...] = ("major", "minor", "patch")
    steps = zip(kinds, before, after, strict=True)
    return next((kind for kind, was, is_ in steps if was != is_), "none")


def newest(versions: Sequence[OfferedVersion]) -> OfferedVersion | None:
    """The newest by semantic version that may be launched; None where there is none."""
    able = [(numbers(each.name), each) for each in versions if not each.is_deprecated]
    ordered = [(order, each) for order, each in able if order is not None]
    return max(ordered, key=lambda one: one[0])[1] if ordered else None


def chosen_version(
    versions: Sequence[OfferedVersion],
    wanted: str | None,
    *,
    deprecated: bool = False,
    retired: Collection[str] = (),
) -> OfferedVersion:
    """The version that is wanted, or the newest that is not deprecated.

    Args:
        versions: those that are active.
        wanted: its name or its id; None for the newest.
        deprecated: whether a deprecated one may be named: to update what is launched already.
        retired: names of versions that the catalog offers no more.

    Raises:
        ChoiceError: where there is none, or several have the name.
    """
    if wanted is None:
        found = newest(versions)
        by_hand = [each for each in versions if not each.is_deprecated]
        if found is None and by_hand:
            message = "no active version has a number, such as 1.0.0"
            raise ChoiceError(message, f"choose by --version: {_listed(by_hand)}")
        if found is None:
            raise ChoiceError("the product has no active version", _listed(versions))
        return found
    named = [each for each in versions if wanted in (each.id, each.name)]
    if not named:
        if wanted in retired:
            message = f"version {wanted} is retired: it is not offered any more"
            raise ChoiceError(message, _listed(versions))
        # Another number is another version, and no slip of the finger.
        near = None if numbers(wanted) else suggest(wanted, [each.name for each in versions])
        raise ChoiceError(f"there is no active version '{wanted}'", near or _listed(versions))
    if len(named) > 1:
        ids = " or ".join(each.id for each in named)
        raise ChoiceError(f"{len(named)} versions are called '{wanted}'", f"name one by id: {ids}")
    if named[0].is_deprecated and not deprecated:
        message = f"version {named[0].name} is deprecated: nothing new is launched with it"
        raise ChoiceError(message, _listed([each for each in versions if not each.is_deprecated]))
    return named[0]


def chosen_path(paths: Sequence[Path], wanted: str | None, titles: Mapping[str, str]) -> Path:
    """The launch path that is wanted, or the only one.

    Args:
        paths: those that lead whoever launches to the product.
        wanted: the id of a path, or a portfolio by its title or its id in the catalog.
        titles: the catalog's portfolios, id to title.

    Raises:
        ChoiceError: where it is not told which, or none has the name.
    """
    if not paths:
        raise ChoiceError("no portfolio admits you to the product")
    if wanted is None and len(paths) == 1:
        return paths[0]
    there_are = f"there are {', '.join(_called(paths, titles))}"
    if wanted is None:
        message = f"the product is reached by {len(paths)} portfolios"
        raise ChoiceError(message, f"name one by --path: {there_are}")
    names = {wanted, titles.get(wanted, wanted)}
    named = [each for each in paths if names & {each.id, each.name}]
    if not named:
        known = [*titles, *(each.name for each in paths)]
        raise ChoiceError(
            f"no portfolio '{wanted}' leads to the product", suggest(wanted, known) or there_are
        )
    if len(named) > 1:
        ids = " or ".join(each.id for each in named)
        raise ChoiceError(f"{len(named)} portfolios are called '{wanted}'", f"name a path: {ids}")
    return named[0]


def _called(paths: Sequence[Path], titles: Mapping[str, str]) -> list[str]:
    ids = {title: name for name, title in titles.items()}
    return [f"'{ids.get(each.name, each.name)}' ({each.id})" for each in paths]


def _listed(versions: Sequence[OfferedVersion]) -> str:
    if not versions:
        return "there is none"
    told = [f"{each.name}{' (deprecated)' if each.is_deprecated else ''}" for each in versions]
    return f"there are {', '.join(told)}" if len(told) > 1 else f"there is {told[0]}"
