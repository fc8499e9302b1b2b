"""What takes AWS a while: the models whose status moto's state manager moves on.

Unless one says otherwise, what was made is CREATING in the answer of the call that makes it, and
AVAILABLE when it is next looked at. ``state_manager.set_transition(model, {"progression": "manual",
"times": n})`` lets it be looked at n times; ``{"progression": "time", "seconds": n}`` lets it wait.
https://docs.getmoto.org/en/latest/docs/configuration/state_transition/index.html
"""

from __future__ import annotations

ARTIFACT = "servicecatalog::provisioning-artifact"
CONSTRAINT = "servicecatalog::constraint"
SHARE = "servicecatalog::portfolio-share"
RECORD = "servicecatalog::record"

MODELS = (ARTIFACT, CONSTRAINT, SHARE, RECORD)
"""The names to set a transition by."""

CREATING: list[tuple[str | None, str]] = [("CREATING", "AVAILABLE")]
SHARING: list[tuple[str | None, str]] = [
    ("NOT_STARTED", "IN_PROGRESS"),
    ("IN_PROGRESS", "COMPLETED"),
]
