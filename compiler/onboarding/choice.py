"""Parameters as a launch is asked for them, whether they have a pattern or a list of values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler import pattern
from compiler.entitlement import LaunchParameter
from compiler.launch_parameter import asked_as

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.catalog import Catalog, Parameter
    from compiler.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A parameter whose values are a list; the first of them is the default."""

    label: str
    group: str
    description: str
    values: tuple[str, ...]


def asked(
    catalog: Catalog,
    wanted: Mapping[str, Parameter | Choice],
    origin: Place,
    *,
    may_be_empty: frozenset[str],
) -> dict[str, LaunchParameter]:
    """Ask a launch for what is wanted.

    Args:
        catalog: whose settings count.
        wanted: parameter to what it may be.
        origin: where the persona asks for it.
        may_be_empty: the parameters that need not be given.
    """
    return {
        name: _listed(name, each, origin)
        if isinstance(each, Choice)
        else asked_as(catalog, name, each, optional=name in may_be_empty, origin=origin)
        for name, each in wanted.items()
    }


@lru_cache(maxsize=256)
def _listed(name: str, choice: Choice, origin: Place) -> LaunchParameter:
    either = "|".join(choice.values)
    return LaunchParameter(
        name=name,
        label=choice.label,
        group=choice.group,
        description=choice.description,
        node=pattern.parse(either),
        allowed_pattern=f"^({either})$",
        allowed_values=choice.values,
        max_items=None,
        optional=False,
        default=choice.values[0],
        origin=origin,
    )
