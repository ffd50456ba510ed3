"""How the documentation is built: Markdown in, HTML out, without a network."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Corridor"
author = "Corridor contributors"
copyright = "Corridor contributors; Apache-2.0"  # noqa: A001 - the name that sphinx reads
release = version_of("corridor")
version = release

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "native_math",
    "for_the_build",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
smartquotes = False  # what the code says is shown as it says it

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the signature shows them
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"Corridor {release}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_math_renderer = "native_math"
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
