"""A look at everything that a server needs, and at what a link meets on its way: each finding with its cure."""
