"""The main job from end to end, on the sandbox: what a platform team and a data scientist see."""

from compiler.demo.story import PERSONA, Place, Said, tell
from compiler.demo.surroundings import surroundings

__all__ = ["PERSONA", "Place", "Said", "surroundings", "tell"]
