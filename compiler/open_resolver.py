"""Resolves a template whose parameters are not known: their values are holes in its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler import pattern
from compiler.iam import text
from compiler.intrinsics import Resolver
from compiler.subject import readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.admitted import Admitted
    from compiler.render import Launch
    from compiler.template import Body, TemplatePath


class OpenResolver(Resolver):
    """Resolves a template some of whose parameters are holes.

    Where a text with a hole is compared, the answer has to be the same for every value of it.
    """

    def __init__(
        self,
        body: Body,
        values: Mapping[str, str],
        place: Launch,
        known: Mapping[str, Admitted],
    ) -> None:
        super().__init__(body, values, place.pseudo())
        open_names = [name for name in known if values.get(name) == text.hole(name)]
        for name in open_names:
            if known[name].is_list_type:
                self.names[name] = [text.hole(name)]
        self.open = {name: known[name] for name in open_names}
        nodes = {name: each.node for name, each in self.open.items()}
        self.holes = {name: node for name, node in nodes.items() if node is not None}
        self.most = {name: each.most for name, each in self.open.items() if each.most > 1}

    def _equals(self, argument: Any, path: TemplatePath) -> bool:
        first, second = self.value(argument, path)
        if first == second:
            return True
        tokens = [text.parse(str(each), variables=False, wildcards=False)
                  for each in (first, second)]  # fmt: skip
        opened, closed = sorted(tokens, key=lambda each: not text.holes(each))
        if not text.holes(opened):
            return bool(str(first) == str(second))
        literal = text.plain(closed)
        if literal is not None and not self._may_be(opened, literal):
            return False
        names = ", ".join(dict.fromkeys((*text.holes(opened), *text.holes(closed))))
        message = f"whether {readable(str(first))} is {readable(str(second))!r} is open"
        raise self._problem(path, f"{message}; give {names} a value by --set")

    def _split(self, argument: Any, path: TemplatePath) -> list[str]:
        delimiter, whole = argument
        parsed = text.parse(str(self.value(whole, path)), variables=False, wildcards=False)
        for name in text.holes(parsed):
            # A list's own commas are between its values, which a hole stands for one by one.
            node = self.open[name].node if name in self.open else None
            may_hold = node is None or pattern.alphabet(node) & {*delimiter}
            if may_hold or {*delimiter} & {*name}:
                message = f"where a value of {name} is split at '{delimiter}' is open"
                raise self._problem(path, f"{message}; give {name} a value by --set")
        return super()._split(argument, path)

    def _may_be(self, opened: text.Text, literal: str) -> bool:
        """Whether a text can become a given one, where a list is all of its values."""
        parts: list[pattern.Node] = []
        for each in opened:
            match each:
                case text.Hole(name):
                    node = self.holes.get(name)
                    if node is None:
                        return bool(literal)
                    parts.append(self.open[name].whole(node))
                case text.Literal(characters):
                    parts += [pattern.Characters(frozenset(one)) for one in characters]
                case _:
                    return True
        return pattern.matches(pattern.Sequence(tuple(parts)), literal)
