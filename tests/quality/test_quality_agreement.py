"""Agreement coefficients against published worked examples and against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.quality import (
    Answers,
    CrowdPlan,
    cohen_kappa,
    distance_agreement,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    pairwise_agreement,
    per_class_alpha,
    simulate,
)
from assay.quality import distances as d
from assay.quality.alpha import Level

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: missing data.
RELIABILITY = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
# Fleiss (1971) as in the usual worked example: 10 subjects, 14 raters, 5 classes.
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


@pytest.fixture(scope="module")
def krippendorff_example() -> Answers:
    return Answers.from_rows(
        (unit, observer, value)
        for observer, values in enumerate(RELIABILITY)
        for unit, value in enumerate(values)
        if value is not None
    )


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_the_published_example(krippendorff_example: Answers, level: Level, value: float) -> None:
    found = krippendorff_alpha(krippendorff_example, level, replicates=200)
    assert found.value == pytest.approx(value, abs=0.0006)
    assert found.lower < found.value < found.upper
    assert (found.n_tasks, found.n_answers) == (11, 40)


def test_any_distance_matrix_gives_the_named_levels(krippendorff_example: Answers) -> None:
    numbers = np.arange(1, 6)
    squared = (numbers[:, None] - numbers[None, :]) ** 2.0
    custom = krippendorff_alpha(krippendorff_example, distances=squared, replicates=0)
    named = krippendorff_alpha(krippendorff_example, "interval", replicates=0)
    assert custom.value == pytest.approx(named.value)
    for wrong in (squared[:2], squared + 1, -squared, np.triu(squared)):
        with pytest.raises(InvalidInput):
            krippendorff_alpha(krippendorff_example, distances=wrong)


def test_the_general_form_agrees_with_the_counts() -> None:
    answers = simulate(CrowdPlan(n_tasks=150, answers_per_task=4), seed=1).answers
    counted = krippendorff_alpha(answers, replicates=0)
    general = distance_agreement(
        answers.task.tolist(), answers.label.tolist(), d.nominal, sampled_pairs=200_000
    )
    assert general.alpha == pytest.approx(counted.value, abs=0.01)
    assert general.lower < general.alpha < general.upper


def test_alpha_edges() -> None:
    same = Answers.from_rows([("t1", "a", 1), ("t1", "b", 1), ("t2", "a", 1)])
    assert krippendorff_alpha(same, replicates=20).value == 1.0
    with pytest.raises(InvalidInput):
        krippendorff_alpha(Answers.from_rows([("t1", "a", 1), ("t2", "a", 1)]))
    with pytest.raises(InvalidInput):
        krippendorff_alpha(Answers.from_rows([("t", "a", "x"), ("t", "b", "y")]), "interval")
    with pytest.raises(InvalidInput):
        krippendorff_alpha(same, "nonsense")  # type: ignore[arg-type]


def test_the_bootstrap_covers_and_repeats() -> None:
    whole = simulate(CrowdPlan(n_tasks=6000, n_annotators=12, answers_per_task=4), seed=0).answers
    value = krippendorff_alpha(whole, replicates=0).value
    parts = [whole.select(whole.task // 100 == part) for part in range(60)]
    found = [krippendorff_alpha(part, replicates=200, seed=4) for part in parts]
    inside = np.mean([agreement.lower <= value <= agreement.upper for agreement in found])
    assert inside >= 0.85
    assert krippendorff_alpha(parts[0], replicates=200, seed=4) == found[0]


def test_per_class_alpha_finds_the_hard_class() -> None:
    random = np.random.default_rng(0)
    rows = []
    for task in range(300):
        truth = task % 3
        for annotator in range(3):
            confused = truth > 0 and random.random() < 0.4
            rows.append((task, annotator, "abc"[3 - truth if confused else truth]))
    found = per_class_alpha(Answers.from_rows(rows), replicates=0)
    assert found["a"].value == pytest.approx(1)
    assert found["b"].value < 0.6


def test_cohen_kappa_of_the_published_example() -> None:
    # The common worked example: 50 proposals, 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no.
    found = cohen_kappa(np.array([[20.0, 5.0], [10.0, 15.0]]))
    assert (found.value, found.observed, found.chance) == pytest.approx((0.4, 0.7, 0.5))
    assert found.standard_error == pytest.approx(0.1260, abs=2e-3)
    assert found.interval[0] < 0.4 < found.interval[1]
    assert cohen_kappa(np.diag([3.0, 0.0])).value == 1
    with pytest.raises(InvalidInput):
        cohen_kappa(np.zeros((2, 2)))


def test_weighted_kappa_forgives_near_misses() -> None:
    table = np.array([[10.0, 3, 0], [3, 10, 3], [0, 3, 10]])
    plain, linear, quadratic = (cohen_kappa(table, w).value for w in ("none", "linear", "quadratic"))
    assert plain < linear < quadratic
    binary = np.array([[20.0, 5.0], [10.0, 15.0]])
    assert cohen_kappa(binary, "quadratic").value == pytest.approx(cohen_kappa(binary).value)


def test_fleiss_kappa_of_the_published_example() -> None:
    rows = []
    for subject, counts in enumerate(FLEISS):
        labels = [label for label, count in enumerate(counts) for _ in range(count)]
        rows += [(subject, rater, label) for rater, label in enumerate(labels)]
    assert fleiss_kappa(Answers.from_rows(rows)).value == pytest.approx(0.210, abs=0.0005)


def test_gwet_ac1_does_not_collapse_on_a_rare_class() -> None:
    # Gwet (2008): 118 yes-yes, 5 yes-no, 2 no-yes, 0 no-no: kappa is negative, AC1 is 0.94.
    rows: list[tuple[int, str, str]] = []
    for count, (first, second) in ((118, "yy"), (5, "yn"), (2, "ny")):
        for _ in range(count):
            task = len(rows)
            rows += [(task, "a", first), (task, "b", second)]
    answers = Answers.from_rows(rows)
    assert gwet_ac1(answers).value == pytest.approx(0.941, abs=0.001)
    assert fleiss_kappa(answers).value < 0
    assert gwet_ac1(answers).standard_error < 0.05


def test_pairs_match_cohen() -> None:
    answers = simulate(CrowdPlan(n_tasks=120, n_annotators=5, answers_per_task=4), seed=2).answers
    pairs = pairwise_agreement(answers)
    votes = {
        (t, w): label for t, w, label in zip(answers.task, answers.annotator, answers.label, strict=True)
    }
    table = np.zeros((3, 3))
    for task in range(120):
        if (task, 0) in votes and (task, 3) in votes:
            table[votes[(task, 0)], votes[(task, 3)]] += 1
    assert pairs.shared[0, 3] == table.sum()
    assert pairs.agree[0, 3] == pytest.approx(np.trace(table) / table.sum())
    assert pairs.kappa[0, 3] == pytest.approx(cohen_kappa(table).value)
    np.testing.assert_allclose(pairs.kappa, pairs.kappa.T)


def test_ks_and_sigma() -> None:
    random = np.random.default_rng(0)
    tasks = np.repeat(np.arange(80), 3).tolist()
    near = [float(task) + 0.01 * random.standard_normal() for task in tasks]
    found = distance_agreement(tasks, near, d.interval)
    assert (found.kolmogorov_smirnov, found.sigma) == pytest.approx((1, 1), abs=0.05)
    noise = random.standard_normal(240).tolist()
    found = distance_agreement(tasks, noise, d.interval)
    assert abs(found.alpha) < 0.2
    assert abs(found.kolmogorov_smirnov) < 0.15
    assert found.sigma < 0.15
    with pytest.raises(InvalidInput):
        distance_agreement([1, 1], [0.0, 1.0], d.interval)
    with pytest.raises(InvalidInput):
        distance_agreement([1, 1, 2], [0.0, float("nan"), 1.0], d.interval)


def test_distances_by_hand() -> None:
    assert d.jaccard({1, 2}, {2, 3}) == pytest.approx(2 / 3)
    assert d.masi({1}, {1, 2}) == pytest.approx(1 - 0.5 * 2 / 3)
    assert d.masi({1, 3}, {1, 2}) == pytest.approx(1 - 1 / 9)
    assert d.token_f1(["a", "b"], ["b", "c"]) == 0.5
    assert d.edit("kitten", "sitting") == pytest.approx(3 / 7)
    assert d.edit(("a", "b"), ("a",)) == 0.5
    assert d.kendall("abc", "cba") == 1
    assert d.kendall("abcd", "abdc") == pytest.approx(1 / 6)
    with pytest.raises(ValueError, match="same things"):
        d.kendall("ab", "ac")


sets = st.frozensets(st.integers(0, 5), max_size=4)


@settings(max_examples=60, deadline=None)
@given(left=sets, right=sets)
def test_set_distances_are_distances(left: frozenset[int], right: frozenset[int]) -> None:
    for distance in (d.jaccard, d.masi):
        assert distance(left, right) == distance(right, left)
        assert 0 <= distance(left, right) <= 1
        assert (distance(left, right) == 0) == (left == right)
    assert d.token_f1(sorted(left), sorted(right)) <= d.jaccard(left, right) + 1e-12
