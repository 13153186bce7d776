"""The fence of a conversation: which words may still leave."""

from dataclasses import dataclass

from segue_common.events.shared import Speaker


@dataclass(frozen=True)
class Fence:
    """`epoch` rises with every change of the owner and of an opt-out; `opt_out_epoch` is that of
    the last opt-out."""

    epoch: int = 0
    owner: str = "agent"
    opt_out_epoch: int = 0

    def stops(self, epoch: int, speaker: Speaker) -> bool:
        """Whether words of `epoch` are void.

        A change of the owner silences the agents; what a person said before giving the
        conversation back still holds, and only an opt-out stops it.
        """
        return epoch < (self.opt_out_epoch if speaker == "person" else self.epoch)


OPEN = Fence()
