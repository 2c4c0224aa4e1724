"""How hard Hypothesis tries: by HYPOTHESIS_PROFILE, or by whether this is a CI machine."""

import autograd as ag

ag.testing.load_profile()
