"""Pins: launch parameters that a portfolio holds to whole values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.diagnostic import error, suggest
from compiler.iam import quota
from compiler.resolve import resolve
from compiler.rules.card import Card, portfolio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.diagnostic import Diagnostic
    from compiler.entitlement import LaunchParameter
    from compiler.place import Place
    from compiler.rules.view import View

_FILE = "portfolios/people.yaml"
_SOURCE = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"


def _pin(text: str) -> str:
    return portfolio("").replace("analyst: {}", f"analyst:\n    pin:\n      {text}")


_PASSING = _pin("Buckets: [data-of-science]")

CARDS = (
    Card(
        rule="unknown-pin",
        what="A pin of a parameter that the product does not ask for.",
        why="CloudFormation refuses a rule about a parameter that the template does not have: no"
        " launch would succeed.",
        file=_FILE,
        failing=_pin("Bucket: [data-of-science]"),
        passing=_PASSING,
        source=_SOURCE,
    ),
    Card(
        rule="pin-value",
        what="A pinned value that the parameter does not take, or that stands there twice.",
        why="A launch must give a pinned value, and the template refuses this one.",
        file=_FILE,
        failing=_pin("Buckets: [Data_of_science]"),
        passing=_PASSING,
        source=_SOURCE,
    ),
)


def check(view: View) -> Iterator[Diagnostic]:
    """Every pin of every product."""
    catalog = view.catalog
    for name, each in catalog.portfolios.items():
        for product, listing in each.products.items():
            # What cannot be asked for, another rule tells.
            asked = (_asked(view, product) if listing.pin else None) or {}
            for parameter, values in listing.pin.items() if asked else ():
                route = ("products", product, "pin", parameter)
                if parameter in asked:
                    places = [
                        catalog.place("portfolios", name, *route, index)
                        for index in range(len(values))
                    ]
                    yield from _values(asked[parameter], values, places)
                    continue
                place = catalog.place("portfolios", name, *route, on="key")
                message = f"the product '{product}' asks for no parameter '{parameter}'"
                listed = f"it asks for {', '.join(asked)}"
                yield error("unknown-pin", message, place, suggest(parameter, asked) or listed)


def _asked(view: View, persona: str) -> Mapping[str, LaunchParameter] | None:
    """What a launch of a persona is asked for; None where another rule says why that is unknown."""
    try:
        return resolve(view.catalog, persona).parameters
    except (KeyError, ValueError, AttributeError):
        # A name that leads nowhere, a text, pattern or setting that cannot be read.
        return None


def _values(
    parameter: LaunchParameter, values: tuple[str, ...], places: list[Place]
) -> Iterator[Diagnostic]:
    name = parameter.name
    for index, value in enumerate(values):
        place = places[index]
        if value in values[:index]:
            yield error("pin-value", f"'{value}' stands here twice", place)
        elif parameter.allowed_values:
            if value not in parameter.allowed_values:
                *others, last = (f"'{each}'" for each in parameter.allowed_values)
                allowed = f"{', '.join(others)} or {last}" if others else last
                yield error("pin-value", f"{name} takes {allowed}, not '{value}'", place)
        elif len(value.encode()) > quota.PARAMETER_VALUE:
            message = f"{name} takes {quota.PARAMETER_VALUE:,} bytes; these are"
            yield error("pin-value", f"{message} {len(value.encode()):,}", place)
        elif not re.fullmatch(parameter.allowed_pattern, value):
            message = f"{name} does not take '{value}'; it takes {_taken(parameter)}"
            hint = "a list is pinned as a whole: its values in one text, separated by commas"
            yield error("pin-value", message, place, hint if parameter.is_list else None)


def _taken(parameter: LaunchParameter) -> str:
    return f"what is of the form {parameter.allowed_pattern}"
