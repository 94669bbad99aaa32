#!/usr/bin/env bash
# make deps: what the client tests need beyond Rust, gcc, make, Python 3 and apt. Nothing is asked, nothing is left outside
# the target folder unless apt runs as root. What cannot be had is named loudly on the last lines and in $TOOLS/missing.
#
# Result: $TARGET/tools/env.sh with OLLY_PYTHON, OLLY_CLICKHOUSE_CLIENT, OLLY_CURL (empty = not to be had).
# OLLY_DEPS_NO_ROOT=1 takes the unprivileged way (apt-get download + dpkg -x) even as root.
set -uo pipefail
cd "$(dirname "$0")/.."
TARGET=$(realpath -m "${CARGO_TARGET_DIR:-target}")
TOOLS=$TARGET/tools
mkdir -p "$TOOLS"
missing=()
say() { printf 'deps: %s\n' "$*"; }

as_root() { [ "$(id -u)" = 0 ] && [ -z "${OLLY_DEPS_NO_ROOT:-}" ] && command -v apt-get >/dev/null; }

# Packages into the system, as root.
apt_root() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$TOOLS/apt.log" 2>&1 && return 0
    apt-get update >"$TOOLS/apt-update.log" 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$TOOLS/apt.log" 2>&1
}

# Packages and what they depend on, unpacked under $TOOLS/root, without root: our own package lists, our own cache.
ROOTFS=$TOOLS/root
APT_OPTS=(-o "Dir::State::lists=$TOOLS/apt/lists" -o "Dir::Cache=$TOOLS/apt/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=)
apt_unpack() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
    mkdir -p "$TOOLS/apt/lists/partial" "$TOOLS/apt/cache/archives/partial" "$TOOLS/apt/debs" "$ROOTFS"
    if [ ! -e "$TOOLS/apt/updated" ]; then
        apt-get "${APT_OPTS[@]}" update >"$TOOLS/apt-update.log" 2>&1 && touch "$TOOLS/apt/updated" || return 1
    fi
    local p want
    want=$(apt-cache "${APT_OPTS[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
        --no-replaces --no-enhances --no-pre-depends "$@" 2>/dev/null | grep '^[a-z0-9]' | cut -d: -f1 | sort -u)
    [ -n "$want" ] || return 1
    for p in $want; do
        # Present in the system already, and not one of those asked for: nothing to fetch.
        case " $* " in *" $p "*) ;; *) [ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null)" = installed ] && continue ;; esac
        [[ $(apt-cache "${APT_OPTS[@]}" policy "$p" 2>/dev/null) =~ Candidate:\ [0-9] ]] || continue # virtual
        ls "$TOOLS/apt/debs/${p}_"* >/dev/null 2>&1 && continue
        (cd "$TOOLS/apt/debs" && apt-get "${APT_OPTS[@]}" download "$p" >>"$TOOLS/apt.log" 2>&1) || say "could not download $p"
        for deb in "$TOOLS/apt/debs/${p}_"*.deb; do [ -e "$deb" ] && dpkg -x "$deb" "$ROOTFS"; done
    done
}

fetch() {
    if as_root; then apt_root "$@"; else apt_unpack "$@"; fi
}

# --- curl ---------------------------------------------------------------------------------------------------------------
CURL=$(command -v curl || true)
if [ -z "$CURL" ]; then
    say "fetching curl"
    fetch curl && CURL=$(command -v curl || echo "$ROOTFS/usr/bin/curl")
    [ -x "$CURL" ] || { CURL=; missing+=("curl"); }
fi

# --- clickhouse-client 18.16 --------------------------------------------------------------------------------------------
# The oldest client worth serving: revision 54412, binary settings.
wrap_client() { # a wrapper, so that the unpacked libraries are found and nothing else of the unpacked tree is
    local lib
    lib=$(find "$ROOTFS" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
    cat >"$TOOLS/clickhouse-client" <<WRAP
#!/bin/sh
LD_LIBRARY_PATH=$lib\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH} exec "$1" "\$@"
WRAP
    chmod +x "$TOOLS/clickhouse-client"
}
CLIENT=$(command -v clickhouse-client || true)
if [ -z "$CLIENT" ] || [ -n "${OLLY_DEPS_NO_ROOT:-}" ]; then
    CLIENT=$TOOLS/clickhouse-client
    if [ ! -x "$CLIENT" ]; then
        say "fetching clickhouse-client"
        if as_root; then
            apt_root clickhouse-client && CLIENT=$(command -v clickhouse-client || true)
        else
            apt_unpack clickhouse-client clickhouse-common
            [ -e "$ROOTFS/usr/bin/clickhouse-client" ] && wrap_client "$ROOTFS/usr/bin/clickhouse-client"
        fi
    fi
fi
if ! { [ -n "$CLIENT" ] && "$CLIENT" --version >/dev/null 2>&1; }; then
    CLIENT=
    missing+=("clickhouse-client")
fi

# --- Python environment ---------------------------------------------------------------------------------------------------
VENV=$TOOLS/venv
REQ=tests/clients/requirements.txt
PYTHON=$VENV/bin/python
if ! cmp -s "$REQ" "$VENV/requirements.done"; then
    say "making the Python environment ($(command -v python3 || echo 'no python3'))"
    rm -rf "$VENV"
    if ! python3 -m venv "$VENV" >"$TOOLS/venv.log" 2>&1; then
        # Debian keeps ensurepip apart: take python3-venv, or only its wheels where we are not root.
        rm -rf "$VENV"
        if as_root; then
            apt_root python3-venv && python3 -m venv "$VENV" >>"$TOOLS/venv.log" 2>&1
        else
            apt_unpack python3-pip-whl python3-setuptools-whl
            wheel=$(ls "$ROOTFS"/usr/share/python-wheels/pip-*.whl 2>/dev/null | head -1)
            [ -n "$wheel" ] && python3 -m venv --without-pip "$VENV" >>"$TOOLS/venv.log" 2>&1 &&
                "$PYTHON" "$wheel/pip" install --quiet --no-index "$wheel" >>"$TOOLS/venv.log" 2>&1
        fi
    fi
    if [ -x "$PYTHON" ] && "$PYTHON" -m pip install --quiet --disable-pip-version-check --no-input -r "$REQ" >"$TOOLS/pip.log" 2>&1; then
        cp "$REQ" "$VENV/requirements.done"
    else
        tail -n 5 "$TOOLS/venv.log" "$TOOLS/pip.log" 2>/dev/null
        PYTHON=
        missing+=("python environment ($REQ)")
    fi
fi

{
    printf 'OLLY_PYTHON=%q\nOLLY_CLICKHOUSE_CLIENT=%q\nOLLY_CURL=%q\n' "$PYTHON" "$CLIENT" "$CURL"
} >"$TOOLS/env.sh"
printf '%s\n' "${missing[@]+"${missing[@]}"}" >"$TOOLS/missing"
if [ ${#missing[@]} -gt 0 ]; then
    say "=================================================================="
    for m in "${missing[@]}"; do say "NOT TO BE HAD: $m (the tests that need it will be skipped)"; done
    say "=================================================================="
else
    say "everything is here: $TOOLS"
fi
