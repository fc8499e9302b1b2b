"""Changes of who may launch: principals and shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from compiler.release.changes.change import OfPortfolio
from compiler.release.facts import THERE, path

if TYPE_CHECKING:
    from compiler.release.changes.change import Effects, Sign
    from compiler.release.desired import Share


@dataclass(frozen=True, kw_only=True)
class OfPrincipal(OfPortfolio):
    """A change of who may launch."""

    type: str
    arn: str

    @property
    def text(self) -> str:
        return f"portfolio {self.portfolio}: {self.type} {self.arn}"

    @property
    def _fact(self) -> str:
        return path("portfolio", self.portfolio, "principal", self.type, self.arn)


@dataclass(frozen=True, kw_only=True)
class AssociatePrincipal(OfPrincipal):
    """Let somebody launch from a portfolio."""

    sign: ClassVar[Sign] = "+"
    phase: ClassVar[int] = 9

    def effects(self) -> Effects:
        return {self._fact: (THERE,)}


@dataclass(frozen=True, kw_only=True)
class DisassociatePrincipal(OfPrincipal):
    """No longer let somebody launch from a portfolio."""

    sign: ClassVar[Sign] = "-"
    phase: ClassVar[int] = 0

    def effects(self) -> Effects:
        return {self._fact: (None,)}


@dataclass(frozen=True, kw_only=True)
class OfShare(OfPortfolio):
    """A change of whom a portfolio is shared to."""

    share: Share

    @property
    def text(self) -> str:
        return f"portfolio {self.portfolio}: share to {self.share.type} {self.share.target}"

    @property
    def _fact(self) -> str:
        return path("portfolio", self.portfolio, "share", self.share.type, self.share.target)


@dataclass(frozen=True, kw_only=True)
class PutShare(OfShare):
    """Share a portfolio, or change what is shared with it."""

    phase: ClassVar[int] = 10

    def effects(self) -> Effects:
        return {self._fact: (self.share.flags,)}


@dataclass(frozen=True, kw_only=True)
class CreateShare(PutShare):
    """Share a portfolio."""

    sign: ClassVar[Sign] = "+"


@dataclass(frozen=True, kw_only=True)
class UpdateShare(PutShare):
    """Change what is shared with a portfolio: AWS ignores a second creation, flags included."""

    @property
    def text(self) -> str:
        return f"{super().text}: {self.share.flags}"


@dataclass(frozen=True, kw_only=True)
class DeleteShare(OfShare):
    """No longer share a portfolio."""

    sign: ClassVar[Sign] = "-"
    phase: ClassVar[int] = 0

    def effects(self) -> Effects:
        return {self._fact: (None,)}
