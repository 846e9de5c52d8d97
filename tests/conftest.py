"""What all tests share: one thread, so that numbers and times hold on any machine."""

from __future__ import annotations

import os

import tools  # noqa: F401  (before nbformat, which then loads sooner)

# Before torch is imported anywhere.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["MPLBACKEND"] = "agg"
os.environ["MATPLOTLIBRC"] = os.devnull
