#!/bin/sh
# The release gate: every step DONE, or no release. --list names the steps; --only STEP; --accept-missing STEP[,STEP…].
# It runs on the development environment (VENV, .venv if not said); without one, its steps say what is missing.
set -eu
cd "$(dirname "$0")/.."
python=${VENV:-.venv}/bin/python
[ -x "$python" ] || python=python3
exec "$python" -m scripts.gate "$@"
