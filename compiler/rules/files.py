"""Files: which a catalog has, and what they are called. `compiler/load.py` looks at them."""

from __future__ import annotations

from compiler.rules.card import Card, activity

_ACTIVITY = activity("""\
    - sid: Read
      actions: [s3:GetObject]
      resources: ["arn:${AWS::Partition}:s3:::${Buckets}/*"]
    """)
_SETTINGS = """\
name: small
title: Small
provider: Platform
role_path: /small/people/
execution_role_path: /small/execution/
regions: [eu-west-1]
"""

CARDS = (
    Card(
        rule="file-name",
        what="A file whose name is no id, or does not end in .yaml.",
        why="The name is the id that other files, launches and logical ids know the thing by.",
        file="activities/Read_Only.yaml",
        failing=_ACTIVITY,
        passing=None,
    ),
    Card(
        rule="stray-file",
        what="A YAML file that nothing reads.",
        why="Its author believes that it counts, and it would never be compiled.",
        file="activites/read-only.yaml",
        failing=_ACTIVITY,
        passing=None,
    ),
    Card(
        rule="missing-file",
        what="A catalog without catalog.yaml or parameters.yaml.",
        why="They hold what every persona needs: paths, Regions, and what a launch asks for.",
        file="catalog.yaml",
        failing=None,
        passing=_SETTINGS,
    ),
    Card(
        rule="unreadable-file",
        what="A file that cannot be read: a folder or a broken link by its name, or no right to.",
        why="What it says would be missing from the catalog.",
        file="activities/read-only.yaml",
        failing=None,
        passing=None,
        unshown="what is wrong is not in the text of the file",
    ),
)
