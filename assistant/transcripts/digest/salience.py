"""Which exchanges a digest at the wished length keeps: what tells most, nothing twice, every topic."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.transcripts.digest.statement import Statement
from assistant.transcripts.digest.topics import Space, Topic
from assistant.transcripts.record.exchanges import Exchange
from assistant.transcripts.record.exhibits import numbers_in
from assistant.transcripts.record.wording import (
    NO_KNOWLEDGE,
    OWNS,
    POSITION,
    STRIKES,
    corrects,
)

_CUT = re.compile(r"(?:--?|\xad|—)\s*$")

_IDLE = re.compile(
    r"\b(?:do you see (?:that|this|where)|did I read that|is that your signature|are you ready|can you hear|take your time|"
    r"does that make sense|do you understand|how are you|good (?:morning|afternoon)|fair enough|spell|see that\?|"
    r"you understand that you|turn to page|go to page|let me know when|for the record\?|with me\?|are you with me|"
    r"under oath|medication|court reporter|out loud|verbal(?:ly)?|nod(?:ding)? your head|take a break|full name|"
    r"(?:finish|answer) (?:my|the|your) question|best testimony|minutes? remaining|hear argument)",
    re.IGNORECASE,
)
_RULES = re.compile(  # names, ground rules, private life
    r"\b(?:spell|full name|state your name|under oath|medications?|(?:affect|impair)\w* your (?:memory|ability|testimony)|"
    r"answer out loud|court reporter|nod(?:ding)? your head|(?:been deposed|given a deposition|deposition) before|"
    r"where (?:are|were) you (?:from|born)|are you married|any children|home address|date of birth|how old are you|"
    r"take a break|best testimony)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"(?:okay|ok|uh-huh|mm-hmm|sure|yes|yeah|yep|right|correct|thank you|i do|i see (?:it|that)|got it|no|i understand|"
    r"good morning|good afternoon|i am|fine|all right|i have it|i'm there)[.,! ]*(?:sir|ma'am)?[.! ]*",
    re.IGNORECASE,
)
_WEIGHTY = re.compile(
    r"\b(?:because|reason|decided|decision|told (?:me|him|her|them)|warn|caus(?:e|ed)|respons(?:e|ible|ibility)|authority|aware|"
    r"knew|know(?:n|ledge)|notice|agreed?|agreement|promis|refus|approv|sign(?:ed|ature)|terminat|fired|complain|report(?:ed)?|paid|"
    r"owe|cost|injur|died|hurt|pain|hospital|treat(?:ed|ment)|hired|meeting|contract|policy|procedure|required?|supposed to|"
    r"standard|train(?:ed|ing)|inspect|e-?mail|letter|wrote|writing|respond(?:ed)?|called|never|always|ever|first|last|only|fail|"
    r"mistake|wrong|safe(?:ty)?|risk|danger|witnessed|saw|heard|intend(?:ed)?|purpose|chang(?:e|ed)|missed|delet|destroy|"
    r"investigat|compla?in|conclu(?:de|sion)|opinion|rel(?:y|ied)|exception|exempt|violat|obligat|concede)",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:told (?:me|him|her|them|us)|(?:she|he|they) (?:said|told|asked|wanted|instructed|ordered|directed|promised)|"
    r"I (?:told|asked|reported|warned|complained|said))\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:why|what happened|what (?:did|does|do) (?:you|he|she|they|it|(?:mr|ms|mrs|dr)\. \w+) (?:do|mean|say|tell|ask|want|write)|"
    r"what (?:was|were) (?:said|his|her|their|the)|what (?:words|reason|else)|how (?:did|does|do|could)|what caused)\b",
    re.IGNORECASE,
)
_TESTS = re.compile(  # a question that pins down what the other side holds
    r"\b(?:(?:is|was|that['’]s|isn['’]t) (?:it |that )?your (?:\w+ )?(?:position|testimony|understanding|opinion|point|argument|"
    r"view|answer|belief)|(?:are you|you(?:['’]re| are)) (?:saying|telling|asking|suggesting|claiming|contending)|"
    r"(?:do|would|don['’]t|wouldn['’]t) you (?:agree|concede|admit|dispute|contend|deny)|you (?:agree|concede|admit|"
    r"would agree))\b",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|\b(?:19|20)\d\d\b"
)
_FIGURE = re.compile(
    r"\$|\d|\b(?:percent|hundred|thousand|million|dozen|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hours?|weeks?|months?|miles?|feet|inches|pounds|dollars)\b"
)


def weigh(exchange: Exchange, statement: Statement, central: float) -> float:
    """How much a digest would miss this exchange; around 0 for idle talk, 3 for a correction."""
    asked = exchange.question.text if exchange.question else ""
    said = exchange.said
    told = _told(asked, said)
    words = len(told.split())
    score = 0.9 * central + 0.5 * min(1.0, words / 18)
    score += {"admission": 0.45, "denial": 0.4, "no-recall": 0.2}.get(statement.kind, 0.0)
    score += 1.2 * corrects(asked, said) + 0.7 * bool(OWNS.search(said))
    score += 0.3 * bool(_MONTH.search(told)) + 0.15 * bool(_MONTH.search(asked))
    score += 0.25 * bool(_FIGURE.search(told)) + 0.15 * min(2, _names(told))
    score += 0.2 * min(3, len(_WEIGHTY.findall(asked + " " + said)))
    score += 0.3 * bool(re.search(r"[\"“]", said + asked)) + 0.3 * bool(POSITION.search(said))
    score += 0.45 * bool(_REPORTED.search(said)) + 0.4 * bool(_WHY.search(asked) and words > 4)
    score += 0.4 * bool(_TESTS.search(asked) and words > 2)
    score += 0.3 * bool(
        numbers_in(asked) and re.search(r"what is|recogni|identify|tell", asked, re.I)
    )
    score += 0.2 * exchange.objected + 0.1 * bool(NO_KNOWLEDGE.search(said))
    score += 0.2 * any(STRIKES.search(t.text) for t in exchange.between)
    return score - _idleness(exchange, statement, asked, said)


def _told(asked: str, said: str) -> str:
    """What an answer tells: itself, or where it only says yes or no, what it was asked."""
    return f"{asked} {said}" if _EMPTY.fullmatch(said) or len(said.split()) <= 5 else said


def _idleness(exchange: Exchange, statement: Statement, asked: str, said: str) -> float:
    """What speaks against an exchange: ground rules, foundation, a question or answer that was cut off."""
    words = len(said.split())
    out = 1.5 * bool(_RULES.search(asked))
    out += 1.2 * bool(_IDLE.search(asked) and words <= 6 and not re.search(r"[\"“]", asked))
    out += 0.4 * bool(_EMPTY.fullmatch(said) and statement.text.startswith("Q:"))
    if (words <= 4 and _CUT.search(asked)) or said.startswith("--"):
        out += 0.8
    out += 0.5 * bool(_CUT.search(statement.quote) and len(statement.quote.split()) < 12)
    return out + 0.15 * (exchange.question is None) + 0.3 * bool(_CUT.search(asked))


def _names(text: str) -> int:
    """Capitalised words inside sentences: people, places, firms."""
    return len(set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}", text)))


def centrality(space: Space, topic: Topic) -> list[float]:
    """How close each exchange of a topic is to what the whole topic says, in [0, 1]."""
    vectors = space.vectors[topic.start : topic.end]
    middle = vectors.mean(axis=0)
    scale = float(np.linalg.norm(middle))
    if not scale:
        return [0.0] * len(vectors)
    return [max(0.0, float(v @ middle / scale)) for v in vectors]


def chosen(
    weights: Sequence[float],
    costs: Sequence[int],
    space: Space,
    topics: Sequence[Topic],
    budget: int,
) -> list[int]:
    """The indices to keep, in order, whose costs (words) stay within `budget`.

    Each topic first gets its own share, by its length and weight; what is left goes to the
    weightiest of the rest. An exchange much like one already kept counts for less (MMR).
    """
    shares = {
        t: sum(
            c * max(0.0, w)
            for c, w in zip(costs[t.start : t.end], weights[t.start : t.end], strict=True)
        )
        for t in topics
    }
    total = sum(shares.values()) or 1.0
    taken: list[int] = []
    spent = 0
    for topic in topics:
        room = 0.6 * budget * shares[topic] / total
        more, cost = _best(range(topic.start, topic.end), weights, costs, space, room, [])
        taken += more
        spent += cost
    rest = [k for k in range(len(weights)) if k not in set(taken)]
    more, _ = _best(rest, weights, costs, space, budget - spent, taken)
    return sorted({*taken, *more})


def _best(
    among: Sequence[int],
    weights: Sequence[float],
    costs: Sequence[int],
    space: Space,
    room: float,
    taken: Sequence[int],
) -> tuple[list[int], int]:
    """Greedy by weight for length, leaving out what is much like one taken nearby, within `room`."""
    worth = {k: weights[k] / costs[k] ** 0.4 for k in among if weights[k] > 0 and costs[k]}
    order = sorted(worth, key=lambda k: -worth[k])
    out: list[int] = []
    spent = 0
    for k in order:
        if spent + costs[k] > room:
            continue
        near = [j for j in (*out, *taken) if abs(j - k) <= 30]
        alike = max((float(space.vectors[k] @ space.vectors[j]) for j in near), default=0.0)
        if weights[k] - 0.6 * max(0.0, alike - 0.5) <= 0.35:
            continue
        out.append(k)
        spent += costs[k]
    return out, spent
