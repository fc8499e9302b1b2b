"""What a launch is asked for: the parameters of a catalog as one persona has them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler import pattern
from compiler.entitlement import NO, YES, LaunchParameter, pascal

if TYPE_CHECKING:
    from compiler.catalog import Catalog, Parameter
    from compiler.place import Place

SETTING = re.compile(r"\$\{catalog\.([a-z_]+)\}")
"""A setting of catalog.yaml inside a pattern, as `${catalog.execution_role_path}`."""

SETTINGS_IN_PATTERNS = ("role_path", "execution_role_path")

OPTIONS_GROUP = "Activities"
"""What the form calls the parameters that switch activities on and off."""


@lru_cache(maxsize=4096)
def launch_parameter(
    catalog: Catalog,
    name: str,
    *,
    optional: bool,
    is_off: bool = False,
    most: int | None = None,
) -> LaunchParameter:
    """A parameter as a persona asks for it.

    Args:
        catalog: where it is defined.
        name: which it is.
        optional: whether it may be left empty.
        is_off: whether it is empty unless a launch gives it, whatever its default elsewhere.
        most: how many values a list takes, where that is fewer than the catalog says.
    """
    found = catalog.parameters[name]
    if most is not None:
        found = replace(found, max_items=most)
    if is_off:
        found = replace(found, default=None)
    origin = catalog.parameter_place(name)
    return asked_as(catalog, name, found, optional=optional, origin=origin)


def asked_as(
    catalog: Catalog, name: str, found: Parameter, *, optional: bool, origin: Place
) -> LaunchParameter:
    """A parameter as a launch is asked for it, whoever defines it.

    Args:
        catalog: whose settings its pattern may name.
        name: what it is called.
        found: what is said of it.
        optional: whether it may be left empty.
        origin: where that is said.
    """
    one = setting_in_pattern(catalog, found.pattern)
    node = pattern.parse(one)
    whole = f"({one})" if isinstance(node, pattern.Choice) else one
    if found.max_items is not None and found.max_items > 1:
        whole = f"{whole}(,{whole}){{0,{found.max_items - 1}}}"
    return LaunchParameter(
        name=name,
        label=found.label,
        group=found.group,
        description=found.description,
        node=node,
        allowed_pattern=f"^({whole})?$" if optional else f"^{whole}$",
        max_items=found.max_items,
        optional=optional,
        default="" if optional and found.default is None else found.default,
        origin=origin,
    )


def option_parameter(catalog: Catalog, activity: str, state: str) -> LaunchParameter:
    """The parameter that switches an optional activity on or off."""
    found = catalog.activities[activity]
    return LaunchParameter(
        name=pascal(activity),
        label=found.title,
        group=OPTIONS_GROUP,
        description=found.description,
        node=pattern.parse(f"{YES}|{NO}"),
        allowed_pattern=f"^({YES}|{NO})$",
        allowed_values=(NO, YES),
        max_items=None,
        optional=False,
        default=YES if state == "on" else NO,
        origin=catalog.place("activities", activity),
    )


def setting_in_pattern(catalog: Catalog, text: str) -> str:
    """Put the settings of the catalog into a parameter's pattern, each as it stands."""

    def put(found: re.Match[str]) -> str:
        return re.escape(str(getattr(catalog.settings, found.group(1))))

    return SETTING.sub(put, text)
