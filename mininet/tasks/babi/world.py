"""A small world: people go from place to place, and take things with them.

That bAbI's stories come from such a simulation is from Weston et al. 2015 (section 4),
and the words and the places are those of its files. The world itself is ours: anybody
tries to do anything, as often as anything else, and what is possible happens. That
gives the share of moves, takes and drops that the files have; only giving must be tried
four times as often.
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
Way = Callable[[World, str, Random], Action | None]


def went(chance: Random) -> str:
    """One of the words for it."""
    return chance.choice(WENT)


def move(world: World, who: str, chance: Random) -> Move | None:
    """Try to go anywhere; nothing comes of it if that is here."""
    place = chance.choice(world.places)
    return None if place == world.place[who] else Move(who, place)


def take(world: World, who: str, chance: Random) -> Take | None:
    """Try to take something that lies here."""
    here = world.place[who]
    things = [thing for thing, place in world.lies.items() if place == here]
    return Take(who, chance.choice(things)) if things else None


def drop(world: World, who: str, chance: Random) -> Drop | None:
    """Try to drop something."""
    things = world.held(who)
    return Drop(who, chance.choice(things)) if things else None


def give(world: World, who: str, chance: Random) -> Give | None:
    """Try to give something to somebody who is here."""
    things = world.held(who)
    others = [one for one in world.people if world.place[one] == world.place[who]]
    others.remove(who)
    if not things or not others:
        return None
    return Give(who, chance.choice(things), chance.choice(others))


def act(world: World, chance: Random, *ways: Way) -> Action:
    """Let something happen: anybody tries anything, until it comes to something.

    Args:
        world: it is changed.
        chance: where the choice comes from.
        ways: such as `move`, `take`; named twice, it is tried twice as often. With
            `move` among them there is always something possible.
    """
    while True:
        action = chance.choice(ways)(world, chance.choice(world.people), chance)
        if action:
            action.happen(world)
            return action
