"""The small world: what can happen, and that nothing else does."""

from random import Random

import pytest

from mininet.tasks.babi.world import (
    PLACES,
    THINGS,
    Drop,
    Give,
    Move,
    Take,
    World,
    act,
    drop,
    give,
    move,
    take,
)

WAYS = (move, take, drop, give)


def world_of(seed=0, **given):
    return World(Random(seed), things=THINGS, **given)


@pytest.mark.parametrize("seed", range(20))
def test_a_thing_lies_somewhere_or_is_held_by_somebody_and_never_both(seed):
    chance, world = Random(seed), world_of(seed)
    for _ in range(200):
        act(world, chance, *WAYS)
        assert sorted([*world.lies, *world.holder]) == sorted(THINGS)
        assert set(world.holder.values()) <= set(world.people)
        assert {*world.lies.values(), *world.place.values()} <= set(PLACES)


@pytest.mark.parametrize("seed", range(20))
def test_only_what_is_possible_happens(seed):
    chance, world = Random(seed), world_of(seed)
    for _ in range(300):
        place, lies, holder = dict(world.place), dict(world.lies), dict(world.holder)
        done = act(world, chance, *WAYS)
        if isinstance(done, Move):
            assert done.place != place[done.who] and world.place[done.who] == done.place
        if isinstance(done, Take):
            assert lies[done.thing] == place[done.who]
            assert world.holder[done.thing] == done.who
        if isinstance(done, Drop):
            assert holder[done.thing] == done.who
            assert world.lies[done.thing] == place[done.who]
        if isinstance(done, Give):
            assert holder[done.thing] == done.who != done.whom
            assert place[done.who] == place[done.whom]
            assert world.holder[done.thing] == done.whom
        if not isinstance(done, Move):
            assert world.place == place


def test_everything_that_is_possible_happens_sooner_or_later():
    chance, world = Random(0), world_of()
    kinds = {type(act(world, chance, *WAYS)) for _ in range(200)}
    assert kinds == {Move, Take, Drop, Give}


def test_what_is_held_is_told_in_the_order_in_which_it_came_to_hand():
    world = world_of(people=("Mary", "John"))
    for thing in ("milk", "apple", "football"):
        world.lies[thing] = world.place["Mary"] = "garden"
        Take("Mary", thing).happen(world)
    assert world.held("Mary") == ["milk", "apple", "football"]
    Give("Mary", "milk", "John").happen(world)
    Give("John", "milk", "Mary").happen(world)
    assert world.held("Mary") == ["apple", "football", "milk"]
    assert world.held("John") == []


def test_what_is_carried_is_dropped_where_the_carrier_has_gone():
    world = world_of()
    world.lies["milk"] = world.place["Mary"]
    Take("Mary", "milk").happen(world)
    Move("Mary", "office").happen(world)
    Drop("Mary", "milk").happen(world)
    assert world.lies["milk"] == "office"
