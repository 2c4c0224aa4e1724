"""Calls that must not wait for ever."""

import threading


def in_time(call):
    """Call a function that might wait for ever, in a thread that is then left behind."""
    caught = []

    def run():
        try:
            call()
        except Exception as error:
            caught.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "it waits"
    if caught:
        raise caught[0]
