"""Every experiment whose results the book prints, with its settings in view."""

from mininet.experiments import (
    adding,
    forget_bias,
    neural_gpu,
    neural_gpu_products,
    neural_gpu_rewriting,
    ntm,
)
from mininet.sweeps import Experiment

EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment
    for module in (
        adding,
        forget_bias,
        ntm,
        neural_gpu,
        neural_gpu_products,
        neural_gpu_rewriting,
    )
    for experiment in module.EXPERIMENTS
}

# Weights that the chapters load: name -> seed -> (model, what to keep about it).
CHECKPOINTS = (
    ntm.CHECKPOINTS
    | neural_gpu.CHECKPOINTS
    | neural_gpu_products.CHECKPOINTS
    | neural_gpu_rewriting.CHECKPOINTS
)

__all__ = ["CHECKPOINTS", "EXPERIMENTS"]
