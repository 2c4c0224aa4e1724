"""Where a primitive is differentiable: its domain."""

import numpy as np
import pytest

import autograd as ag
from autograd.core.spec import Domain
from tests.refusals import assert_refused


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (-20, 20, "-20 < x < 20"),
        (0, np.inf, "x > 0"),
        (-np.inf, np.float32(1.5), "x < 1.5"),
        (-np.inf, np.inf, "every real x"),
    ],
)
def test_a_domain_may_be_given_by_its_ends(low, high, text):
    assert Domain(low, high) == Domain(text, ((low, high),))
    assert (low in Domain(low, high), (low + 1e3) in Domain(low, np.inf)) == (False, low > -np.inf)


@pytest.mark.parametrize(
    "given",
    [
        (20, -20),
        (1, 1),
        (0, np.nan),
        ("x > 0", (0.0, np.inf)),
        ("x > 0", ()),
        ("x > 0", 3),
        ("x > 0", ((0, 1, 2),)),
        ("x > 0", "ab"),
        ("x != 0", ((0.0, np.inf), (-np.inf, 0.0))),
        ("overlap", ((0.0, 2.0), (1.0, 3.0))),
        (None, ((0.0, 1.0),)),
        (1, ((0.0, 1.0),)),
    ],
    ids=str,
)
def test_what_is_no_domain_is_refused(given):
    assert_refused(lambda: Domain(*given), ag.OptionError, "Domain: ")


@pytest.mark.parametrize("domain", ["x > 0", (-20, 20), 3.0, (ag.Domain(0, 1),)])
def test_a_primitive_takes_domains_alone(domain):
    define = ag.primitive(vjps=(lambda ct, out, x, y: ct, lambda ct, out, x, y: ct), domain=domain)
    assert_refused(lambda: define(np.add), ag.RuleError, "domain= is a Domain, such as ag.Domain")
