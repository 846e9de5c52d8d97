#!/bin/sh
# Remove the book's virtual environment: remove_venv.sh FOLDER
# A folder that `create_venv.sh` has not begun holds something else, and stays.
set -eu

folder=${1%/}
if [ -z "$folder" ] || [ -e "$folder" ] \
    && [ ! -e "$folder/.checkout" ] && [ ! -e "$folder/.created" ] \
    && [ -n "$(ls -A -- "$folder/")" ]; then
    echo "$1 is not an environment that make has created, so it is left alone." \
        "Name another: make VENV=..." >&2
    exit 1
fi
# Without a slash behind it: of a link, only the link goes.
rm -rf -- "$folder"
