"""The book's tooling: build and serve it, run and check its notebooks."""

import sys

# Whoever reads a notebook loads nbformat, and with it jsonschema; where JupyterLab has
# brought rfc3987-syntax, that builds parsers of addresses in all languages, in each
# process anew, for longer than torch takes to load. No notebook's schema asks for them,
# and jsonschema does without where the package is not there.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
