"""The player: a page that steps through a recorded trace, forwards and backwards.

Everything that the page will ever show is worked out here beforehand and given to it as data, the
`payload`: the cards of all events, the values, and for every degree of folding a drawing whose
marks say from which event to which they are there (`timeline`, written by `layers`).  The script in
``static/`` only turns pages; it computes no derivative and sends no request.  `html_page` puts
payload, script and style into one file; `notebook` wraps it so that something true is seen wherever
it cannot run, with `animated` pictures.  `cells` finds which elements of a tensor an element was
made from, `nudge_table` how the output changes with each number.
"""
