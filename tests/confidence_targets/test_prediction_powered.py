"""A rate from many judged records and few labelled ones: exact value, coverage, what it needs."""

import numpy as np
import pytest
from scipy.stats import binomtest

from theory.confidence_targets import prediction_powered_share, question_interval
from theory.errors import InvalidInput
from theory.intervals import proportion

FALSE_ALARM = 1e-4
MISSED, INVENTED = 0.3, 0.1
"""How often the judge misses the property, and sees it where it is not."""


def orders_of(n, b=5):
    return np.random.default_rng(0).permuted(np.tile(np.arange(n), (b, 1)), axis=1)


def drawn(rng, n, rate=0.6):
    """Draw people's verdicts and the judge's."""
    truth = rng.random(n) < rate
    return truth, np.where(truth, rng.random(n) >= MISSED, rng.random(n) < INVENTED)


def share(judged_rest, f, y, **more):
    unseen = len(judged_rest)
    return prediction_powered_share(
        int(judged_rest.sum()), unseen, f, y, y, orders=orders_of(len(f)), **more
    )


@pytest.mark.slow
def test_the_interval_covers_whatever_the_judge_does():
    """Exact binomial at a false-alarm rate of 1e-4: no more misses than one in ten explains."""
    rng, runs, misses = np.random.default_rng(1), 300, 0
    for _ in range(runs):
        truth, judged = drawn(rng, 120)
        e = share(judged[30:], judged[:30], truth[:30], confidence_level=0.9)
        misses += not e.covers(0.6)
    assert binomtest(misses, runs, 0.1, alternative="greater").pvalue > FALSE_ALARM


def test_the_judges_own_rate_is_off_and_the_estimate_is_not():
    """600 right, of which the judge sees 420, and 40 of the other 400: .46 for .6."""
    truth = np.repeat([True, True, False, False], [420, 180, 40, 360])
    judged = np.repeat([True, False, True, False], [420, 180, 40, 360])
    assert judged.mean() == pytest.approx(0.46)
    sample = np.zeros(1000, dtype=bool)
    sample[::10] = True
    e = share(judged[~sample], judged[sample], truth[sample])
    assert e.value == pytest.approx(0.6, abs=1e-12)
    assert e.covers(0.6)
    assert not e.covers(0.36)


def test_a_good_judge_makes_labels_go_further():
    """Non-vacuity: 50 labels and 5,000 records of a perfect judge beat 50 labels alone."""
    truth = np.random.default_rng(3).random(5050) < 0.5
    both = share(truth[50:], truth[:50], truth[:50])
    alone = proportion(int(truth[:50].sum()), 50)
    assert both.high - both.low < 0.85 * (alone.high - alone.low)


def test_without_a_random_sample_it_does_not_hold():
    """The hypothesis dropped: people look only at what the judge calls wrong, and find misses."""
    truth, judged = drawn(np.random.default_rng(4), 2000)
    looked = np.flatnonzero(~judged)[:200]
    rest = np.delete(judged, looked)
    assert not share(rest, judged[looked], truth[looked]).covers(truth.mean())


def test_if_people_looked_at_all_records_the_judge_does_not_matter():
    y = np.array([1, 1, 0, 1, 0])
    with_judge, without = (share(np.array([]), f, y) for f in (y, 1 - y))
    alone = question_interval(y, y, np.ones(5), orders=orders_of(5))
    assert with_judge == without == alone


def test_what_people_could_not_tell_widens_the_interval():
    f = y = np.array([1, 0] * 20)
    high = y.copy()
    high[1] = 1
    e = prediction_powered_share(50, 100, f, y, y, orders=orders_of(40))
    open_ = prediction_powered_share(50, 100, f, y, high, orders=orders_of(40))
    assert open_.low <= e.low
    assert open_.high > e.high
    assert open_.value == pytest.approx(e.value + 1 / 80)


def test_ends_stay_in_range():
    e = share(np.ones(50), np.ones(4), np.ones(4))
    assert (e.value, e.high) == (1, 1)
    assert share(np.zeros(50), np.zeros(4), np.zeros(4)).low == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 2, [1], [1], [1]), "successes must be <= trials"),
        ((1, -1, [1], [1], [1]), "unseen"),
        ((1, 2, [], [], []), "three vectors of one length"),
        ((1, 2, [1, 0], [1], [1]), "three vectors of one length"),
        ((1, 2, [0.5], [1], [1]), "verdicts must be 0 or 1"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(InvalidInput, match=message):
        prediction_powered_share(*arguments, orders=orders_of(1))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_estimate_is_that_of_the_authors_package():
    """ppi-python with weight 1; its interval, a limit theorem's, lies inside ours."""
    ppi = pytest.importorskip("ppi_py", reason="extra 'peers': the authors' package")
    for seed in range(5):
        truth, judged = drawn(np.random.default_rng(seed), 600)
        y, f, rest = (x.astype(float) for x in (truth[:100], judged[:100], judged[100:]))
        e = share(judged[100:], judged[:100], truth[:100])
        assert e.value == pytest.approx(float(ppi.ppi_mean_pointestimate(y, f, rest, lam=1)[0]))
        low, high = (float(end[0]) for end in ppi.ppi_mean_ci(y, f, rest, alpha=0.05, lam=1))
        assert e.low < low < high < e.high


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_two_parts_share_the_error(level):
    """Of people's y less the judge's f only (y - f + 1)/2 is in [0, 1]; each part errs half."""
    y, f = np.repeat([1, 0, 1, 0], [48, 44, 16, 12]), np.repeat([1, 0, 0, 1], [48, 44, 16, 12])
    high = np.maximum(y, np.arange(120) % 40 == 0)
    each = {"confidence_level": (1 + level) / 2}
    rest = proportion(100, 200, **each)
    more = question_interval(
        (y - f + 1) / 2, (high - f + 1) / 2, np.ones(120), orders=orders_of(120), **each
    )
    e = prediction_powered_share(
        100, 200, f, y, high, orders=orders_of(120), confidence_level=level
    )
    assert 0 < e.low < e.high < 1
    assert e.low == pytest.approx(rest.low + 2 * more.low - 1, rel=1e-12)
    assert e.value == pytest.approx(rest.value + 2 * more.value - 1, rel=1e-12)
    assert e.high == pytest.approx(rest.high + 2 * more.high - 1, rel=1e-12)
    assert e.confidence_level == level


def test_the_level_is_checked_before_it_is_shared():
    """1 - 1.5/2 = 1/4 would pass."""
    with pytest.raises(InvalidInput, match=r"confidence_level must be in \(0, 1\), got -0.5"):
        prediction_powered_share(1, 2, [1], [1], [1], orders=orders_of(1), confidence_level=-0.5)
