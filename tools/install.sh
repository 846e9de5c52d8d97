#!/bin/sh
# Install into the environment: install.sh PYTHON tested|newest PIP-ARGUMENTS...
# The tested set of versions is for Python 3.11; any other gets the newest that fit.
set -eu

python=$1
versions=$2
shift 2
again=
minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$versions" = tested ] && [ "$minor" = 3.11 ]; then
    set -- "$@" -c constraints.txt
    again=" If one of the tested versions is no longer to be had: VERSIONS=newest."
fi
# Where packages come from is the reader's to say in pip's own settings; where they go
# and what comes along is not.
unset PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_REQUIREMENT PIP_EDITABLE
export PIP_USER=no PIP_NO_DEPS=no PIP_DRY_RUN=no PIP_REQUIRE_HASHES=no
"$python" -m pip install --quiet --disable-pip-version-check "$@" || {
    echo "The installation failed: pip says why above.$again" >&2
    exit 1
}
