#!/usr/bin/env bash
# The tests that drive the built server from outside: real clients, chDB beside it, kills, a full disk, hostile queries.
#   tests/run.sh              those that tests/gate lists: what holds today, and what CI asks for
#   tests/run.sh all          all of them
#   tests/run.sh differential only tests/clients/test_differential.py (further arguments go to pytest)
# The last line reads 'N passed, N failed, N skipped'.
set -uo pipefail
cd "$(dirname "$0")/.."
TARGET=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$TARGET PYTHONDONTWRITEBYTECODE=1
[ -f "$TARGET/tools/env.sh" ] || scripts/deps.sh
# shellcheck disable=SC1091
. "$TARGET/tools/env.sh"
export OLLY_PYTHON OLLY_CLICKHOUSE_CLIENT OLLY_CURL
if [ -z "$OLLY_PYTHON" ]; then
    echo "SKIPPED LOUDLY: there is no Python environment, so no client test ran (see make deps)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
args=()
if [ $# -eq 0 ]; then
    mapfile -t args < <(grep -v '^#' tests/gate)
    if [ ${#args[@]} -eq 0 ]; then
        echo "tests/gate lists nothing"
        exit 1
    fi
elif [ "$1" != all ]; then
    args=("test_$1.py" "${@:2}")
fi
export OLLY_COUNTS=$TARGET/tools/counts
rm -f "$OLLY_COUNTS"
(cd tests/clients && "$OLLY_PYTHON" -m pytest "${args[@]+"${args[@]}"}")
code=$?
read -r passed failed skipped <"$OLLY_COUNTS" 2>/dev/null || { passed=0 failed=1 skipped=0; }
[ "$code" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
