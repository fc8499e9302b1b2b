"""Files to begin with: a persona, an activity, a persona's table of requests.

What a file may say is read from the models that `load` decodes it with, so that it is all there and
nothing else is.
"""

from compiler.draft.activity import draft_activity
from compiler.draft.persona import DraftError, draft_persona
from compiler.draft.requests import draft_requests

__all__ = ["DraftError", "draft_activity", "draft_persona", "draft_requests"]
