"""Who is elected by the Dutch methods (spec/outcome.md, "Who is elected")."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from .rounds import Count, LotRequired

LARGE_COUNCIL = 19


def _threshold(method: str, seats: int) -> int | None:
    """The preference threshold in hundredths of the quota; None where nobody is named."""
    if method == "nl-council":
        return 50 if seats < LARGE_COUNCIL else 25
    return {"nl-parliament": 25, "nl-european": 10, "nl-senate": 100}.get(method)


def _by_preference(preferred: list[int], votes: tuple[int, ...], seats: int, number: int) -> list[int]:
    """Those who are elected by their own votes, in that order."""
    elected: list[int] = []
    for _, group in groupby(preferred, key=lambda at: votes[at]):
        tied = list(group)
        left = seats - len(elected)
        if len(tied) <= left:
            elected.extend(tied)
        elif left > 0:
            raise LotRequired("preference", [f"{number}/{at + 1}" for at in tied], left)
        else:
            break
    return elected


def elect(method: str, count: Count) -> dict[str, Any]:
    """Elected, how many of them by preference, and who succeeds, by list."""
    percent, all_votes = _threshold(method, count.size), count.votes
    answer: dict[str, dict[str, Any]] = {"elected": {}, "preferred": {}, "succession": {}}
    for party, seats in zip(count.parties, count.seats):
        if percent is None or party.votes is None:
            continue
        votes = party.votes
        above = [at for at, c in enumerate(votes) if 100 * c * count.size > percent * all_votes]
        preferred = sorted(above, key=lambda at: (-votes[at], at))
        elected = _by_preference(preferred, votes, seats, party.number)
        by_preference = len(elected)
        taken = set(elected)
        elected += [at for at in range(len(votes)) if at not in taken][: seats - by_preference]
        taken = set(elected)
        first = [at for at in preferred if at not in taken]
        taken.update(first)
        rest = [at for at in range(len(votes)) if at not in taken]
        name = str(party.number)
        answer["elected"][name] = [at + 1 for at in elected]
        answer["preferred"][name] = by_preference
        answer["succession"][name] = [at + 1 for at in first + rest]
    return {key: lists for key, lists in answer.items() if lists}
