"""Two lengths of a few sentences."""

from typing import Any

from mininet.experiments.attention import TranslationStudy


def cut(study: TranslationStudy) -> dict[str, Any]:
    """Sentences of 3 and 4 words; the longest that is learned from is 3."""
    return {"longest": 3, "lengths": (3, 4), "test_sentences": 4}
