"""Attention over sounds and pictures: joined steps, places, and one writer for both."""

import pytest
import torch
from torch import nn

from mininet.models.listening_and_looking import (
    Evenly,
    Listener,
    Listening,
    Looker,
    Looking,
    Sensed,
    Writer,
    before,
    pyramid,
)


def test_a_pyramid_puts_neighbours_side_by_side_and_loses_nothing():
    states = torch.arange(24.0).view(4, 2, 3)
    joined = pyramid(states)
    assert joined.shape == (2, 2, 6)
    assert torch.equal(joined[1, 0], torch.cat([states[2, 0], states[3, 0]]))
    assert torch.equal(joined.sum(), states.sum())


@pytest.mark.parametrize("steps", [1, 3, 5])
def test_a_step_without_a_partner_is_joined_with_zeros(steps):
    joined = pyramid(torch.ones(steps, 1, 2))
    assert len(joined) == (steps + 1) // 2
    assert joined[-1, 0].tolist() == [1, 1, 0, 0]


def test_joining_one_step_changes_nothing_and_three_are_joined_as_two_are():
    states = torch.randn(6, 2, 3)
    assert torch.equal(pyramid(states, 1), states)
    assert torch.equal(pyramid(states, 3)[1, 0], states[3:, 0].flatten())


def test_a_note_knows_of_what_is_before_and_after_it():
    torch.manual_seed(0)
    listener, frames = Listener(3, 4), torch.randn(16, 1, 3)
    h = listener(frames).values
    assert h.shape == (1, 4, 8)
    for changed in (0, 15):
        other = frames.clone()
        other[changed] += 1
        assert ((listener(other).values - h).abs().amax(2) > 0).all()


def test_a_thing_is_seen_the_same_in_every_cell_but_found_by_what_is_before():
    torch.manual_seed(0)
    looker = Looker(3, 4, 8)
    pixels = torch.zeros(1, 3, 40, 40)
    pixels[0, :, 8:16, 8:16] = torch.rand(3, 8, 8)  # all of cell 6
    moved = pixels.roll((8, 16), (2, 3))  # all of cell 13
    here, there = looker(pixels), looker(moved)
    assert here.keys.shape == (1, 25, 16) and here.values.shape == (1, 25, 8)
    assert torch.allclose(here.values[0, 6], there.values[0, 13], atol=1e-6)
    changed = (here.values - there.values).abs().amax(2)[0] > 1e-4
    assert changed.nonzero().flatten().tolist() == [6, 13]  # no other cell sees it
    assert not torch.allclose(here.keys[0, 6], there.keys[0, 13], atol=1e-4)


@pytest.mark.parametrize("joins", [1, 2])
def test_in_few_operations_a_listener_hears_the_same(joins):
    torch.manual_seed(0)
    listener, frames = Listener(3, 4, joins=joins), torch.randn(9, 2, 3)
    one, other = listener(frames), listener.in_few_operations(frames)
    assert torch.allclose(one.keys, other.keys, atol=1e-6)
    assert torch.equal(other.keys, other.values)


def test_what_lies_before_a_cell_is_added_up():
    things = torch.tensor([[[1.0], [2], [3], [4]]])
    assert before(things).flatten().tolist() == [0, 0.5, 1.5, 3]


MACHINES = {
    "listening": (Listening(5, 4), torch.randn(12, 2, 5), 3),
    "looking": (Looking(3, 4), torch.randn(2, 3, 40, 40), 25),
    "remembering": (Looking(3, 4, remembers=True), torch.randn(2, 3, 40, 40), 25),
    "without attention": (Listening(5, 4, attends=False), torch.randn(12, 2, 5), 3),
    "without joining": (Listening(5, 4, joins=1), torch.randn(12, 2, 5), 12),
}


@pytest.mark.parametrize("name", MACHINES)
def test_attention_is_over_all_places_and_sums_to_one(name):
    model, inputs, many = MACHINES[name]
    told = model.alone(inputs, 4)
    assert told.scores.shape == (4, 2, 4) and told.weights.shape == (4, 2, many)
    assert torch.allclose(told.weights.sum(2), torch.ones(4, 2))


@pytest.mark.parametrize("name", MACHINES)
def test_alone_it_writes_as_if_taught_with_what_it_wrote(name):
    model, inputs, _ = MACHINES[name]
    alone = model.alone(inputs, 4)
    taught = model.taught(inputs, alone.scores.argmax(2))
    assert torch.allclose(alone.scores, taught.scores, atol=1e-5)


@pytest.mark.parametrize("name", MACHINES)
def test_a_symbol_has_no_say_in_what_is_written_before_it(name):
    model, inputs, _ = MACHINES[name]
    symbols = torch.randint(4, (4, 2))
    changed = symbols.clone()
    changed[2] = (changed[2] + 1) % 4
    one, other = model.taught(inputs, symbols), model.taught(inputs, changed)
    assert torch.allclose(one.scores[:3], other.scores[:3])
    assert not torch.allclose(one.scores[3], other.scores[3])


def there():
    """Two places with two numbers each."""
    h = torch.tensor([[[0.0, 2.0], [4.0, 6.0]]])
    return Sensed(h, h)


def test_without_attention_the_mean_is_read_at_every_step():
    writer, sensed = Writer(3, 2, 4, 5, Evenly()), there()
    _, weights, state = writer.step(torch.zeros(1, 3), writer.start(sensed), *sensed)
    assert state.context.tolist() == [[2, 4]] and weights.tolist() == [[0.5, 0.5]]


def test_what_has_all_attention_is_what_is_seen():
    class Pointing(nn.Module):
        def shown(self, keys):
            return keys

        def score(self, query, shown):
            return torch.tensor([[0.0, 100.0]])

    writer, sensed = Writer(3, 2, 4, 5, Pointing()), there()
    _, _, state = writer.step(torch.zeros(1, 3), writer.start(sensed), *sensed)
    assert state.context.tolist() == [[4, 6]]


@pytest.mark.parametrize("remembers", [True, False])
def test_what_was_seen_matters_for_the_next_symbol_if_it_is_remembered(remembers):
    torch.manual_seed(0)
    writer, sensed = Writer(3, 2, 4, 5, Evenly(), remembers), there()
    last, state = torch.zeros(1, 3), writer.start(sensed)
    seen = state._replace(context=torch.ones(1, 2))
    one, other = (writer.step(last, each, *sensed)[0] for each in (state, seen))
    assert torch.equal(one, other) != remembers
