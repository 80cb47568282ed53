"""What forks of the service begin with: imported by the process that they come from, and by nothing else."""

import gc
from importlib import import_module

from agente_hotelero.commands import serving

import_module("agente_hotelero.commands.entry")
serving.import_service()
# A collection that walked these would copy their pages into every fork.
gc.freeze()
