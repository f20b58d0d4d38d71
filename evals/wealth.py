"""Weekly monitoring that may be looked at as often as one likes: a betting e-process.

Each case lost between two following runs multiplies a wealth of 1 by 1.3, each gained by 0.7. If losing
were no likelier than gaining, wealth would be a martingale and reach 20 in at most 5 % of all futures
(Ville 1939; Shafer 2021; Ramdas et al. 2023).
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.types import Noun

LOSS, GAIN, ALARM = 1.3, 0.7, 20.0


class Watch(Noun):
    """Wealth after each look; `alarm` is the place of the first that reached 20, None where none did."""

    wealth: tuple[float, ...]
    alarm: int | None

    @property
    def rang(self) -> bool:
        """The alarm rang at some look."""
        return self.alarm is not None


def watch(looks: Iterable[tuple[int, int]]) -> Watch:
    """Wealth over looks of (lost, gained)."""
    wealth, path, alarm = 1.0, [], None
    for place, (lost, gained) in enumerate(looks):
        wealth *= LOSS**lost * GAIN**gained
        path.append(wealth)
        if alarm is None and wealth >= ALARM:
            alarm = place
    return Watch(wealth=tuple(path), alarm=alarm)
