"""`personac explain`: the cards of the rules."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.artifact import Artifact, put, standing
from compiler.cli.exits import Exit, Stop
from compiler.cli.reading import refuse_unknown
from compiler.explain import explain, page
from compiler.rules import CARDS

if TYPE_CHECKING:
    from argparse import Namespace

ROOM = Path(__file__).parents[1] / "rules"
"""Where the generated page stands."""


def run(options: Namespace) -> int:
    """Print a card, list all of them, or write or compare the page that holds them."""
    if options.write or options.check:
        return _page(write=options.write)
    if options.rule is None:
        if options.format == "json":
            print(json.dumps({name: card.what for name, card in CARDS.items()}, indent=2))
        else:
            width = max(len(name) for name in CARDS)
            for name, card in CARDS.items():
                print(f"{name:<{width}}  {card.what}")
        return Exit.FINE
    refuse_unknown([options.rule], CARDS, "rule")
    card = CARDS[options.rule]
    if options.format == "json":
        print(json.dumps(asdict(card), indent=2, default=lambda raw: raw.decode("latin-1")))
    else:
        print(explain(card), end="")
    return Exit.FINE


def _page(*, write: bool) -> Exit:
    made = Artifact(path="README.md", content=page().encode())
    if write:
        how = put(ROOM, made)
        print(f"compiler/rules/README.md was {how}")
    elif standing(ROOM, made) != "current":
        raise Stop(Exit.STALE, "compiler/rules/README.md is stale\nrun 'personac explain --write'")
    return Exit.FINE
