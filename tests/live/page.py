"""A page with figures as the built book has it, without building the book."""

from __future__ import annotations

import json
from typing import Any

from ipywidgets.embed import dependency_state, embed_data

from mininet import palette
from mininet.live import bundle


def page(figures: list[Any], theme: str = "light") -> str:
    """HTML with the figures' first pictures, their stored state and the script."""
    state: dict[str, Any] = {"state": {}}
    if figures:
        needed = dependency_state(figures, drop_defaults=True)
        state = embed_data(views=figures, state=needed)["manager_state"]
    stored = json.dumps(state).replace("</", "<\\/")
    script = bundle.for_page().replace("</", "<\\/")
    body = "\n".join(bundle.drawn(figure.html()) for figure in figures)
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head>'
        '<meta charset="utf8">'
        '<meta name="viewport" content="width=device-width"><title>Figures</title>'
        f'<link rel="icon" href="data:,"><style>{palette.css()}{bundle.style()}'
        'html[data-theme="dark"] { --pst-color-background: #14181e }'
        "body { background: var(--pst-color-background, #fff); margin: 2rem auto; "
        "max-width: 720px; padding: 0 16px; font-family: sans-serif }</style></head>"
        f"<body><main><h1>Figures</h1>{body}</main>"
        f'<script type="application/vnd.jupyter.widget-state+json">{stored}</script>'
        f"<script>{script}</script>"
        "</body></html>"
    )
