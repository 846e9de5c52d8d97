#!/bin/sh
# Create the virtual environment: create_venv.sh FOLDER [PYTHON]
# Takes the Python it is given, or the first on the path that is new enough.
set -eu

folder=$1
wanted=${2:-}
newer='import sys; sys.exit(sys.version_info < (3, 11))'
found=
for candidate in ${wanted:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$candidate" -c "$newer" >/dev/null 2>&1; then
        found=$candidate
        break
    fi
done
if [ -z "$found" ]; then
    echo "The book needs Python 3.11 or newer, and ${wanted:-the PATH} is not it:" \
        "install Python from python.org or your system's packages" \
        "(Debian, Ubuntu: python3 and python3-venv), or name one: make PYTHON=..." >&2
    exit 1
fi
if ! "$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$found cannot create a virtual environment, part of it is packaged apart:" \
        "install it (Debian, Ubuntu: apt-get install python$version-venv)" >&2
    exit 1
fi
"$found" -m venv --clear "$folder"
