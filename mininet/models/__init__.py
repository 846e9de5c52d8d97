"""The systems of the book, one module each, as their chapters build them."""

from mininet.models.lstm import LSTM, LSTMState
from mininet.models.rnn import RNN, RNNState

__all__ = ["LSTM", "RNN", "LSTMState", "RNNState"]
