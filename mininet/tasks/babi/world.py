"""A small world: people go from place to place, and take things with them.

That bAbI's stories come from such a simulation is from Weston et al. 2015 (section 4),
and the words and the places are those of its files. The world itself is ours: anybody
tries to do anything, as often as anything else, and what is possible happens. That
gives the share of moves, takes and drops that the files have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

PEOPLE = ("Daniel", "John", "Mary", "Sandra")
PLACES = ("bathroom", "bedroom", "garden", "hallway", "kitchen", "office")
THINGS = ("apple", "football", "milk")

WENT = ("journeyed", "moved", "travelled", "went", "went back")
TOOK = ("got", "grabbed", "picked up", "took")
LEFT = ("discarded", "dropped", "left", "put down")
GAVE = ("gave", "handed", "passed")


class World:
    """Where everybody is, where every thing lies, and who holds it.

    It begins by chance, and nobody is told how: a listener knows only what is said.
    """

    def __init__(
        self,
        chance: Random,
        people: Sequence[str] = PEOPLE,
        places: Sequence[str] = PLACES,
        things: Sequence[str] = (),
    ) -> None:
        self.people = people
        self.places = places
        self.place = {who: chance.choice(places) for who in people}
        self.lies = {thing: chance.choice(places) for thing in things}
        self.holder: dict[str, str] = {}

    def held(self, who: str) -> list[str]:
        """The things a person holds, the longest held first."""
        return [thing for thing, holder in self.holder.items() if holder == who]


class Move(NamedTuple):
    """Somebody goes to a place, and what they hold goes along."""

    who: str
    place: str

    def happen(self, world: World) -> None:
        """Change the world."""
        world.place[self.who] = self.place

    def told(self, chance: Random) -> str:
        """Say it in a sentence."""
        return f"{self.who} {went(chance)} to the {self.place}."


class Take(NamedTuple):
    """Somebody takes a thing that lies where they are."""

    who: str
    thing: str

    def happen(self, world: World) -> None:
        """Change the world."""
        del world.lies[self.thing]
        world.holder[self.thing] = self.who

    def told(self, chance: Random) -> str:
        """Say it in a sentence."""
        return f"{self.who} {chance.choice(TOOK)} the {self.thing} there."


class Drop(NamedTuple):
    """Somebody leaves a thing where they are."""

    who: str
    thing: str

    def happen(self, world: World) -> None:
        """Change the world."""
        del world.holder[self.thing]
        world.lies[self.thing] = world.place[self.who]

    def told(self, chance: Random) -> str:
        """Say it in a sentence; one in five says that it was there."""
        there = " there" if chance.random() < 0.2 else ""
        return f"{self.who} {chance.choice(LEFT)} the {self.thing}{there}."


class Give(NamedTuple):
    """Somebody gives a thing to somebody in the same place."""

    who: str
    thing: str
    whom: str

    def happen(self, world: World) -> None:
        """Change the world; to the other it is the last thing taken."""
        del world.holder[self.thing]
        world.holder[self.thing] = self.whom

    def told(self, chance: Random) -> str:
        """Say it in a sentence."""
        return f"{self.who} {chance.choice(GAVE)} the {self.thing} to {self.whom}."


Action = Move | Take | Drop | Give
Ways = Callable[[World, str], Sequence[Action]]


def went(chance: Random) -> str:
    """One of the words for it."""
    return chance.choice(WENT)


def moves(world: World, who: str) -> list[Move]:
    """All ways to go: to any place but this one."""
    return [Move(who, place) for place in world.places if place != world.place[who]]


def takes(world: World, who: str) -> list[Take]:
    """All that can be taken."""
    here = world.place[who]
    return [Take(who, thing) for thing, place in world.lies.items() if place == here]


def drops(world: World, who: str) -> list[Drop]:
    """All that can be dropped."""
    return [Drop(who, thing) for thing in world.held(who)]


def gives(world: World, who: str) -> list[Give]:
    """All that can be given, to all who are here."""
    here = world.place[who]
    others = [other for other in world.people if world.place[other] == here]
    others.remove(who)
    return [Give(who, thing, whom) for thing in world.held(who) for whom in others]


def act(world: World, chance: Random, *ways: Ways) -> Action:
    """Let something happen: anybody tries anything, until it is possible.

    Args:
        world: it is changed.
        chance: where the choice comes from.
        ways: such as `moves`, `takes`; named twice, it is tried twice as often. With
            `moves` among them there is always something possible.
    """
    while True:
        possible = chance.choice(ways)(world, chance.choice(world.people))
        if possible:
            action = chance.choice(possible)
            action.happen(world)
            return action
