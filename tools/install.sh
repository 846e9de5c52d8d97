#!/bin/sh
# Install into the environment: install.sh PYTHON tested|newest PIP-ARGUMENTS...
# The tested set of versions is for Python 3.11; any other gets the newest that fit.
set -eu

python=$1
versions=$2
shift 2
minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$versions" = tested ] && [ "$minor" = 3.11 ]; then
    set -- "$@" -c constraints.txt
    again=" If one of the tested versions is no longer to be had: VERSIONS=newest."
fi
"$python" -m pip install --quiet --disable-pip-version-check "$@" || {
    echo "The installation failed: pip says why above.${again:-}" >&2
    exit 1
}
