"""The exact difference of two accesses: what is gained, what is lost, with a witness for each.

The question is Zelkova's: is there a request that one side allows and the other does not?
https://doi.org/10.23919/FMCAD.2018.8602994
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from compiler.iam import escalation
from compiler.iam.automaton import TooHardError
from compiler.iam.classes import ActionClass, Partition
from compiler.iam.document import Principal
from compiler.iam.evaluate import ACCOUNT
from compiler.iam.finding import Difference, Finding, Universe, Unknown
from compiler.iam.formula import RESOURCE, Atoms, Formula, is_single, literals, single_keys
from compiler.iam.predicate import put
from compiler.iam.question import Questions
from compiler.iam.replay import Replay
from compiler.iam.solve import NO_RESOURCE, PRINCIPAL_ACCOUNT, Limits, Solver
from compiler.iam.text import holes, parse
from compiler.iam.unmade import UNMADE_SERVICE
from compiler.iam.witness import Witnesses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from compiler.iam.document import Statement
    from compiler.iam.request import Access
    from compiler.iam.text import Text

ANYWHERE = Universe()
LIMITS = Limits()

_OTHER_ACCOUNT = "444455556666"


def difference(
    old: Access, new: Access, universe: Universe = ANYWHERE, limits: Limits = LIMITS
) -> Difference:
    """Compare two accesses, both ways.

    Raises:
        ReplayError: where a witness does not replay: a mistake of ours, which must stop the run.
    """
    found, gain_unknown = gained(old, new, universe, limits)
    gone, loss_unknown = gained(new, old, universe, limits)
    return Difference(gained=found, lost=gone, unknown=(*gain_unknown, *loss_unknown))


def gained(
    old: Access, new: Access, universe: Universe = ANYWHERE, limits: Limits = LIMITS
) -> tuple[tuple[Finding, ...], tuple[Unknown, ...]]:
    """What new allows and old does not, and what could not be decided.

    Raises:
        ReplayError: as difference.
    """
    gain = _Gain(old, new, universe, limits)
    found: list[Finding] = []
    unknown: list[Unknown] = []
    for allow, concerned, classes in gain.asking():
        more, still_open = gain.by(allow, concerned, classes)
        found += more
        unknown += still_open
    if gain.partition.undecided and gain.allowing:
        unknown.append(
            Unknown(
                actions=(f"{UNMADE_SERVICE}:*",),
                allowing=gain.allowing[0],
                reason=gain.partition.undecided,
            )
        )
    return _merged(found), tuple(unknown)


class _Gain:
    """One way of a comparison."""

    def __init__(self, old: Access, new: Access, universe: Universe, limits: Limits) -> None:
        self.statements: Sequence[Statement] = (
            *(each for one in (new, old) for each in (*one.statements, *one.bounds)),
        )
        self.opposing = frozenset((*old.statements, *old.bounds))
        self.number = {each: index for index, each in enumerate(self.statements)}
        self.allowing = [each for each in new.statements if each.effect == "Allow"]
        wanted = sum(1 << self.number[each] for each in self.allowing)
        self.partition = Partition(self.statements, wanted, careful=universe.careful)
        account = {PRINCIPAL_ACCOUNT: (universe.account,)}

        def constant(text: Text) -> Text:
            return next(put(text, account))

        atoms = Atoms(constant)
        self.questions = Questions(old, new, atoms)
        self.witnesses = Witnesses(
            Solver(universe, limits, _families(self.statements)), atoms, universe, limits
        )
        self.replay = Replay(old, new, universe)
        self.principals = tuple(_principals(self.statements, universe)) or (None,)

    def asking(
        self,
    ) -> Iterator[tuple[Statement, Sequence[Statement], tuple[ActionClass, ...]]]:
        """Each statement that may add something, the statements concerned, and the classes."""
        for about, actions in self.partition.groups():
            concerned = [each for index, each in enumerate(self.statements) if about >> index & 1]
            asking = [
                each
                for each in self.allowing
                if about >> self.number[each] & 1 and not self.questions.is_kept(each, concerned)
            ]
            classes = tuple(self._classes(about, actions)) if asking else ()
            for each in asking:
                yield each, concerned, classes

    def by(
        self, allow: Statement, concerned: Sequence[Statement], classes: Iterable[ActionClass]
    ) -> tuple[list[Finding], list[Unknown]]:
        """What one statement adds."""
        found: list[Finding] = []
        unknown: list[Unknown] = []
        gained: set[str] = set()
        # What both sides deny alike is no difference.
        denied = {each.scope for each in concerned
                  if each.effect == "Deny" and each not in self.opposing}  # fmt: skip
        opposing = tuple(
            each
            for each in concerned
            if each in self.opposing and not (each.effect == "Deny" and each.scope in denied)
        )
        single = single_keys(concerned)
        if any(_is_open(who.name) for each in concerned for who in each.principals or ()):
            reason = "a principal depends on a launch parameter"
            names = dict.fromkeys(name for each in classes for name in each.actions)
            return [], [Unknown(actions=tuple(names), allowing=allow, reason=reason)]
        for question, one, actions, principal in self._asked(allow, concerned, classes, single):
            left = tuple(each for each in actions if each not in gained)
            if not left:
                continue
            try:
                solved = self.witnesses.find(one.form, question, lambda key: is_single(key, single))
            except TooHardError as reason:
                unknown.append(Unknown(actions=left, allowing=allow, reason=str(reason)))
                continue
            if solved is None:
                continue
            if not solved.is_odd:
                gained.update(left)
            worst = min(one.actions, key=escalation.danger)
            found.append(
                Finding(
                    actions=left,
                    allowing=allow,
                    opposing=opposing,
                    witness=self.replay.witness(worst, solved, principal),
                    wide_only=solved.is_odd,
                )
            )
        plain = [each for each in found if not each.wide_only]
        odd = [each for each in found if each.wide_only and not gained.issuperset(each.actions)]
        return plain + odd, [each for each in unknown if not gained.issuperset(each.actions)]

    def _asked(
        self,
        allow: Statement,
        concerned: Sequence[Statement],
        classes: Iterable[ActionClass],
        single: frozenset[str],
    ) -> Iterator[tuple[Formula, ActionClass, tuple[str, ...], Principal | None]]:
        """Each question, a class to ask it of, the actions that it decides, and who asks."""
        by_keys: dict[frozenset[str], list[ActionClass]] = {}
        for each in classes:
            by_keys.setdefault(each.keys, []).append(each)
        for (keys, alike), principal in product(by_keys.items(), self.principals):
            question = self.questions.question(allow, concerned, (keys, single), principal)
            if any(each.atom.subject == RESOURCE for each in literals(question)):
                for one in alike:
                    yield question, one, one.actions, principal
            else:
                # Whatever the resource is: one answer for all formats.
                worst = min(alike, key=lambda each: min(map(escalation.danger, each.actions)))
                actions = dict.fromkeys(name for each in alike for name in each.actions)
                yield question, worst, tuple(actions), principal

    def _classes(self, about: int, actions: Iterable[str]) -> Iterator[ActionClass]:
        if any(each.resources is not None for each in self.statements):
            yield from self.partition.classes(about, actions)
            return
        # A trust policy is about the role that it belongs to: there is one resource.
        seen: dict[frozenset[str], dict[str, None]] = {}
        for each in self.partition.classes(about, actions):
            seen.setdefault(each.keys, {}).update(dict.fromkeys(each.actions))
        for keys, names in seen.items():
            yield ActionClass(actions=tuple(names), about=about, form=NO_RESOURCE, keys=keys)


def _is_open(name: str) -> bool:
    """Whether a principal is not known yet."""
    return bool(holes(parse(name, variables=False)))


def _families(statements: Iterable[Statement]) -> dict[str, frozenset[str]]:
    """The types that keys are compared as, where they are not compared as texts."""
    found: dict[str, set[str]] = {}
    for each in statements:
        for one in each.comparisons:
            if one.operator.family not in ("String", "Arn", "Null"):
                found.setdefault(one.key.lower(), set()).add(one.operator.family)
    return {key: frozenset(families) for key, families in found.items()}


def _principals(statements: Iterable[Statement], universe: Universe) -> Iterator[Principal]:
    """Whoever statements tell apart: those that they name, and one of each kind of others."""
    named = [each for one in statements for each in one.principals or ()]
    if not named:
        return
    yield from dict.fromkeys(
        Principal(each.kind, _somebody(each, universe)) for each in named if each.name != "*"
    )
    for account in (universe.account, _OTHER_ACCOUNT):
        yield Principal("AWS", f"arn:{universe.partition}:iam::{account}:role/example")
    yield Principal("Service", "example.amazonaws.com")
    yield Principal("Federated", "example.com")
    yield Principal("CanonicalUser", "example")


def _somebody(principal: Principal, universe: Universe) -> str:
    """An account stands for all of its principals: one of them."""
    account = ACCOUNT.fullmatch(principal.name)
    if principal.kind == "AWS" and account:
        return f"arn:{universe.partition}:iam::{account.group(1)}:role/somebody"
    return principal.name


def _merged(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each statement and what opposes it; the witness of its worst action."""
    alike: dict[tuple[Statement, tuple[Statement, ...], bool], list[Finding]] = {}
    for each in found:
        alike.setdefault((each.allowing, each.opposing, each.wide_only), []).append(each)
    return tuple(
        replace(
            min(several, key=lambda one: escalation.danger(one.witness.request.action)),
            actions=tuple(sorted({name for each in several for name in each.actions})),
        )
        for several in alike.values()
    )
