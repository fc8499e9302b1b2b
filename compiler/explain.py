"""Rules explained: one card as text, and all of them as compiler/rules/README.md."""

from __future__ import annotations

from textwrap import fill, indent
from typing import TYPE_CHECKING

from compiler.rules import CARDS, THEMES
from compiler.rules.card import TEMPLATE

if TYPE_CHECKING:
    from compiler.rules.card import Card

WIDTH = 100
LONGEST_LINE = 120
MOST_LINES = 30
"""What is shown of an example: enough to see what is meant, where it is long on purpose."""

_INTRODUCTION = """\
# Rules

What `personac check` refuses, and why. Generated from the cards in this folder by
`personac explain --write`; `personac explain RULE` prints one of them.

## Severities

- An **error** is a template that AWS would refuse, or a permission that would not be what its
  author wrote. Nothing is compiled, and `personac check` exits 1.
- A **warning** is what a reviewer should look at. It changes no exit code. Errors of breadth
  (`broad-action`, `broad-resource`, `pass-role-service`, `pass-role-everywhere`) are warnings in an
  activity that only personas with `broad: true` compose.

No comment in a catalog turns a rule off: what is right is changed in the rule, for everybody.

## A new rule

1. Choose the file here whose theme it belongs to, or begin one: a docstring, `CARDS`,
   `check(view)`, and its name in `CHECKS` of `__init__.py`.
2. Write the card. Its id says what is wrong; `why` says what would happen on AWS; `failing` and
   `passing` are whole files, laid over the small catalog of `tests/small.py`.
3. Write the check. It yields diagnostics by `error(…)` of `diagnostic.py`, each at the smallest
   place that is wrong: the message says what was found and what is allowed, the hint what to do.
   Lower case, no full stop.
4. `UPDATE_EXPECTED=1 pytest tests/rules/test_cards.py` writes how the failing example is told to
   `tests/rules/expected/`. Read it as its author would.
5. `personac explain --write` writes this page.
6. `personac check`: the catalog of this repository has to pass.
"""


def explain(card: Card) -> str:
    """One card, as plain text."""
    parts = [f"{card.rule} ({card.severity})", f"{fill(card.what, WIDTH)}\n{fill(card.why, WIDTH)}"]
    for title, example in _examples(card):
        parts.append(f"{title}\n\n{indent(example, '    ')}".rstrip())
    if card.source:
        parts.append(f"AWS: {card.source}" if "aws" in card.source else card.source)
    return "\n\n".join(parts) + "\n"


def page() -> str:
    """All cards, as markdown: an index by theme, and a section for each rule."""
    lines = [_INTRODUCTION]
    lines.append("## Index\n")
    for theme in THEMES:
        lines.append(f"### {_title(theme.__doc__)}\n")
        lines.append("| rule | what it refuses |\n|---|---|")
        lines += [f"| [`{card.rule}`](#{card.rule}) | {_cell(card.what)} |" for card in theme.CARDS]
        lines.append("")
    lines += [_section(card) for card in CARDS.values()]
    return "\n".join(lines).rstrip() + "\n"


def _title(doc: str | None) -> str:
    """The first sentence of a theme's docstring."""
    return (doc or "").partition("\n")[0].partition(". ")[0].rstrip(".")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<<", "\\<<")


def _section(card: Card) -> str:
    parts = [f"## {card.rule}", f"{_cell(card.what)} {_cell(card.why)}"]
    if card.severity == "warning":
        parts.append("A warning.")
    language = "json" if card.file == TEMPLATE else "yaml"
    for title, example in _examples(card):
        parts.append(f"{title}\n\n```{language}\n{example}```" if example else title)
    if card.source:
        parts.append(f"<{card.source}>")
    return "\n\n".join(parts) + "\n"


def _examples(card: Card) -> list[tuple[str, str]]:
    """Titles and texts; a title alone where a file is not there."""
    if card.unshown:
        return [(f"No example: {card.unshown}.", "")]
    where = "a compiled template" if card.file == TEMPLATE else card.file
    shown = [(f"With {path}:", _shown(text)) for path, text in card.beside.items()]
    if card.failing is None:
        shown.append((f"Refused: no {where}.", ""))
    else:
        shown.append((f"Refused, as {where}:", _shown(card.failing)))
    if card.passing is None:
        shown.append((f"Passes: no {where}.", ""))
    else:
        shown.append((f"Passes, as {where}:", _shown(card.passing)))
    return shown


def _shown(example: str | bytes) -> str:
    """An example, cut where it is long, bytes that are no text as U+FFFD."""
    text = example.decode(errors="replace") if isinstance(example, bytes) else example
    lines = [
        line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
        for line in text.splitlines()
    ]
    if len(lines) > MOST_LINES:
        left_out = len(lines) - MOST_LINES + 1
        lines[MOST_LINES // 2 : -(MOST_LINES // 2) + 1] = [f"… {left_out} more lines"]
    return "\n".join(lines) + "\n"
