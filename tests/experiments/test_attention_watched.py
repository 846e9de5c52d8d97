"""The translator of the first figure: its weights fit into a page."""

from mininet import checkpoints
from mininet.experiments.attention import STUDIES as LARGER
from mininet.experiments.attention_watched import WATCHED
from mininet.recurrent import count_parameters
from mininet.tasks.translation import Translation


def test_the_watched_translator_is_smaller_and_trained_alike():
    (larger,) = LARGER
    one, other = WATCHED.trials["additive"], larger.trials["additive"]
    assert one.training == other.training and WATCHED.keeps == "additive"
    model = one.machine.build(Translation(), 0)
    assert 4 * count_parameters(model) < 200_000  # bytes
    about = checkpoints.load(model, WATCHED.name)
    assert WATCHED.name in about["command"]
