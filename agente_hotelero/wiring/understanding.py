"""How this process reads guests' words: by rules, and by the model that was made when it was built."""

from functools import cache

from agente_hotelero.dialogue.understanding.weighing import Understanding
from agente_hotelero.learning import model_file


@cache
def reader() -> Understanding:
    """Load the model, once; raises ModelMissingError, which names what to run."""
    model = model_file.load()
    return Understanding(chances=model, acts_from=model.acts_from)
