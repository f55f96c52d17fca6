"""What was found, and what can be done about it?"""

from __future__ import annotations

from dataclasses import asdict, dataclass

#: Somebody could read or change what is not theirs; something will break some day; answers come later than
#: they could; nothing that must be changed.
UNSAFE, FRAGILE, SLOW, NOTE = "unsafe", "fragile", "slow", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names what was looked at, `what` says what is the case, `do` what to do about it."""

    kind: str
    check: str
    what: str
    do: str

    @property
    def is_a_fault(self) -> bool:
        """Whether a deployment with it is not as it should be."""
        return self.kind != NOTE

    def to_dict(self) -> dict[str, str]:
        return asdict(self)
