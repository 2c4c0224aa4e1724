"""The player: a page that steps through a recorded trace, forwards and backwards.

Everything that the page shows is worked out here beforehand and given to it as data, the `payload`.
Its `structure` is the same in every run of a graph: the words of the cards of all events, and for
every degree of folding a drawing whose numbers are left out (`slots`).  Its `numbers` are those of
one run.  The script in ``static/`` puts them together and turns pages; it sends no request.
`html_page` puts payload, script and style into one file; `notebook` wraps it so that something true
is seen wherever it cannot run, with `animated` pictures of a `timeline`.  `cells` finds which
elements of a tensor an element was made from, `nudge_table` how the output changes with each
number.
"""
