"""Find the value of one subject, the resource or a key, that a set of literals asks for.

Where a text depends on a variable or a hole, its value is not known here: a positive literal then
takes every value for it, a negative one is left out. So `None` is always a proof, and a value only
a proposal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.iam import example, operators, reference
from compiler.iam.automaton import TooHardError
from compiler.iam.covering import surely_covers
from compiler.iam.formula import RESOURCE, Lit, is_linked
from compiler.iam.language import ANY_ARN, ANY_TEXT, Languages, is_apart, is_of
from compiler.iam.predicate import (
    TEXTS,
    Predicate,
    holds,
    is_a,
    links,
    put,
    telling,
)
from compiler.iam.sample import samples
from compiler.iam.text import holes, plain
from compiler.iam.word import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from compiler.iam.finding import Universe
    from compiler.iam.text import Text

Asked = tuple[Predicate, bool]
"""A predicate, and whether it has to hold or must not."""

Found = str | tuple[str, ...] | None
"""The value of a subject; None where a request lacks the key."""

PRINCIPAL_ACCOUNT = "aws:principalaccount"
"""The key that is the same in every request: the account of whoever asks."""

NO_RESOURCE = "*"
"""The resource of an action that takes none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is tried before a question is given up as unknown."""

    states: int = 100_000
    """States of automata for one value."""

    branches: int = 20_000
    """Branches of the search for one request."""

    attempts: int = 64
    """Sets of values for variables and holes."""

    prune: bool = True
    """Whether automata forget what adds no word. The answers are the same without."""


class Solver:
    """Finds values, and remembers them."""

    def __init__(
        self, universe: Universe, limits: Limits, families: Mapping[str, frozenset[str]]
    ) -> None:
        """Take in what all questions share.

        Args:
            universe: which requests there are.
            limits: how much is tried.
            families: key, in lower case, to the families of operators, String and Arn apart, that
                statements compare it by: its values have to be of their types.
        """
        self._universe = universe
        self._families = families
        self._limits = limits
        self._languages = Languages(universe, prune=limits.prune)
        self._words: dict[object, str | None] = {}
        self._held: dict[tuple[Predicate, str], bool] = {}

    def resource(self, form: str, literals: frozenset[Lit]) -> str | None:
        """A resource of an ARN format.

        Raises:
            TooHardError: over the limits.
        """
        if form == NO_RESOURCE:
            fits = all(_is_free(each) or self.is_true(each, NO_RESOURCE) for each in literals)
            return NO_RESOURCE if fits else None
        return self._word(RESOURCE, form, _asked(literals))

    def key(self, key: str, *, single: bool, literals: frozenset[Lit]) -> tuple[Found] | None:
        """A value of a key in a tuple of its own, or None where there is none.

        Raises:
            TooHardError: over the limits.
        """
        constant = self.constant(key)
        if constant is not None:
            fits = all(each.atom.linked or self.is_true(each, constant) for each in literals)
            return (constant,) if fits else None
        if all(_is_free(each) or self.is_true(each, None) for each in literals):
            return (None,)
        return self._present(key, single=single, literals=literals)

    def constant(self, key: str) -> str | None:
        """The value of a key that is the same in every request."""
        return self._universe.account if key == PRINCIPAL_ACCOUNT else None

    def is_true(self, literal: Lit, found: Found) -> bool:
        """Whether a literal holds for a value. Linked ones are not decided here."""
        atom = literal.atom
        several = () if found is None else (found,) if isinstance(found, str) else found
        if atom.asked is None:
            answer = not several
        elif atom.quantity == "all":
            answer = all(self.holds(atom.asked, each) for each in several)
        else:
            answer = any(self.holds(atom.asked, each) for each in several)
        return answer is literal.positive

    def holds(self, asked: Predicate, said: str) -> bool:
        """Whether a predicate holds for one value."""
        known = self._held.get((asked, said))
        if known is None:
            known = self._held[asked, said] = self._holds(asked, said)
        return known

    def _holds(self, asked: Predicate, said: str) -> bool:
        if asked.kind in TEXTS:
            return self._languages.test(asked.kind, frozenset(asked.texts))(said)
        try:
            return holds(asked, said)
        except ValueError:
            return False

    def _present(self, key: str, *, single: bool, literals: frozenset[Lit]) -> tuple[Found] | None:
        every: set[Asked] = set()
        some: set[Asked] = set()
        for each in literals:
            if each.atom.asked is None:
                if each.positive:
                    return None
            elif each.atom.quantity == "one" or (each.atom.quantity == "all") is each.positive:
                every.add((each.atom.asked, each.positive))
            else:
                some.add((each.atom.asked, each.positive))
        if single:
            found = self._element(key, frozenset(every | some))
            return None if found is None else (found,)
        # Each thing that has to hold for some value is given one of its own.
        sets = [frozenset({*every, each}) for each in some] or [frozenset(every)]
        values = [self._element(key, each) for each in sets]
        if None in values:
            return None
        return (tuple(sorted({each for each in values if each is not None})),)

    def _element(self, key: str, asked: frozenset[Asked]) -> str | None:
        """One value that is right by itself."""
        kind = (reference.key_type(key) or "String").removeprefix(operators.LIST_PREFIX)
        families = self._families.get(key, frozenset())
        if kind in TYPICAL or families:
            kinds = families or {_FAMILIES.get(kind, kind)}
            return self._one_of(key, _pool(kind, families, asked), asked, kinds)
        return self._word(key, ANY_ARN if kind == "ARN" else ANY_TEXT, asked)

    def _one_of(
        self, key: str, pool: Iterable[str], asked: frozenset[Asked], kinds: Iterable[str]
    ) -> str | None:
        known = [(one, wanted) for one, wanted in asked if wanted or not _depends(one)]
        for each in pool:
            if all(is_a(kind, each) for kind in kinds) and all(
                self._suits(one, each) is wanted for one, wanted in known
            ):
                return each
        several = {*kinds, *(one.kind for one, _ in asked)}
        texts = frozenset(each for each in asked if each[0].kind in TEXTS)
        if several <= {"Bool", *TEXTS} or (texts and self._word(key, ANY_TEXT, texts) is None):
            return None  # there are but two values, or none at all
        if len(several) > 1:
            # The pool holds values enough of one type alone.
            raise TooHardError(f"{key} is compared as values of several types")
        return None

    def _suits(self, asked: Predicate, said: str) -> bool | None:
        """As `holds`; None where the value is not of the type: such a request is never made."""
        if asked.kind in TEXTS:
            return self.holds(asked, said)
        try:
            return holds(asked, said)
        except ValueError:
            return None

    def _word(self, subject: str, form: str, asked: frozenset[Asked]) -> str | None:
        known = (subject, form, asked)
        if known not in self._words:
            left = _narrowed(form, asked)
            self._words[known] = None if left is None else (
                next(self._examples(subject, form, left), None) or self._shortest(form, left)
            )  # fmt: skip
        return self._words[known]

    def _examples(self, subject: str, form: str, asked: Sequence[Asked]) -> Iterator[str]:
        """Values that read well, and do."""
        texts = sorted(
            (self._plain(one) for each, wanted in asked if wanted for one in each.texts), key=str
        )
        if subject == RESOURCE:
            tried = example.resources(form, texts, self._universe)
        else:
            tried = example.values(subject, texts, self._universe, arn=form == ANY_ARN)
        for index, each in enumerate(tried):
            # The first resource is the format itself, with a word for each name.
            fits = (subject == RESOURCE and index == 0) or is_of(form, self._universe.partitions)(
                each
            )
            if fits and all(self.holds(one, each) is wanted for one, wanted in asked):
                yield each

    def _plain(self, text: Text) -> Text:
        """A text with values that read well for its variables and holes."""
        if not is_linked(text):
            return text
        values = dict.fromkeys(links(text), (example.WORD,))
        values |= {
            name: (next(samples(self._universe.holes.get(name), self._universe)),)
            for name in holes(text)
        }
        return next(put(text, values))

    def _shortest(self, form: str, asked: Sequence[Asked]) -> str | None:
        inside, outside = [self._languages.form(form)], set()
        for each, wanted in asked:
            texts = {(each.kind, one) for one in each.texts}
            if wanted:
                inside.append(self._languages.machine(frozenset(texts)))
            else:
                outside |= texts
        apart = [self._languages.machine(frozenset(outside))] if outside else []
        return word(inside, apart, self._limits.states)


def _is_free(literal: Lit) -> bool:
    """Whether a literal is left out: it is negative, and depends on a value that is not known."""
    return literal.atom.linked and not literal.positive


def _asked(literals: Iterable[Lit]) -> frozenset[Asked]:
    return frozenset(
        (each.atom.asked, each.positive) for each in literals if each.atom.asked is not None
    )


def _narrowed(form: str, asked: Iterable[Asked]) -> list[Asked] | None:
    """What is left to ask once texts that are surely refused are gone; None where nothing is.

    What must not hold and depends on a value that is not known is left out: but it refuses the
    texts that depend on the same value in the same way.
    """
    refused = [(each, one) for each, wanted in asked if not wanted for one in each.texts]

    def is_left(each: Predicate, one: Text, *, wanted: bool) -> bool:
        if each.kind == "text" and is_apart(form, one):
            return False
        if not wanted:
            return not is_linked(one)
        return not any(surely_covers(each, one, *other) for other in refused)

    left: list[Asked] = []
    for each, wanted in asked:
        kept = frozenset(one for one in each.texts if is_left(each, one, wanted=wanted))
        if wanted and not kept:
            return None
        if kept:
            left.append((Predicate(each.kind, kept, each.signs), wanted))
    return left


def _depends(asked: Predicate) -> bool:
    return any(is_linked(each) for each in asked.texts)


TYPICAL = {
    "Bool": ("true", "false"),
    "Numeric": ("1", "2", "3"),
    "Date": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "IPAddress": ("203.0.113.7", "10.0.0.7", "2001:db8::7"),
    "Binary": ("ZXhhbXBsZQ==",),
}
"""Values of the types of keys that are no texts."""

_FAMILIES = {"IPAddress": "IpAddress"}


def _pool(kind: str, families: Iterable[str], asked: Iterable[Asked]) -> Iterator[str]:
    """Values enough for a key that is no text, or is not compared as one."""
    yield from telling(each for each, _ in asked)
    for each, _ in asked:
        yield from filter(None, map(plain, each.texts))
    for one in dict.fromkeys((kind, *families)):
        yield from TYPICAL.get("IPAddress" if one == "IpAddress" else one, ())
