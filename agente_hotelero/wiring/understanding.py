"""How this process reads guests' words: by rules, and by the model that was made when it was built."""

from collections.abc import Callable
from functools import cache

from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.dialogue.understanding.weighing import Understanding
from agente_hotelero.learning import model_file

Read = Callable[[str, Context], Reading]
Weigh = Callable[[Reading, str, Context], Reading]


@cache
def reader() -> Understanding:
    """Load the best model that fits, once; raises ModelMissingError, which names what to run."""
    model = model_file.best()
    return Understanding(chances=model, acts_from=model.acts_from, takes_long=model.knows_sentences)


def steps() -> tuple[Read, Weigh | None]:
    """What reads on the loop, and what takes too long for it."""
    whole = reader()
    return (understand, whole.weighed) if whole.takes_long else (whole, None)


def in_use() -> str:
    """Which model that is, and why."""
    return model_file.in_use()
