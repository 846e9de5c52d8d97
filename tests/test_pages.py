"""The snapshot of the book's prose: what is kept of a page and what is not."""

from __future__ import annotations

from tools.pages import prose

PAGE = """# A heading is no prose

A paragraph with a [link](there.md), the letter $h$, a name `mininet.train`
and **bold words**, in the end; it is long enough to be kept {cite}`elman1990`.

```{math}
h = tanh(W x)
```

| a table | has no sentences, however long its lines may be |

- A list item is a sentence too, if it is long enough – like this one is.

Too short.
"""


def test_only_sentences_are_kept_in_small_letters() -> None:
    first, second = prose(PAGE)
    assert first == (
        "a paragraph with a link, the letter h, a name and bold words, in the end; "
        "it is long enough to be kept."
    )
    assert second.startswith("a list item is a sentence too")


def test_the_result_is_plain_ascii() -> None:
    assert all(line.isascii() for line in prose(PAGE))
