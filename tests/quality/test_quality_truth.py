"""Truth models: the properties all of them share, and what each one is for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import InvalidInput, TooLarge
from assay.quality import (
    EBCC,
    GLAD,
    MACE,
    Answers,
    Confusion,
    CrowdPlan,
    DawidSkene,
    MajorityVote,
    OneCoin,
    RunningTruth,
    TruthModel,
    WeightedVote,
    expected_calibration_error,
    infer,
    simulate,
)
from assay.quality.ensemble import Ensemble

MODELS: list[TruthModel] = [
    MajorityVote(),
    WeightedVote(),
    DawidSkene(),
    OneCoin(),
    GLAD(),
    MACE(),
    EBCC(),
    Ensemble(),
]
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)

rows = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=40)


def check(model: TruthModel, answers: Answers) -> None:
    """What every result must be, whatever the input."""
    result = model.fit(answers)
    assert result.posterior.shape == (answers.n_tasks, answers.n_classes)
    assert np.isfinite(result.posterior).all()
    np.testing.assert_allclose(result.posterior.sum(axis=1), 1, atol=1e-5)
    assert np.isfinite(result.log_likelihood).all()
    assert result.log_likelihood.size >= 1
    assert np.isfinite(result.confusion.mean).all()
    lower, upper = result.skill_interval()
    assert np.all((lower >= 0) & (lower <= upper) & (upper <= 1))
    assert len(result.labels) == answers.n_tasks


@each_model
@settings(max_examples=25, deadline=None)
@given(given_rows=rows)
def test_any_answers_give_a_posterior(model: TruthModel, given_rows: list[tuple[int, int, int]]) -> None:
    check(model, Answers.from_rows(given_rows))


@each_model
@pytest.mark.parametrize(
    "given_rows",
    [
        [("t1", "a", 0)],
        [("t1", "a", 0), ("t2", "a", 1), ("t3", "a", 0)],
        [("t1", "a", 0), ("t1", "b", 0), ("t2", "b", 0)],
        [("t1", "a", 0), ("t1", "b", 1), ("t1", "c", 2)],
        [("t1", "a", 0), ("t1", "a", 1)],
    ],
    ids=["one answer", "one annotator", "one class", "all disagree", "contradiction"],
)
def test_degenerate_crowds(model: TruthModel, given_rows: list[tuple[str, str, int]]) -> None:
    check(model, Answers.from_rows(given_rows))
    check(model, Answers.from_rows(given_rows, classes=[0, 1, 2, 3], all_tasks=["t9"]))


@each_model
@settings(max_examples=15, deadline=None)
@given(given_rows=rows, seed=st.integers(0, 100))
def test_the_order_of_rows_changes_nothing(
    model: TruthModel, given_rows: list[tuple[int, int, int]], seed: int
) -> None:
    shuffled = [given_rows[index] for index in np.random.default_rng(seed).permutation(len(given_rows))]
    first, second = model.fit(Answers.from_rows(given_rows)), model.fit(Answers.from_rows(shuffled))
    assert np.array_equal(first.posterior, second.posterior)
    assert first.labels == second.labels


@each_model
def test_names_of_tasks_annotators_and_classes_change_nothing(model: TruthModel) -> None:
    crowd = simulate(CrowdPlan(n_tasks=80, n_annotators=15), seed=3)
    answers, random = crowd.answers, np.random.default_rng(1)
    tasks, people, classes = (
        random.permutation(size) for size in (answers.n_tasks, answers.n_annotators, answers.n_classes)
    )
    renamed = Answers.from_arrays(
        tasks[answers.task],
        people[answers.annotator],
        classes[answers.label],
        n_tasks=answers.n_tasks,
        n_annotators=answers.n_annotators,
        n_classes=answers.n_classes,
    )
    plain, moved = model.fit(answers), model.fit(renamed)
    np.testing.assert_allclose(moved.posterior[tasks][:, classes], plain.posterior, atol=2e-3)
    np.testing.assert_allclose(moved.skill[people], plain.skill, atol=2e-3)


@each_model
def test_gold_is_held(model: TruthModel) -> None:
    crowd = simulate(CrowdPlan(n_tasks=60, n_annotators=12), seed=5)
    gold = {task: int(crowd.truth[task]) for task in range(30)}
    result = model.fit(crowd.answers, gold)
    assert result.codes[:30].tolist() == crowd.truth[:30].tolist()
    np.testing.assert_allclose(result.confidence[:30], 1, atol=1e-6)


@each_model
def test_a_perfect_annotator_does_not_lower_accuracy(model: TruthModel) -> None:
    before, after = [], []
    for seed in range(6):
        crowd = simulate(CrowdPlan(n_tasks=150, n_annotators=20, answers_per_task=3), seed)
        answers = crowd.answers
        joined = Answers.from_arrays(
            np.concatenate([answers.task, np.arange(150)]),
            np.concatenate([answers.annotator, np.full(150, 20)]),
            np.concatenate([answers.label, crowd.truth]),
        )
        before.append(float((model.fit(answers).codes == crowd.truth).mean()))
        after.append(float((model.fit(joined).codes == crowd.truth).mean()))
    assert np.mean(after) > np.mean(before)


@each_model
def test_fitting_twice_is_the_same_to_the_bit(model: TruthModel) -> None:
    answers = simulate(CrowdPlan(n_tasks=50), seed=0).answers
    assert np.array_equal(model.fit(answers).posterior, model.fit(answers).posterior)


def test_ties_go_to_the_more_frequent_class_then_to_the_earlier() -> None:
    answers = Answers.from_rows([("t1", "a", "x"), ("t1", "b", "y"), ("t2", "a", "y"), ("t2", "b", "y")])
    assert MajorityVote().fit(answers).labels == ["y", "y"]
    even = Answers.from_rows([("t1", "a", "x"), ("t1", "b", "y")])
    assert MajorityVote().fit(even).labels == ["x"]


def test_the_models_beat_the_majority_where_skills_differ() -> None:
    plan = CrowdPlan(n_tasks=600, n_annotators=30, accuracy=(0.65, 1.0), bias=0.8, spammers=0.2)
    crowd = simulate(plan, seed=2)
    accuracy = {type(model): np.mean(model.fit(crowd.answers).codes == crowd.truth) for model in MODELS}
    best = min(accuracy[model] for model in (DawidSkene, Ensemble, MACE))
    assert best > accuracy[MajorityVote] + 0.03


def test_dawid_skene_uses_a_reversed_annotator() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 2, 200)
    good = [np.where(random.random(200) < 0.85, truth, 1 - truth) for _ in range(3)]
    votes = [*good, 1 - truth, 1 - truth]
    answers = Answers.from_rows([(t, w, int(vote[t])) for w, vote in enumerate(votes) for t in range(200)])
    assert (DawidSkene().fit(answers).codes == truth).mean() > 0.97
    assert (MajorityVote().fit(answers).codes == truth).mean() < 0.8


def test_few_answers_do_not_run_wild() -> None:
    crowd = simulate(CrowdPlan(n_tasks=200, n_annotators=20), seed=1)
    answers = crowd.answers
    newcomer = Answers.from_arrays(
        np.append(answers.task, 0), np.append(answers.annotator, 20), np.append(answers.label, crowd.truth[0])
    )
    result = DawidSkene().fit(newcomer)
    lower, upper = result.skill_interval()
    assert 0.5 < result.skill[20] < 0.95
    assert upper[20] - lower[20] > 2 * np.median((upper - lower)[:20])


def test_confusion_uncertainty_is_the_dirichlets() -> None:
    confusion = Confusion(np.array([[[9.0, 1.0], [2.0, 2.0]]]))
    assert confusion.mean[0, 0, 0] == pytest.approx(0.9)
    assert confusion.standard_deviation[0, 0, 0] == pytest.approx(np.sqrt(0.09 / 11))
    lower, upper = confusion.interval(0.9)
    random = np.random.default_rng(0).beta(9, 1, 200_000)
    assert lower[0, 0, 0] == pytest.approx(np.quantile(random, 0.05), abs=0.005)
    assert upper[0, 0, 0] == pytest.approx(np.quantile(random, 0.95), abs=0.005)


def test_the_likelihood_rises() -> None:
    crowd = simulate(CrowdPlan(n_tasks=300), seed=4)
    for model in (OneCoin(), DawidSkene(), GLAD()):
        trace = model.fit(crowd.answers).log_likelihood
        assert trace[-1] > trace[0]


def test_gold_improves_a_crowd_that_is_mostly_wrong() -> None:
    plan = CrowdPlan(n_tasks=400, n_annotators=25, n_classes=2, accuracy=(0.35, 0.8), spammers=0.0)
    crowd = simulate(plan, seed=8)
    gold = {task: int(crowd.truth[task]) for task in range(40)}
    blind = (infer(crowd.answers).codes == crowd.truth)[40:].mean()
    guided = (infer(crowd.answers, gold).codes == crowd.truth)[40:].mean()
    assert blind < 0.5
    assert guided > 0.6


def test_gold_calibrates() -> None:
    raw, calibrated = [], []
    for seed in range(4):
        crowd = simulate(CrowdPlan(n_tasks=800, difficulty=1.2, decoys=0.3, answers_per_task=7), seed)
        gold = {task: int(crowd.truth[task]) for task in range(50)}
        rest = np.where(np.arange(800) < 50, -1, crowd.truth)
        raw.append(expected_calibration_error(DawidSkene().fit(crowd.answers).posterior, rest))
        calibrated.append(expected_calibration_error(infer(crowd.answers, gold).posterior, rest))
    assert np.mean(calibrated) < min(0.06, 0.6 * float(np.mean(raw)))


def test_running_truth_follows_the_full_fit() -> None:
    crowd = simulate(CrowdPlan(n_tasks=200, n_annotators=20, answers_per_task=6), seed=6)
    answers = crowd.answers
    late = np.random.default_rng(0).random(len(answers)) < 0.1
    running = RunningTruth(answers.select(~late))
    for index in np.flatnonzero(late):
        row = running.add(int(answers.task[index]), int(answers.annotator[index]), int(answers.label[index]))
        assert row.sum() == pytest.approx(1)
    full = DawidSkene().fit(answers)
    kept = np.array([int(running.posterior(task).argmax()) for task in range(200)])
    assert (kept == full.codes).mean() > 0.98
    refitted = running.refit()
    np.testing.assert_allclose(refitted.posterior, full.posterior, atol=1e-4)


def test_running_truth_takes_newcomers_and_repeats() -> None:
    running = RunningTruth(simulate(CrowdPlan(n_tasks=50), seed=6).answers)
    before = running.posterior("never seen")
    first = running.add("new task", "new annotator", 1)
    assert first[1] > before[1]
    assert np.array_equal(running.add("new task", "new annotator", 1), first)
    with pytest.raises(InvalidInput, match="not among"):
        running.add("new task", "new annotator", 17)


def test_thousands_of_classes_do_not_exhaust_the_memory() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 4000, 60)
    task, annotator = np.repeat(np.arange(60), 3), np.tile(np.arange(3) * 10, 60)
    label = np.where(random.random(180) < 0.7, truth[task], random.integers(0, 4000, 180))
    answers = Answers.from_arrays(task, annotator, label, n_classes=4000, n_annotators=30)
    assert (infer(answers).codes == truth).mean() > 0.7
    with pytest.raises(TooLarge) as caught:
        DawidSkene().fit(answers)
    assert "OneCoin" in str(caught.value.advice)
