#!/bin/sh
# Make .venv from a Python that is new enough, and put uv, the installer, into it.
# `make setup` calls this once; PYTHON=/path/to/python chooses another interpreter.
set -eu

if [ -n "${PYTHON:-}" ]; then
    candidates=$PYTHON
else
    candidates="python3 python3.13 python3.12 python3.11 python3.14"
fi

chosen=
for candidate in $candidates; do
    if "$candidate" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
        chosen=$candidate
        break
    fi
done
if [ -z "$chosen" ]; then
    echo "Repscope needs Python 3.11 or newer, and none was found (looked for: $candidates)." >&2
    echo "Install one, or name it: make setup PYTHON=/path/to/python3.12" >&2
    exit 1
fi

if [ ! -x .venv/bin/python ]; then
    if ! "$chosen" -m venv .venv; then
        rm -rf .venv
        echo "$chosen could not make a virtual environment; on Debian and Ubuntu," >&2
        echo "\`apt install python3-venv\` adds what is missing. Then run the same command again." >&2
        exit 1
    fi
elif ! .venv/bin/python -c 'import sys; raise SystemExit(sys.version_info < (3, 11))'; then
    echo "The Python in .venv is older than 3.11: remove the folder .venv and run this again." >&2
    exit 1
fi

.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
