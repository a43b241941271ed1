"""What became of all attempts together."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """What became of the attempts: how many were made, done, refused with which words, and went wrong."""

    attempts: int = 0
    done: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    errors: Counter = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    planned: int = 0
    took: float = 0.0

    def add(self, other: "Report") -> None:
        self.attempts += other.attempts
        self.done += other.done
        self.refused += other.refused
        self.errors += other.errors
        self.seconds += other.seconds

    def __str__(self) -> str:
        shares = sorted(self.seconds)
        at = [1000 * shares[int(len(shares) * share)] for share in (0.5, 0.95, 0.99)]
        lines = [
            f"{self.attempts} attempts in {self.took:.0f} s: {self.attempts / self.took:.1f} a second",
            f"an attempt took p50 {at[0]:.0f} ms, p95 {at[1]:.0f} ms, p99 {at[2]:.0f} ms",
            f"done {self.done.total()}: {told(self.done)}",
            f"refused {self.refused.total()}:",
            *(f"  {number:6} {words}" for words, number in self.refused.most_common()),
            f"errors {self.errors.total()}: {told(self.errors)}",
            f"talks that stand in the end {self.planned}, overlaps {len(self.overlaps)}: {self.overlaps[:5]}",
        ]
        return "\n".join(lines)


def told(counted: Counter) -> str:
    return ", ".join(f"{what} {number}" for what, number in counted.most_common())
