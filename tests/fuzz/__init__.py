"""A search for calls that give a wrong number, or an error that is not one clear line.

Four parts draw random cases and check each: `operations` (one call with right or wrong arguments),
`expressions` (texts for ``glassgrad explain``), `files` (damaged files) and `graphs` (programs of
many operations, their values and gradients).  A case is plain data, made from one seed, so that a
finding is reproduced by its seed, made smaller step by step, and kept in ``corpus``, which a fast
test replays.  ``python -m tests.fuzz --help`` has the options.
"""
