"""Every experiment whose results the book prints, with its settings in view."""

from mininet.experiments import adding, forget_bias
from mininet.sweeps import Experiment

EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment
    for module in (adding, forget_bias)
    for experiment in module.EXPERIMENTS
}

__all__ = ["EXPERIMENTS"]
