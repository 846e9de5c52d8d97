"""Fewer products for the Neural GPU."""

from dataclasses import replace
from typing import Any

from mininet.experiments.neural_gpu_products import ProductsStudy
from tests.experiments.cut import short


def cut(study: ProductsStudy) -> dict[str, Any]:
    """Short courses, each with a few short tests after it."""
    tests = {"plain": {"2": 3, "100": 1}, "uneven": {"2": 3}}
    return {
        "courses": tuple(
            replace(course, training=short(course.training, 4))
            for course in study.courses
        ),
        "tests_after_each": tests,
        "tests": tests,
        "hard_lengths": (3,),
    }
