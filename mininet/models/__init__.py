"""The systems of the book, one module each, as their chapters build them."""

from mininet.models.feedforward import FeedForward, FeedForwardState
from mininet.models.lstm import LSTM, LSTMState
from mininet.models.neural_gpu import DiagonalNeuralGPU, NeuralGPU
from mininet.models.ntm import NTM, NTMState
from mininet.models.rnn import RNN, RNNState

__all__ = [
    "LSTM",
    "NTM",
    "RNN",
    "DiagonalNeuralGPU",
    "FeedForward",
    "FeedForwardState",
    "LSTMState",
    "NTMState",
    "NeuralGPU",
    "RNNState",
]
