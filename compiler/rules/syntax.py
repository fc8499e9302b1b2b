"""YAML: the strict part of it that a catalog is written in. `compiler/source.py` holds to it."""

from __future__ import annotations

from compiler.rules.card import Card
from compiler.source import LARGEST

_FILE = "activities/example.yaml"
_PASSING = """\
title: Example
description: An example.
statements:
  - sid: Read
    actions: [s3:GetObject]
    resources: ["arn:${AWS::Partition}:s3:::${Buckets}/*"]
"""

CARDS = (
    Card(
        rule="yaml-syntax",
        what="A file that is not YAML, or that nests deeper than a catalog does.",
        why="Nothing of the file can be read, so nothing in it would be checked or compiled.",
        file=_FILE,
        failing='title: "Example\n',
        passing=_PASSING,
    ),
    Card(
        rule="not-utf-8",
        what="A file that is not encoded in UTF-8.",
        why="The same bytes would be other letters on another machine.",
        file=_FILE,
        failing=_PASSING.replace("An example", "Un exempl\u00e9").encode("latin-1"),
        passing=_PASSING,
    ),
    Card(
        rule="empty-file",
        what="A file that holds nothing, or comments alone.",
        why="Each file in a folder is a thing of the catalog, and this one says nothing.",
        file=_FILE,
        failing="# to be written\n",
        passing=_PASSING,
    ),
    Card(
        rule="file-too-large",
        what=f"A file of more than {LARGEST:,} bytes.",
        why="No activity is that large; something was saved here by mistake.",
        file=_FILE,
        failing=_PASSING + "#" * LARGEST + "\n",
        passing=_PASSING,
    ),
    Card(
        rule="duplicate-key",
        what="A key that stands twice in one mapping.",
        why="Most readers of YAML take the last and forget the first, without a word.",
        file=_FILE,
        failing=_PASSING.replace("description", "title: Second\ndescription"),
        passing=_PASSING,
    ),
    Card(
        rule="anchor",
        what="An anchor, as &name.",
        why="A value could then change in a place that a reviewer of a pull request does not see.",
        file=_FILE,
        failing=_PASSING.replace("title: Example", "title: &title Example"),
        passing=_PASSING,
    ),
    Card(
        rule="alias",
        what="An alias, as *name.",
        why="A permission must stand where it is granted, not where an alias points.",
        file=_FILE,
        failing=_PASSING.replace("An example.", "*title"),
        passing=_PASSING,
    ),
    Card(
        rule="tag",
        what="A tag, as !!str or !name.",
        why="Tags change what a value is, and in other readers run code.",
        file=_FILE,
        failing=_PASSING.replace("title: Example", "title: !!str Example"),
        passing=_PASSING,
    ),
    Card(
        rule="merge-key",
        what="The merge key <<.",
        why="What a mapping holds would depend on another one, far from where it is read.",
        file=_FILE,
        failing=_PASSING + "    conditions: {<<: {}}\n",
        passing=_PASSING,
    ),
    Card(
        rule="non-string-key",
        what="A key that is a number, true, false, null or a collection.",
        why="Keys are names. An account id of nine digits and less would lose its leading zeros.",
        file=_FILE,
        failing=_PASSING + "    conditions: {true: {}}\n",
        passing=_PASSING,
    ),
    Card(
        rule="second-document",
        what="A second document in one file, after a line ---.",
        why="A file's name is the id of the one thing in it; the second would have none.",
        file=_FILE,
        failing=_PASSING + "---\n" + _PASSING,
        passing=_PASSING,
    ),
)
