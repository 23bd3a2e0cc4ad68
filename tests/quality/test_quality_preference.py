"""Bradley-Terry: recovery of what made the data, ties, annotators, covariates, standard errors."""

from __future__ import annotations

import numpy as np
import pytest

from assay.errors import InvalidInput
from assay.quality import BradleyTerry, Comparisons

SCORES = np.array([1.2, 0.6, 0.0, -0.6, -1.2])


def drawn(
    size: int,
    *,
    seed: int = 0,
    tie: float = -1.0,
    position: float = 0.0,
    length: float = 0.0,
    reliability: np.ndarray | None = None,
) -> Comparisons:
    random = np.random.default_rng(seed)
    first = random.integers(0, 5, size)
    second = (first + random.integers(1, 5, size)) % 5
    annotator = random.integers(0, 8, size)
    longer = random.standard_normal(size)
    factor = 1.0 if reliability is None else reliability[annotator]
    gap = factor * (SCORES[first] - SCORES[second] + position + length * longer)
    weights = np.exp(np.stack([gap / 2, -gap / 2, np.full(size, tie)], axis=1))
    cumulative = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    outcome = (cumulative < random.random(size)[:, None]).sum(axis=1)
    names = ("first", "second", "tie")
    return Comparisons.from_rows(
        [(f"m{a}", f"m{b}", names[o]) for a, b, o in zip(first, second, outcome, strict=True)],
        annotators=annotator.tolist(),
        covariates={"length": longer.tolist()} if length else None,
    )


def test_scores_ties_and_position_are_recovered() -> None:
    result = BradleyTerry().fit(drawn(8000, position=0.4))
    np.testing.assert_allclose(result.score, SCORES, atol=4 * result.score_error.max())
    assert result.tie == pytest.approx(-1.0, abs=0.1)
    assert result.position == pytest.approx(0.4, abs=4 * result.position_error)
    assert result.ranking == ["m0", "m1", "m2", "m3", "m4"]
    assert sum(result.probability("m0", "m4")) == pytest.approx(1)
    assert result.converged


def test_two_things_have_the_closed_form() -> None:
    rows = [("a", "b", "first")] * 30 + [("a", "b", "second")] * 10
    result = BradleyTerry(position=False, ridge=1e-9).fit(Comparisons.from_rows(rows))
    assert result.score[0] - result.score[1] == pytest.approx(np.log(3), abs=1e-4)
    gap_error = np.sqrt(result.covariance[0, 0] + result.covariance[1, 1] - 2 * result.covariance[0, 1])
    assert gap_error == pytest.approx(np.sqrt(1 / 30 + 1 / 10), rel=0.05)
    assert result.probability("a", "b")[0] == pytest.approx(0.75, abs=1e-4)


def test_a_covariate_is_separated_from_the_scores() -> None:
    result = BradleyTerry().fit(drawn(6000, length=0.7))
    assert result.covariates == ("length",)
    assert result.effect[0] == pytest.approx(0.7, abs=4 * result.effect_error[0])
    np.testing.assert_allclose(result.score, SCORES, atol=0.2)


def test_unreliable_annotators_are_found() -> None:
    reliability = np.array([1.6, 1.4, 1.2, 1.0, 1.0, 0.0, 0.0, -0.8])
    data = drawn(8000, reliability=reliability)
    result = BradleyTerry(annotator_reliability=True).fit(data)
    assert np.corrcoef(result.reliability, reliability)[0, 1] > 0.97
    assert result.reliability[7] < 0
    plain = BradleyTerry().fit(data)
    assert result.log_likelihood > plain.log_likelihood


def test_standard_errors_cover_the_truth() -> None:
    inside = []
    for seed in range(60):
        result = BradleyTerry(position=False, ridge=1e-4).fit(drawn(400, seed=seed))
        inside.append(np.abs(result.score - SCORES) < 1.96 * result.score_error)
    assert 0.91 < np.mean(inside) < 0.985


def test_clusters_widen_the_errors_of_repeated_judgements() -> None:
    base = drawn(300, seed=3)
    names = ("first", "second", "tie")
    rows = [
        (base.items[a], base.items[b], names[o])
        for a, b, o in zip(base.first, base.second, base.outcome, strict=True)
    ]
    single = BradleyTerry().fit(Comparisons.from_rows(rows))
    repeated = [row for row in rows for _ in range(4)]
    clusters = [index for index in range(300) for _ in range(4)]
    clustered = BradleyTerry(ridge=0.04).fit(Comparisons.from_rows(repeated, clusters=clusters))
    naive = BradleyTerry(ridge=0.04).fit(Comparisons.from_rows(repeated))
    np.testing.assert_allclose(clustered.score_error, single.score_error, rtol=0.02)
    np.testing.assert_allclose(naive.score_error, single.score_error / 2, rtol=0.02)


def test_a_thing_that_never_lost_stays_finite() -> None:
    result = BradleyTerry().fit(Comparisons.from_rows([("a", "b", "first")] * 5))
    assert np.isfinite(result.score).all()
    assert np.isfinite(result.score_error).all()


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        ([], ""),
        ([("a", "b", "left")], "/0/2"),
        ([("a", "a", "tie")], "/0"),
        ([("a", None, "tie")], "/0"),
    ],
)
def test_bad_comparisons_are_named(rows: list[tuple[str, str, str]], path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Comparisons.from_rows(rows)
    assert caught.value.problems[0].path == path


def test_bad_columns_are_named() -> None:
    rows = [("a", "b", "tie"), ("b", "a", "first")]
    with pytest.raises(InvalidInput) as caught:
        Comparisons.from_rows(rows, annotators=["x"], covariates={"length": [1.0, float("nan")]})
    assert [problem.path for problem in caught.value.problems] == ["/annotators", "/length"]
