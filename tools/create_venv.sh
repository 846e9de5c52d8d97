#!/bin/sh
# Create the virtual environment, if it is not there: create_venv.sh FOLDER [PYTHON]
# Takes the Python it is given, or the first on the path that is new enough.
set -eu

folder=${1%/}
wanted=${2:-}
tools=$(dirname -- "$0")
here=$(pwd -P)

# An environment holds absolute paths: it imports the checkout it was installed from, and
# its programs run the Python it was made with. So it is good only where it was made, and
# as long as that Python is there.
if [ -e "$folder/.created" ]; then
    if [ "$(cat -- "$folder/.checkout" 2>/dev/null)" != "$here" ]; then
        why="was made for another folder"
    elif ! "$folder/bin/python" -c 'import pip' >/dev/null 2>&1; then
        why="has lost its Python"
    else
        exit 0
    fi
    echo "The environment in $folder $why, so a new one is made."
fi

newer='import sys; sys.exit(sys.version_info < (3, 11))'
found=
if [ -n "$wanted" ]; then
    set -- "$wanted"
else
    set -- python3 python3.14 python3.13 python3.12 python3.11 python
fi
for candidate; do
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
sh "$tools/remove_venv.sh" "$folder"
mkdir -p -- "$folder"
printf '%s\n' "$here" >"$folder/.checkout" # from here on it may be removed again
"$found" -m venv "$folder"
touch -- "$folder/.created"
