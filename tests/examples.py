"""How many examples a property test tries where the usual hundred are not right."""

from typing import Any

from hypothesis import settings


def examples(count: int, **more: Any) -> settings:
    """`count` examples, and as much fewer in the quick suite as the profile in force says (`tests/conftest.py`)."""
    return settings(max_examples=max(1, count * settings.default.max_examples // 100), **more)
