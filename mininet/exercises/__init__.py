"""The checks behind the exercises, one module a chapter, named after what it is about.

In a notebook: `from mininet.exercises import rnn as check`, then `check.clip(my_clip)`.
"""
