"""The package behind *Augmented RNNs from Scratch*: small, typed and tested.

Imports run one way: `tasks`, `recurrent` <- `models` <- `training` <- the notebooks.
`plotting` and `exercises` know tensors, not models.
"""

__version__ = "0.1.0"
