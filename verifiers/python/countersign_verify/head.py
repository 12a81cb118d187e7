"""The shape of `head`: keys, types and defaults (spec/definition.md, "head")."""

from __future__ import annotations

from .shape import Key, array, boolean, identifier, mapping, record, string, tagged, text, whole, word
from .text import U64_MOST
from .values import MOST_COUNT, candidates, code, keys, language, moment, prefix, rule, share

METHODS = (
    "nl-senate",
    "nl-council",
    "nl-parliament",
    "nl-european",
    "first-past-the-post",
    "dhondt",
    "sainte-lague",
    "modified-sainte-lague",
    "huntington-hill",
    "adams",
    "dean",
    "hamilton",
)
ASKS = ("viable-stays", "award-viable", "viable-awarded", "award-order", "delegates", "award-legal", "viable-fit")


STRINGS = array(string)
COUNT = whole(0, U64_MOST)
PRESENCE = Key("presence", word("required", "optional"), "required")
WHEN = record(Key("left", string), Key("is", word("equal", "more", "fewer", "unequal")), Key("right", string))


CHECKS: dict[str, tuple[Key, ...]] = {
    "sum-equals": (Key("parts", STRINGS), Key("total", string)),
    "sums-equal": keys(STRINGS, "left", "right"),
    "sum-at-most": keys(STRINGS, "parts", "limit"),
    "total-given": (Key("total", string), Key("parts", STRINGS)),
    "tick-true": (Key("tick", string), Key("when", WHEN)),
    "one-ticked": (Key("ticks", STRINGS), Key("when", WHEN, None, nullable=True)),
    "zero-when": (Key("fields", STRINGS), Key("when", WHEN)),
    "difference-is": keys(string, "field", "larger", "smaller"),
    "share-below": (*keys(string, "part", "whole"), Key("share", share)),
    "difference-below": (*keys(string, "left", "right", "whole"), Key("share", share), Key("count", COUNT)),
    "not-zero": keys(string, "field"),
    "at-most": keys(string, "field", "limit"),
    "both-or-neither": keys(STRINGS, "some", "also"),
    "not-all-zero": keys(STRINGS, "of"),
    "list-totals-given": keys(string, "totals", "candidates"),
    "list-sums": keys(string, "totals", "candidates"),
    "lists-equal": keys(string, "left", "right"),
    "caucus": (Key("asks", word(*ASKS)),),
}

ACROSS: dict[str, tuple[Key, ...]] = {
    "readings-agree": (),
    "no-copy": (Key("sections", STRINGS), Key("above", COUNT)),
}

FIELD = record(
    Key("code", code),
    Key("name", text),
    PRESENCE,
    Key("at_most", whole(0, MOST_COUNT), MOST_COUNT, nullable=True),
    Key("sum", STRINGS, None),
    Key("counts", record(*keys(string, "contest", "selection")), None, nullable=True),
)

BODIES: dict[str, tuple[Key, ...]] = {
    "fields": (Key("fields", array(FIELD)),),
    "selections": (
        Key("contest", string),
        Key("prefix", prefix),
        Key("source", word("tally", "control"), "tally"),
        PRESENCE,
    ),
    "candidates": (Key("contest", string), PRESENCE),
    "quotient": (
        Key("contest", string),
        Key("prefix", prefix),
        Key("quotient", record(*keys(string, "section", "numerator", "denominator"))),
    ),
}


FORM = record(
    Key("id", identifier),
    Key("name", text),
    Key("kinds", STRINGS),
    Key("sections", array(record(Key("id", identifier), Key("name", text), Key("body", tagged(BODIES))))),
    Key("caucus", record(*keys(string, "first", "final", "award", "delegates", "elects")), None, nullable=True),
    Key("rules", array(rule(CHECKS, Key("only", STRINGS, []), Key("then", word("go-on", "stop"), "go-on"))), []),
)

SELECTION = record(Key("id", identifier), Key("name", text), Key("candidates", candidates, 0), Key("in", STRINGS, []))

HEAD = record(
    Key("id", identifier),
    Key("name", text),
    Key("languages", array(language)),
    Key("calendar", record(Key("zone", string), Key("polls_close", moment), Key("release", moment))),
    Key("kinds", array(record(Key("id", identifier), Key("one", text), Key("many", text)))),
    Key("attributes", array(record(Key("id", identifier), Key("kind", word("count", "text")))), []),
    Key("selections", mapping(array(SELECTION))),
    Key(
        "contests",
        array(
            record(
                Key("id", identifier),
                Key("name", text),
                Key("selections", string),
                Key("decimals", whole(0, 9), 0),
            )
        ),
    ),
    Key("heard", record(Key("attribute", string), Key("name", text)), None, nullable=True),
    Key(
        "outcome",
        record(
            Key("contest", string),
            Key("method", word(*METHODS)),
            Key("seats", whole(1, 100_000)),
            Key("quota", word("hare", "droop", "hagenbach-bischoff", "imperiali"), None, nullable=True),
            Key("seats_only", boolean, False),
        ),
        None,
        nullable=True,
    ),
    Key("forms", array(FORM)),
    Key("across", array(rule(ACROSS)), []),
    Key(
        "signatures",
        record(
            Key("channels", mapping(record(Key("persons", whole(0, 255))), identifier)),
            Key("officers", whole(0, 255)),
            Key("registrars", whole(0, 255), None, nullable=True),
            Key("codes", boolean, False),
        ),
    ),
)
