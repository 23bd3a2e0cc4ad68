"""Answers that are not one class of a list: ordered classes, sets, numbers, transcripts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.quality import (
    Answers,
    DawidSkene,
    MajorityVote,
    MultiLabel,
    NumericTruth,
    OrdinalDawidSkene,
    WeightedRover,
    word_error_rate,
)
from assay.quality.transcripts import align, words


def ordinal_crowd(seed: int) -> tuple[Answers, np.ndarray]:
    random = np.random.default_rng(seed)
    truth = random.integers(0, 5, 300)
    leaning = np.array([1.2, 1.0, 0.0, 0.0, -1.0, 0.1])
    rows = []
    for task in range(300):
        for annotator in range(6):
            said = truth[task] + leaning[annotator] + 0.6 * random.standard_normal()
            rows.append((task, annotator, int(np.clip(round(said), 0, 4))))
    return Answers.from_rows(rows, classes=range(5)), truth


def test_ordinal_corrects_leanings() -> None:
    answers, truth = ordinal_crowd(0)
    result = OrdinalDawidSkene().fit(answers)
    votes = MajorityVote().fit(answers)
    assert np.abs(result.median - truth).mean() < 0.5 * np.abs(votes.codes - truth).mean()
    assert np.abs(result.expected - truth).mean() < 0.3
    assert result.leaning[0] - result.leaning[4] > 1.0
    assert abs(result.leaning[2]) < 0.5


def test_ordinal_needs_fewer_answers_than_free_confusion() -> None:
    errors: dict[str, list[float]] = {"ordinal": [], "free": []}
    for seed in range(5):
        answers, truth = ordinal_crowd(seed)
        sparse = answers.select(np.random.default_rng(seed).random(len(answers)) < 0.4)
        errors["ordinal"].append(float(np.abs(OrdinalDawidSkene().fit(sparse).median - truth).mean()))
        errors["free"].append(float(np.abs(DawidSkene().fit(sparse).codes - truth).mean()))
    assert np.mean(errors["ordinal"]) < np.mean(errors["free"])


def test_multi_label() -> None:
    random = np.random.default_rng(0)
    names = ["cat", "dog", "sky"]
    truth = [frozenset(name for name in names if random.random() < 0.4) for _ in range(150)]
    rows = []
    for task, right in enumerate(truth):
        for annotator in range(5):
            error = 0.1 if annotator < 4 else 0.5
            rows.append(
                (task, annotator, {name for name in names if (name in right) != (random.random() < error)})
            )
    result = MultiLabel().fit(rows)
    assert result.classes == ("cat", "dog", "sky")
    assert result.probability.shape == (150, 3)
    assert np.mean([found == right for found, right in zip(result.labels, truth, strict=True)]) > 0.9
    guided = MultiLabel().fit(rows, gold={0: {"cat", "dog", "sky"}})
    assert guided.labels[0] == {"cat", "dog", "sky"}


def test_multi_label_bad_input() -> None:
    with pytest.raises(InvalidInput) as caught:
        MultiLabel().fit([("t", "a", {"x"}), ("t", "b", "x")])  # type: ignore[list-item]
    assert caught.value.problems[0].path == "/1/2"
    with pytest.raises(InvalidInput):
        MultiLabel().fit([("t", "a", {"x"})], classes=["y"])
    with pytest.raises(InvalidInput):
        MultiLabel().fit([("t", "a", set())])
    assert MultiLabel().fit([("t", "a", set())], classes=["y"]).labels == [frozenset()]


def numeric_rows(seed: int, outliers: float) -> tuple[list[tuple[int, int, float]], np.ndarray]:
    random = np.random.default_rng(seed)
    truth = 50 + 10 * random.standard_normal(200)
    bias = np.array([-6.0, -3, 0, 0, 0, 1, 3, 5])
    noise = np.array([1.0, 1, 2, 2, 3, 4, 8, 8])
    rows = []
    for task in range(200):
        for annotator in random.choice(8, 5, replace=False):
            value = truth[task] + bias[annotator] + noise[annotator] * random.standard_normal()
            if random.random() < outliers:
                value = random.uniform(-200, 300)
            rows.append((task, int(annotator), float(value)))
    return rows, truth


def test_numeric_beats_mean_and_median() -> None:
    for outliers in (0.0, 0.05):
        rows, truth = numeric_rows(1, outliers)
        result = NumericTruth().fit(rows)
        error = np.abs(result.value - truth).mean()
        assert error < 0.8 * np.abs(result.median - truth).mean()
        assert error < 0.8 * np.abs(result.mean - truth).mean()
        assert result.converged
    assert np.argsort(result.bias)[[0, -1]].tolist() == [0, 7]
    assert result.noise[6] > 2 * result.noise[0]


def test_numeric_standard_errors_hold() -> None:
    rows, truth = numeric_rows(2, 0.0)
    result = NumericTruth().fit(rows)
    assert 0.88 < np.mean(np.abs(result.value - truth) < 1.96 * result.standard_error) < 0.99


def test_numeric_edges() -> None:
    alone = NumericTruth().fit([("t1", "a", 3.0), ("t2", "a", 4.0)])
    np.testing.assert_allclose(alone.value, [3, 4], atol=1e-6)
    equal = NumericTruth().fit([(t, a, 5.0) for t in range(3) for a in range(3)])
    np.testing.assert_allclose(equal.value, 5)
    assert np.isfinite(equal.standard_error).all()
    with pytest.raises(InvalidInput) as caught:
        NumericTruth().fit([("t", "a", 1.0), ("t", "b", float("nan")), ("t", "c", "x")])  # type: ignore[list-item]
    assert [problem.path for problem in caught.value.problems] == ["/1/2", "/2/2"]
    with pytest.raises(InvalidInput):
        NumericTruth().fit([])


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 4), st.floats(-1e6, 1e6)), min_size=1, max_size=30
    ),
    shift=st.floats(-100, 100),
)
def test_numeric_is_finite_and_moves_with_the_scale(rows: list[tuple[int, int, float]], shift: float) -> None:
    plain = NumericTruth(tolerance=1e-9).fit(rows)
    assert np.isfinite(plain.value).all()
    assert np.isfinite(plain.noise).all()
    backwards = NumericTruth(tolerance=1e-9).fit(rows[::-1])
    assert np.array_equal(plain.value, backwards.value)
    lowest, highest = min(row[2] for row in rows), max(row[2] for row in rows)
    margin = highest - lowest + 1e-6
    assert np.all((plain.value >= lowest - margin) & (plain.value <= highest + margin))


TEXT = "the quick brown fox jumps over the lazy dog while the old cat sleeps near a warm stove"


def transcripts(seed: int) -> list[tuple[int, int, str]]:
    random = np.random.default_rng(seed)
    vocabulary = TEXT.split()
    error = np.array([0.1, 0.15, 0.2, 0.6, 0.7, 0.7, 0.7])
    rows = []
    for task in range(60):
        for annotator in range(7):
            said: list[str] = []
            for word in vocabulary:
                kind = random.random() / error[annotator]
                if kind < 1 / 3:
                    continue
                said.append(str(random.choice(vocabulary)) if kind < 2 / 3 else word)
                if 2 / 3 <= kind < 1:
                    said.append(str(random.choice(vocabulary)))
            rows.append((task, annotator, " ".join(said)))
    return rows


def test_weighted_rover_beats_plain_beats_any_medoid() -> None:
    rows = transcripts(0)
    weighted, plain = WeightedRover().fit(rows), WeightedRover(weighted=False).fit(rows)
    rate = {
        name: np.mean([word_error_rate(TEXT, text) for text in texts])
        for name, texts in (("weighted", weighted.text), ("plain", plain.text), ("medoid", plain.medoid))
    }
    assert rate["weighted"] < rate["plain"] - 0.01
    assert rate["plain"] < rate["medoid"]
    assert weighted.weight[:3].min() > weighted.weight[4:].max()
    assert all(0 < share <= 1 for task in weighted.confidence for share in task)


def test_rover_by_hand() -> None:
    result = WeightedRover().fit([("t", 1, "a b c"), ("t", 2, "A b, c!"), ("t", 3, "a x c d")])
    assert result.text == ["a b c"]
    assert align(("a", "b"), ("x", "a", "c")) == ([("x",), (), ()], [("a",), ("c",)])
    assert words("Don't stop-me, NOW 'quoted'") == ("don't", "stop", "me", "now", "'quoted'")
    assert word_error_rate("a b c d", "a x c") == 0.5
    assert word_error_rate("", "") == 0


def test_rover_edges() -> None:
    assert WeightedRover().fit([("t", 1, "")]).text == [""]
    assert WeightedRover().fit([("t", 1, "only one")]).text == ["only one"]
    rows = [("t", 1, "x"), ("t", 2, "y"), ("s", 1, "z")]
    assert WeightedRover().fit(rows).text == WeightedRover().fit(rows[::-1]).text[::1]
    with pytest.raises(InvalidInput):
        WeightedRover().fit([])
    with pytest.raises(InvalidInput) as caught:
        WeightedRover().fit([("t", 1, None)])  # type: ignore[list-item]
    assert caught.value.problems[0].path == "/0/2"
