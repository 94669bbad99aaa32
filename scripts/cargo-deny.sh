#!/usr/bin/env bash
# cargo-deny of one pinned version, built from its crate into the cache folder when it is missing; then run with the arguments.
set -euo pipefail
VERSION=0.20.2
ROOT=${XDG_CACHE_HOME:-$HOME/.cache}/ollystack/tools
BIN=$ROOT/bin/cargo-deny
if ! "$BIN" --version 2>/dev/null | grep -qF " $VERSION"; then
    echo "building cargo-deny $VERSION (once, into $ROOT)"
    # Unoptimised on purpose: it runs for two seconds and would take minutes more to build.
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=$ROOT/target cargo install cargo-deny --version "$VERSION" --locked --debug \
        --no-default-features --root "$ROOT" --force --quiet
    rm -rf "$ROOT/target"
fi
exec "$BIN" "$@"
