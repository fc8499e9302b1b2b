"""Changes of a product and of its versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from compiler.hub import ROLLED_BACK_TAG
from compiler.release.changes.change import OfProduct, Update
from compiler.release.facts import THERE, path
from compiler.release.state import PENDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.release.changes.change import Effects, Sign

_SHOWN = {"retired": "inactive"}
"""As AWS calls it: a version that is just made was never retired."""


@dataclass(frozen=True, kw_only=True)
class UpdateProduct(Update, OfProduct):
    """New words or tags for a product."""

    phase: ClassVar[int] = 2

    @property
    def text(self) -> str:
        return f"product {self.product}: {self._what()}"

    def effects(self) -> Effects:
        return self._effects(("product", self.product))


@dataclass(frozen=True, kw_only=True)
class AdoptProduct(OfProduct):
    """Take over a product that somebody else made, by giving it our tag."""

    phase: ClassVar[int] = 2

    id: str

    @property
    def text(self) -> str:
        return f"product {self.product}: adopt {self.id}"

    def effects(self) -> Effects:
        return {path("product", self.product): (THERE,)}


@dataclass(frozen=True, kw_only=True)
class OfVersion(OfProduct):
    """A change of a version."""

    version: str

    @property
    def _fact(self) -> str:
        return path("product", self.product, "version", self.version)

    @property
    def _lifecycle(self) -> str:
        return path("product", self.product, "version", self.version, "lifecycle")


@dataclass(frozen=True, kw_only=True)
class CreateProduct(OfVersion):
    """Make a product with its first version: inactive, and tested."""

    sign: ClassVar[Sign] = "+"
    phase: ClassVar[int] = 2

    title: str
    description: str
    owner: str
    tags: Mapping[str, str]
    template: str
    sha256: str

    @property
    def text(self) -> str:
        return f"product {self.product}: '{self.title}', with version {self.version}"

    def effects(self) -> Effects:
        top = ("product", self.product)
        made: Effects = {path(*top): (THERE,)}
        for name in ("title", "description", "owner"):
            made[path(*top, name)] = (getattr(self, name),)
        made |= {path(*top, "tag", key): (value,) for key, value in self.tags.items()}
        made[self._fact] = (self.sha256,)
        made[self._lifecycle] = (PENDING, "retired")
        return made


@dataclass(frozen=True, kw_only=True)
class CreateVersion(OfVersion):
    """Make a version: inactive, and tested."""

    sign: ClassVar[Sign] = "+"
    phase: ClassVar[int] = 3

    template: str
    sha256: str

    @property
    def text(self) -> str:
        return f"version {self.product} {self.version}"

    def effects(self) -> Effects:
        return {self._fact: (self.sha256,), self._lifecycle: (PENDING, "retired")}


@dataclass(frozen=True, kw_only=True)
class FinishVersion(OfVersion):
    """Finish a version that a publish left untested."""

    phase: ClassVar[int] = 3

    id: str
    template: str
    sha256: str

    @property
    def text(self) -> str:
        return f"version {self.product} {self.version}: test what was left untested"

    def effects(self) -> Effects:
        return {self._lifecycle: (PENDING, "retired")}


@dataclass(frozen=True, kw_only=True)
class DescribeVersion(OfVersion):
    """Put our digest on a version of an adopted product that has the same template."""

    phase: ClassVar[int] = 3

    id: str
    sha256: str

    @property
    def text(self) -> str:
        return f"version {self.product} {self.version}: adopt {self.id}"

    def effects(self) -> Effects:
        return {self._fact: (self.sha256,)}


@dataclass(frozen=True, kw_only=True)
class RenameVersion(OfVersion):
    """Give a version of ours the name back that somebody changed."""

    phase: ClassVar[int] = 3

    id: str
    old: str
    sha256: str
    lifecycle: str

    @property
    def text(self) -> str:
        return f"version {self.product} {self.version}: rename {self.id}, which is '{self.old}'"

    def effects(self) -> Effects:
        other = path("product", self.product, "version", self.old)
        return {
            other: (None,),
            f"{other}|lifecycle": (None,),
            self._fact: (self.sha256,),
            self._lifecycle: (self.lifecycle,),
        }


@dataclass(frozen=True, kw_only=True)
class SetVersion(OfVersion):
    """Say what may be done with a version that is there."""

    id: str
    """Empty where the plan itself makes the version."""

    old: str
    new: str

    @property
    def phase(self) -> int:  # type: ignore[override]  # by what it sets
        """Offering comes before people are let in, withdrawing last of all."""
        return 8 if self.new == "active" else 11

    @property
    def text(self) -> str:
        old, new = (_SHOWN.get(each, each) for each in (self.old, self.new))
        return f"version {self.product} {self.version}: {old} → {new}"

    def effects(self) -> Effects:
        return {self._lifecycle: (self.new,)}


@dataclass(frozen=True, kw_only=True)
class DeleteVersion(OfVersion):
    """Delete a version that no launch can need."""

    sign: ClassVar[Sign] = "-"
    phase: ClassVar[int] = 11

    id: str

    @property
    def text(self) -> str:
        return f"version {self.product} {self.version}"

    def effects(self) -> Effects:
        return {self._fact: (None,), self._lifecycle: (None,)}


@dataclass(frozen=True, kw_only=True)
class EndRollback(OfProduct):
    """Take the mark of a rollback off: the catalog says the same by now."""

    phase: ClassVar[int] = 11

    version: str

    @property
    def text(self) -> str:
        return f"product {self.product}: the rollback to {self.version} is merged"

    def effects(self) -> Effects:
        return {path("product", self.product, "tag", ROLLED_BACK_TAG): (None,)}
