#!/usr/bin/env bash
# make bench: see benches/run.py. Needs the release build and the Python environment (make deps).
set -euo pipefail
cd "$(dirname "$0")/.."
TARGET=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$TARGET PYTHONDONTWRITEBYTECODE=1
# shellcheck disable=SC1091
. "$TARGET/tools/env.sh"
[ -n "$OLLY_PYTHON" ] || { echo "the bench needs the Python environment; make deps could not make it"; exit 1; }
exec "$OLLY_PYTHON" benches/run.py "$@"
