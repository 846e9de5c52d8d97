"""What stands around the first figure of a chapter: its inputs and its views.

The function that the figure computes stands in the chapter itself, in the fold after
the figure. One module a chapter, so that a change makes no other one stale.
"""
