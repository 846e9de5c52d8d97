"""Answers to each exercise, one module a chapter, named as its checks are.

Each module has two tables, from an exercise's name to functions:

WRONG: what breaks, in words -> a function that breaks only that. There is one for
    every claim that the text makes, and the check must let none of them through.
RIGHT: how it is written -> a function the check must accept: with a loop, with NumPy,
    in float64, with other names for the arguments, giving back a list.
"""
