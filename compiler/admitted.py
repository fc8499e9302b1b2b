"""What a launch parameter admits, read back from a template.

Our templates write the pattern of one value in four forms: `^item$`, `^(item)?$` where it may be
left empty, and for lists `^item(,item){0,9}$` and `^(item(,item){0,9})?$`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from compiler import pattern
from compiler.iam.automaton import Builder, Machine, TooHardError
from compiler.iam.word import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IDS = {
    "AWS::EC2::Subnet::Id": "subnet-([0-9a-f]{8}|[0-9a-f]{17})",
    "AWS::EC2::SecurityGroup::Id": "sg-([0-9a-f]{8}|[0-9a-f]{17})",
    "AWS::EC2::VPC::Id": "vpc-([0-9a-f]{8}|[0-9a-f]{17})",
}
"""Types whose values AWS looks up when a stack is launched, and the form that their ids have.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html"""

_MANY = 1_000
"""Values of a list whose length nothing bounds: more than any policy has room for."""

_COMMA = pattern.Characters(frozenset(","))
_STATES = 100_000


_BOUNDS = ("MinLength", "MaxLength", "MinValue", "MaxValue")
"""What bounds a parameter beside its pattern."""

_SPECIAL = frozenset("*?$")
"""What a policy does not take for itself: wildcards, and the beginning of a variable."""


class AdmittedError(ValueError):
    """What the parameter admits cannot be read."""


Change = Literal["added", "removed", "wider", "narrower", "changed", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What a parameter admits."""

    node: pattern.Node | None
    """One value; None where that is any text."""

    most: int = 1
    """How many values."""

    may_be_empty: bool = False
    values: tuple[str, ...] = ()
    """The allowed values, where they are listed."""

    default: str | None = None
    written: str = ""
    """As the template has it."""

    is_list_type: bool = False
    """Whether CloudFormation itself takes it apart at commas."""

    bounds: tuple[str, ...] = ()
    """What bounds it beside the pattern. `node` knows nothing of it: a hole may be more."""

    @property
    def is_plain(self) -> bool:
        """Whether every value stands for itself in a policy, and none for what it matches."""
        return self.node is not None and not pattern.alphabet(self.node) & _SPECIAL

    def whole(self, node: pattern.Node) -> pattern.Node:
        """All values of a list, as they are typed."""
        if self.most == 1:
            return node
        more = pattern.Repeat(pattern.Sequence((_COMMA, node)), 0, self.most - 1)
        return pattern.Sequence((node, more))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterChange:
    """What a launch may be given now, and could not before, or the other way round."""

    name: str
    change: Change
    old: Admitted | None
    new: Admitted | None
    gained: str | None = None
    """A value that only the new side admits."""

    lost: str | None = None
    """A value that only the old side admits."""


def admitted(declared: Mapping[str, Any]) -> Admitted:
    """What a parameter admits.

    Args:
        declared: as the template has it.

    Raises:
        AdmittedError: for a pattern that is not in our language of patterns.
    """
    kind, default = str(declared.get("Type", "String")), declared.get("Default")
    default = None if default is None else str(default)
    if kind.startswith("AWS::SSM::"):
        raise AdmittedError(f"its value is looked up by AWS, as {kind}")
    bounds = tuple(f"{each}={declared[each]}" for each in _BOUNDS if each in declared)
    if "AllowedValues" in declared:
        values = tuple(str(each) for each in declared["AllowedValues"])
        return Admitted(
            node=pattern.Choice(tuple(_literal(each) for each in values if each)),
            may_be_empty="" in values,
            values=tuple(each for each in values if each),
            default=default,
            written=" | ".join(values),
        )
    is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
    form = declared.get("AllowedPattern")
    if is_list or form is None:
        written = _IDS.get(kind.removeprefix("List<").removesuffix(">"), "")
        return Admitted(
            node=pattern.parse(written) if written else None,
            most=_MANY if is_list else 1,
            may_be_empty=not is_list and not written and declared.get("MinLength", "0") in ("0", 0),
            default=default,
            written=written,
            is_list_type=is_list,
            bounds=bounds,
        )
    try:
        node = pattern.parse(form.removeprefix("^").removesuffix("$"))
    except pattern.PatternError as error:
        raise AdmittedError(f"its pattern {form} cannot be read: {error}") from error
    may_be_empty = pattern.matches(node, "")
    if isinstance(node, pattern.Repeat) and (node.least, node.most) == (0, 1):
        node = node.part
    node, most = _item(node)
    return Admitted(
        node=node,
        most=most,
        may_be_empty=may_be_empty,
        default=default,
        written=form,
        bounds=bounds,
    )


def example(inside: Admitted, outside: Admitted) -> str | None:
    """A shortest value that the one admits and the other does not; None where there is none.

    Raises:
        TooHardError: where that cannot be told within the limits.
    """
    return word_of_one_alone(inside.node, outside.node)


def word_of_one_alone(inside: pattern.Node | None, outside: pattern.Node | None) -> str | None:
    """A shortest text that the one pattern admits and the other does not; None admits any text.

    Raises:
        TooHardError: where that cannot be told within the limits.
    """
    if outside is None:
        return None
    return word([_machine(inside)], [_machine(outside)], _STATES)


def changes(
    old: Mapping[str, Admitted | None], new: Mapping[str, Admitted | None]
) -> Iterator[ParameterChange]:
    """What may be given to a launch of the one side and not of the other.

    Args:
        old: parameter to what it admits; None for one that is not to be looked at.
        new: the same of the other side.
    """
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if name not in old:
            yield ParameterChange(name=name, change="added", old=None, new=after)
        elif name not in new:
            yield ParameterChange(name=name, change="removed", old=before, new=None)
        elif before and after and before.bounds != after.bounds:
            yield ParameterChange(name=name, change="unknown", old=before, new=after)
        elif before and after and (before.node, before.most) != (after.node, after.most):
            yield from _changed(name, before, after)


def _changed(name: str, old: Admitted, new: Admitted) -> Iterator[ParameterChange]:
    try:
        gained, lost = example(new, old), example(old, new)
    except TooHardError:
        yield ParameterChange(name=name, change="unknown", old=old, new=new)
        return
    wider = gained is not None or new.most > old.most
    narrower = lost is not None or new.most < old.most
    # Two patterns may be written differently and admit the same.
    if wider or narrower:
        change: Change = "changed" if wider and narrower else "wider" if wider else "narrower"
        yield ParameterChange(name=name, change=change, old=old, new=new, gained=gained, lost=lost)


def _machine(node: pattern.Node | None) -> Machine:
    builder = Builder()
    start = builder.start()
    builder.end(builder.many(start) if node is None else builder.node(start, node))
    return builder.machine()


def _item(node: pattern.Node) -> tuple[pattern.Node, int]:
    """One value of a list, and how many there may be."""
    if isinstance(node, pattern.Sequence) and node.parts:
        *first, last = node.parts
        if isinstance(last, pattern.Repeat) and last.least == 0:
            more = last.part
            if isinstance(more, pattern.Sequence) and more.parts == (_COMMA, *first):
                item = first[0] if len(first) == 1 else pattern.Sequence(tuple(first))
                return item, last.most + 1
    return node, 1


def _literal(text: str) -> pattern.Node:
    return pattern.Sequence(tuple(pattern.Characters(frozenset(each)) for each in text))
