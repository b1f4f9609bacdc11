"""Random worlds, base models and the study: seeds, workers, extremes, bad input."""

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from simulations.reduction import (
    BASE_MODELS,
    random_world,
    reduction_study,
    sampled_reduction,
    size_ratio_study,
    smoothed_counts_model,
    tight_study,
)
from simulations.reduction.base_models import (
    abstainer_model,
    classifier_model,
    partial_knowledge_model,
)
from simulations.reduction.random_worlds import FAMILIES, SEPARATIONS, random_features
from simulations.reduction.sampled import draw_examples
from simulations.reduction.study import as_row
from simulations.trials import run_trials
from theory.errors import InvalidInput
from theory.reduction import generative_error, theorem_1_bound, tight_world, uniform_model


def small_world(seed=0):
    return random_world(4, n_valid=(1, 3), n_errors=(5, 9), rng=seed)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("model", BASE_MODELS)
def test_every_model_on_every_family(family, model):
    """Each learner returns a model, and Theorem 1 holds with its four terms."""
    rng = np.random.default_rng(5)
    world = FAMILIES[family](rng=rng)
    result = theorem_1_bound(world, BASE_MODELS[model](world, rng=rng))
    assert result.holds
    # Float sums of at most 7,300 terms.
    assert result.slack == pytest.approx(result.slack_terms.total, abs=1e-12)


def test_perfect_and_useless():
    """The training distribution never errs; the uniform model errs by the share of errors."""
    world = random_world(3, n_valid=(2, 2), n_errors=(8, 8), rng=1)
    assert generative_error(world, world.p) == 0
    assert generative_error(world, uniform_model(world)) == pytest.approx(0.8)
    assert generative_error(world, abstainer_model(world)) == 0


def test_partial_knowledge_is_calibrated():
    """One answer of 365: delta is 0 whatever is known, and err is its bound within 1/K."""
    rng = np.random.default_rng(2)
    world = FAMILIES["one answer of 365"](rng=rng)
    result = theorem_1_bound(world, partial_knowledge_model(world, 0.5, rng=rng))
    assert result.delta == pytest.approx(0, abs=1e-15)
    assert 0.05 < result.err < 0.95
    assert result.slack <= 1 / 364


def test_smoothed_counts_converge_to_training():
    """A million samples bring the regurgitator within 0.01 of p (40 standard errors or so)."""
    world = small_world()
    model = smoothed_counts_model(world, 10**6, pseudo_count=0, rng=np.random.default_rng(1))
    np.testing.assert_allclose(model, world.p, atol=0.01)


def test_classifier_gets_worse_with_overlap():
    """A hard separation makes both the judge and the generator worse."""
    rows = {}
    for separation in (6.0, 0.5):
        rng = np.random.default_rng(7)
        world = FAMILIES["regular"](rng=rng)
        features = random_features(world, separation=separation, rng=rng)
        rows[separation] = theorem_1_bound(world, classifier_model(world, features, 2_000, rng=rng))
    assert rows[0.5].err > rows[6.0].err + 0.3
    assert rows[0.5].err_iiv > rows[6.0].err_iiv


def test_random_world_sizes_and_sparsity():
    """Ragged within the ranges; sparse worlds have valid responses that never occur."""
    world = random_world(200, n_valid=(1, 6), n_errors=(2, 9), sparsity=0.5, rng=3)
    assert set(world.n_valid) == set(range(1, 7))
    assert set(world.n_errors) == set(range(2, 10))
    unseen = (world.p == 0) & world.valid
    assert 0.2 < unseen.sum() / world.valid.sum() < 0.5


def test_a_random_world_prompt_by_prompt():
    """The same draws by loops: the first answer of each prompt is always told, the others maybe."""
    world = random_world(5, n_valid=(2, 4), n_errors=(1, 3), sparsity=0.4, rng=8)
    rng = np.random.default_rng(8)
    k, K = rng.integers(2, 5, size=5), rng.integers(1, 4, size=5)
    assert (world.n_valid.tolist(), world.n_errors.tolist()) == (k.tolist(), K.tolist())
    drawn, told = rng.gamma(1.0, size=(k + K).sum()), rng.random((k + K).sum()) >= 0.4
    start = 0
    for c, (n_valid, n_errors) in enumerate(zip(k.tolist(), K.tolist(), strict=True)):
        weights = [drawn[start + i] * (i == 0 or told[start + i]) for i in range(n_valid)]
        expected = [*(w / sum(weights) for w in weights), *[0] * n_errors]
        assert world.p[start : start + n_valid + n_errors] == pytest.approx(expected), c
        assert world.valid[start : start + n_valid + n_errors].sum() == n_valid
        start += n_valid + n_errors
    assert world.mu.tolist() == rng.dirichlet(np.ones(5)).tolist()


def test_features_of_valid_and_erroneous_responses_are_a_separation_apart():
    """Only in the first coordinate; the best judge of two unit Gaussians errs with Phi(-s/2)."""
    world = small_world()
    apart, mixed = (random_features(world, separation=s, rng=6) for s in (2.5, 0))
    assert (apart - mixed)[:, 0] == pytest.approx(2.5 * world.valid)
    assert (apart == mixed)[:, 1:].all()
    assert mixed.tolist() == np.random.default_rng(6).standard_normal(mixed.shape).tolist()
    least = {name: norm.sf(s / 2) for name, s in SEPARATIONS.items()}
    assert least == pytest.approx(
        {"easy to separate": 0.00135, "hard to separate": 0.3085}, rel=1e-3
    )


def test_tiny_concentration_does_not_underflow():
    """Gamma variables of shape 1e-6 underflow to zero; the world is still one."""
    world = random_world(50, n_valid=(3, 3), concentration=1e-6, rng=3)
    np.testing.assert_allclose(np.add.reduceat(world.p, world.starts), 1)


def test_study_columns():
    """Same seed same rows, other seed other rows, workers do not matter, all slacks >= 0."""
    a, b = reduction_study(2, rng=1), reduction_study(2, rng=1, n_jobs=2)
    for name, column in a.items():
        np.testing.assert_array_equal(column, b[name])
    assert len(a["err"]) == 2 * len(FAMILIES) * len(BASE_MODELS)
    assert (a["slack"] > -1e-12).all()
    assert not np.array_equal(a["err"], reduction_study(2, rng=2)["err"])


def one_normal(rng):
    return {"x": rng.normal()}


def test_trials_do_not_depend_on_how_many_run():
    """Trial i is the same among 10 and among 100."""
    few, many = run_trials(one_normal, 10, rng=4), run_trials(one_normal, 100, rng=4)
    np.testing.assert_array_equal(few["x"], many["x"][:10])
    np.testing.assert_array_equal(few["x"], run_trials(one_normal, 10, rng=4, n_jobs=2)["x"])


def test_tight_study_is_exactly_tight():
    """Slack 0 in Fractions for every |V| <= |E|."""
    table = tight_study(12)
    assert table["slack_is_zero"].all()
    np.testing.assert_allclose(table["err"], 1 - np.arange(1, 13) / 12)


def test_bound_fades_with_size_ratio():
    """The bound falls as |V|/|E| grows."""
    table = size_ratio_study([1, 10, 40], n_errors=40, model="uniform", n_worlds=3, rng=0)
    assert (np.diff(table["bound"]) < 0).all()
    assert (table["least_slack"] >= 0).all()
    terms = as_row(theorem_1_bound(*tight_world(1, 2)))
    assert set(table) - {"n_valid", "least_slack"} == set(terms)


def test_sampled_intervals_cover():
    """err, err_iiv, delta and the floor, 80 audits of 200 draws at 90 %; false alarm 1e-6 each."""
    rng = np.random.default_rng(11)
    world = small_world(3)
    p_hat = smoothed_counts_model(world, 30, pseudo_count=0.1, rng=rng)
    truth = theorem_1_bound(world, p_hat)
    audits = [
        sampled_reduction(world, p_hat, 200, confidence_level=0.9, rng=child)
        for child in rng.spawn(80)
    ]
    hits = {
        "err": sum(a.err.covers(truth.err) for a in audits),
        "err_iiv": sum(a.err_iiv.covers(truth.err_iiv) for a in audits),
        "delta": sum(a.delta.covers(truth.delta) for a in audits),
        "floor": sum(a.floor <= truth.err for a in audits),
    }
    for name, count in hits.items():
        assert binomtest(count, 80, 0.9, alternative="less").pvalue > 1e-6, name
    assert np.mean([a.bound for a in audits]) == pytest.approx(truth.bound, abs=0.03)


def test_floor_says_something():
    """Ten thousand draws prove that a uniform model of one answer in 365 errs by more than 0.9."""
    world = FAMILIES["one answer of 365"](rng=np.random.default_rng(0))
    assert sampled_reduction(world, uniform_model(world), 10_000, rng=1).floor > 0.9


def test_draws_follow_the_law():
    """Rows are drawn by mu times the conditional: chi-square at 1e-6."""
    from scipy.stats import chisquare

    world = small_world()
    joint = world.per_example(world.mu) * uniform_model(world)
    rows = draw_examples(world, uniform_model(world), 50_000, rng=2)
    counts = np.bincount(rows, minlength=world.n_examples)
    assert chisquare(counts, joint / joint.sum() * 50_000).pvalue > 1e-6


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random_world(0, rng=0), "n_prompts must be a whole number >= 1, got 0"),
        (lambda: random_world(1, n_valid=(3, 2), rng=0), "n_valid must be .*least <= most"),
        (lambda: random_world(1, sparsity=1.0, rng=0), r"sparsity must be in \[0, 1\), got 1.0"),
        (lambda: random_world(1, concentration=0.0, rng=0), "concentration must be > 0, got 0.0"),
        (
            lambda: partial_knowledge_model(small_world(), 2.0, rng=np.random.default_rng(0)),
            r"share must be in \[0, 1\], got 2",
        ),
        (
            lambda: smoothed_counts_model(
                small_world(), 5, pseudo_count=-1, rng=np.random.default_rng(0)
            ),
            "pseudo_count must be >= 0, got -1",
        ),
        (lambda: random_features(small_world(), separation=-1, rng=0), "separation must be >= 0"),
        (
            lambda: random_features(small_world(), separation=1, n_features=0, rng=0),
            "n_features must be a whole number >= 1, got 0",
        ),
        (
            lambda: classifier_model(
                small_world(), np.zeros((2, 2)), 5, rng=np.random.default_rng(0)
            ),
            "features must be of shape",
        ),
        (lambda: run_trials(one_normal, 0, rng=0), "n_trials must be a whole number >= 1, got 0"),
        (lambda: sampled_reduction(small_world(), small_world().p, 0, rng=0), "n_samples must be"),
    ],
)
def test_bad_input(call, message):
    """One sentence each."""
    with pytest.raises(InvalidInput, match=message):
        call()
