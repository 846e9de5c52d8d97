"""Figures that compute in the page: see `figure`, and book/making-figures.

Names are imported when they are first used, so that the book, which only ships the
modules, builds without torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mininet.live.description import Goal as Goal
    from mininet.live.description import goal as goal
    from mininet.live.figures import figure as figure
    from mininet.live.inputs import actions as actions
    from mininet.live.inputs import choice as choice
    from mininet.live.inputs import constant as constant
    from mininet.live.inputs import matrix as matrix
    from mininet.live.inputs import sequence as sequence
    from mininet.live.inputs import slider as slider
    from mininet.live.inputs import story as story
    from mininet.live.inputs import vector as vector
    from mininet.live.inputs import whole as whole
    from mininet.live.kernel_only import interact as interact
    from mininet.live.lowering import UnsupportedOperation as UnsupportedOperation
    from mininet.live.views import arrows as arrows
    from mininet.live.views import bars as bars
    from mininet.live.views import heatmap as heatmap
    from mininet.live.views import hops as hops
    from mininet.live.views import lines as lines
    from mininet.live.views import picture as picture
    from mininet.live.views import stack as stack
    from mininet.live.views import symbols as symbols
    from mininet.live.views import table as table
    from mininet.live.views import tape as tape
    from mininet.live.views import text as text

HOME = {
    "description": "goal Goal",
    "figures": "figure",
    "kernel_only": "interact",
    "inputs": "actions choice constant matrix sequence slider story vector whole",
    "lowering": "UnsupportedOperation",
    "views": "arrows bars heatmap hops lines picture stack symbols table tape text",
}


def __getattr__(name: str) -> Any:
    for module, names in HOME.items():
        if name in names.split():
            return getattr(import_module(f"mininet.live.{module}"), name)
    raise AttributeError(f"mininet.live has no {name!r}")
