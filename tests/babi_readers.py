"""Readers of bAbI's twenty tasks: rules written by hand that know no generator.

Each reads a question's sentences and answers it. They stand apart from the package, so
that the stories told there are checked by something that shares nothing with them.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from mininet.tasks.babi.stories import Question, words

PLACES = set(
    "bathroom bedroom cinema garden hallway kitchen office park school".split()
)
THINGS = {"apple", "football", "milk", "pajamas"}
PEOPLE = set(
    "antoine bernhard bill brian daniel emily fred gertrude greg jason jeff jessica "
    "john julie julius lily mary sandra sumit winona yann".split()
)
WENT = {"journeyed", "moved", "travelled", "went"}
TOOK = {"got", "grabbed", "picked", "took"}
LEFT = {"discarded", "dropped", "left", "put"}
GAVE = {"gave", "handed", "passed"}
TIMES = ("yesterday", "morning", "afternoon", "evening")
SINGULAR = {"cats": "cat", "mice": "mouse", "sheep": "sheep", "wolves": "wolf"}
STEPS = {"north": (0, 1), "south": (0, -1), "east": (1, 0), "west": (-1, 0)}
STEPS |= {"above": (0, 1), "below": (0, -1), "right": (1, 0), "left": (-1, 0)}
SHAPE = re.compile(
    r"(?:(?:blue|pink|red|yellow) )?(?:rectangle|sphere|square|triangle)"
)
FEELINGS = {  # where it leads
    "bored": "garden",
    "hungry": "kitchen",
    "thirsty": "kitchen",
    "tired": "bedroom",
}


def those(known: set[str] | dict, sentence: str) -> list[str]:
    """The words of a sentence that are known, in its order."""
    return [word for word in words(sentence) if word in known]


class Where:
    """Where people are, as far as a story tells it."""

    def __init__(self, story: Sequence[str]) -> None:
        self.may: dict[str, set[str]] = {}  # they are in one of these
        self.not_in: dict[str, str] = {}
        group: list[str] = []
        for sentence in story:
            said = words(sentence)
            group = those(PEOPLE, sentence) or group  # he, she, they: those before
            if not WENT & set(said) and "in" not in said:
                continue
            for who in group:
                self.may.pop(who, None)
                self.not_in.pop(who, None)
                if "not" in said or "longer" in said:
                    self.not_in[who] = said[-1]
                else:
                    self.may[who] = set(those(PLACES, sentence))

    def answer(self, question: Question) -> str:
        """Where somebody is, or whether they are there."""
        (who,) = those(PEOPLE, question.text)
        asked = those(PLACES, question.text)
        if not asked:
            (place,) = self.may[who]
            return place
        if who in self.not_in:
            return "no" if asked[0] == self.not_in[who] else "maybe"
        if asked[0] not in self.may[who]:
            return "no"
        return "yes" if len(self.may[who]) == 1 else "maybe"


def whereabouts(question: Question) -> str:
    """Tasks 1, 6 and 9 to 13."""
    return Where(question.story).answer(question)


class Hands:
    """Who holds what, and where things have been, as far as a story tells it."""

    def __init__(self, story: Sequence[str]) -> None:
        place: dict[str, str] = {}
        self.holder: dict[str, str] = {}
        self.been: dict[str, list[str]] = {}
        self.gifts: list[tuple[str, str, str]] = []
        self.first: dict[str, list[str]] = {}  # what somebody has taken, first to last
        for sentence in story:
            said = set(words(sentence))
            who, *others = those(PEOPLE, sentence)
            if WENT & said:
                (place[who],) = those(PLACES, sentence)
                for thing in self.holder:
                    if self.holder[thing] == who:
                        self.see(thing, place[who])
                continue
            (thing,) = those(THINGS, sentence)
            if who in place:
                self.see(thing, place[who])
            if LEFT & said:
                self.holder.pop(thing, None)
                continue
            self.holder[thing] = others[0] if GAVE & said else who
            taken = self.first.setdefault(self.holder[thing], [])
            if thing not in taken:
                taken.append(thing)
            if GAVE & said:
                self.gifts.append((who, thing, others[0]))

    def see(self, thing: str, place: str) -> None:
        """A thing is at a place."""
        been = self.been.setdefault(thing, [])
        if not been or been[-1] != place:
            been.append(place)

    def held(self, who: str) -> list[str]:
        """What somebody holds, in the order in which they first took it."""
        return [t for t in self.first.get(who, []) if self.holder.get(t) == who]


def where_is_it(question: Question) -> str:
    """Task 2."""
    (thing,) = those(THINGS, question.text)
    return Hands(question.story).been[thing][-1]


def where_was_it(question: Question) -> str:
    """Task 3: before it came there the last time."""
    (thing,), (place,) = those(THINGS, question.text), those(PLACES, question.text)
    steps = pairwise(Hands(question.story).been[thing])
    return [before for before, here in steps if here == place][-1]


def gift(question: Question) -> str:
    """Task 5: the last gift that fits."""
    asked, people = words(question.text), those(PEOPLE, question.text)
    things = those(THINGS, question.text)
    gifts = Hands(question.story).gifts[::-1]
    if asked[0] == "what":
        return next(what for who, what, whom in gifts if [who, whom] == people)
    if asked[:2] == ("who", "did"):
        return next(m for who, what, m in gifts if [who, what] == [*people, *things])
    if "received" in asked:
        return next(whom for _, what, whom in gifts if [what] == things)
    return next(
        who for who, what, whom in gifts if [what] == things and people in ([], [whom])
    )


def count(question: Question) -> str:
    """Task 7."""
    (who,) = those(PEOPLE, question.text)
    return ("none", "one", "two", "three")[len(Hands(question.story).held(who))]


def listed(question: Question) -> str:
    """Task 8."""
    (who,) = those(PEOPLE, question.text)
    return ",".join(Hands(question.story).held(who)) or "nothing"


def laid_out(story: Sequence[str], names: Callable[[str], list[str]]) -> dict:
    """Where things lie that a story tells side by side: coordinates."""
    spots: dict[str, tuple[int, int]] = {}
    facts = [(*names(each), STEPS[those(STEPS, each)[0]]) for each in story]
    spots[facts[0][0]] = (0, 0)
    for _ in facts:
        for one, other, (x, y) in facts:
            if other in spots:
                spots.setdefault(one, (spots[other][0] + x, spots[other][1] + y))
            elif one in spots:
                spots[other] = (spots[one][0] - x, spots[one][1] - y)
    return spots


def places_in(sentence: str) -> list[str]:
    """The places a sentence names."""
    return those(PLACES, sentence)


def shapes_in(sentence: str) -> list[str]:
    """The shapes a sentence names, with their colours."""
    return SHAPE.findall(sentence)


def beyond(question: Question) -> str:
    """Task 4: what lies there, or from what it lies there."""
    spots = laid_out(question.story, places_in)
    (place,), (side,) = places_in(question.text), those(STEPS, question.text)
    x, y = STEPS[side]
    sign = 1 if words(question.text)[2] == side else -1  # what is north of it
    wanted = (spots[place][0] + sign * x, spots[place][1] + sign * y)
    (found,) = [name for name, spot in spots.items() if spot == wanted]
    return found


def beside(question: Question) -> str:
    """Task 17, by geometry."""
    spots = laid_out(question.story, shapes_in)
    one, other = (spots[name] for name in shapes_in(question.text))
    x, y = STEPS[those(STEPS, question.text)[-1]]
    way = (one[0] - other[0]) * x + (one[1] - other[1]) * y
    return "yes" if way > 0 else "no"


def way(question: Question) -> str:
    """Task 19: by doors that are told; there must be one way of two steps alone."""
    doors: dict[str, dict[str, str]] = {}
    for sentence in question.story:
        (one, other), (side,) = places_in(sentence), those(STEPS, sentence)
        x, y = STEPS[side]
        back = next(name for name, step in STEPS.items() if step == (-x, -y))
        doors.setdefault(other, {})[side] = one
        doors.setdefault(one, {})[back] = other
    start, end = places_in(question.text)
    (found,) = [
        f"{one[0]},{two[0]}"
        for one, middle in doors[start].items()
        for two, last in doors[middle].items()
        if last == end
    ]
    return found


def before(question: Question) -> str:
    """Task 14: the place of the time before, of the last time there."""
    (who,), (place,) = those(PEOPLE, question.text), those(PLACES, question.text)
    day = {
        TIMES.index(those(set(TIMES), sentence)[0]): those(PLACES, sentence)[0]
        for sentence in question.story
        if who in words(sentence)
    }
    times = sorted(day)
    return [day[a] for a, b in pairwise(times) if day[b] == place][-1]


def afraid(question: Question) -> str:
    """Task 15."""
    (who,) = those(PEOPLE, question.text)
    said = [words(sentence) for sentence in question.story]
    fears = {SINGULAR[each[0]]: SINGULAR[each[-1]] for each in said if "afraid" in each}
    kinds = {each[0]: each[-1] for each in said if "a" in each}
    return fears[kinds[who]]


def colour(question: Question) -> str:
    """Task 16: of the one of the same kind that was named last."""
    (who,) = those(PEOPLE, question.text)
    said = [words(sentence) for sentence in question.story]
    kinds = {each[0]: each[-1] for each in said if "a" in each}
    colours = {each[0]: each[-1] for each in said if "a" not in each}
    alike = [one for one in kinds if kinds[one] == kinds[who] and one in colours]
    return colours[alike[-1]]


def larger(question: Question) -> str:
    """Task 18: whatever follows from what is told, over as many steps as it takes."""

    def sizes(sentence: str) -> tuple[str, str]:
        joined = sentence.replace("box of chocolates", "sweets")
        names = {"box", "chest", "chocolate", "container", "suitcase", "sweets"}
        one, other = those(names, joined)
        return (one, other) if "bigger" in joined else (other, one)

    told = {sizes(sentence) for sentence in question.story}
    while more := {(a, d) for a, b in told for c, d in told if b == c} - told:
        told |= more
    large, small = sizes(question.text)
    assert ((large, small) in told) != ((small, large) in told)
    return "yes" if (large, small) in told else "no"


def why(question: Question) -> str:
    """Task 20."""
    (who,) = those(PEOPLE, question.text)
    (feeling,) = [
        word
        for sentence in question.story
        if who in words(sentence)
        for word in those(FEELINGS, sentence)
    ]
    return feeling if words(question.text)[0] == "why" else FEELINGS[feeling]


READERS: dict[int, Callable[[Question], str]] = {
    1: whereabouts,
    2: where_is_it,
    3: where_was_it,
    4: beyond,
    5: gift,
    6: whereabouts,
    7: count,
    8: listed,
    9: whereabouts,
    10: whereabouts,
    11: whereabouts,
    12: whereabouts,
    13: whereabouts,
    14: before,
    15: afraid,
    16: colour,
    17: beside,
    18: larger,
    19: way,
    20: why,
}
