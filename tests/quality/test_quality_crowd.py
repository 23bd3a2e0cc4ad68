"""Annotators: skill, drift, spam, collusion. And planning: redundancy, label errors, dataset accuracy."""

from __future__ import annotations

import numpy as np
import pytest

from assay.errors import InvalidInput
from assay.quality import (
    Answers,
    Calibration,
    CrowdPlan,
    DawidSkene,
    Evidence,
    SkillModel,
    StoppingRule,
    Stratum,
    accuracy_from_posterior,
    accuracy_from_review,
    answer_patterns,
    answer_speed,
    consensus_evidence,
    detect_drift,
    find_collusion,
    find_label_errors,
    forecast,
    gold_rate,
    information_score,
    learning_curve,
    neighbour_probabilities,
    replay,
    review_plan,
    sequential_test,
    simulate,
)


def test_skill_is_shrunk_pooled_and_covers() -> None:
    random = np.random.default_rng(0)
    accuracy = random.beta(8, 3, 200)
    evidence = [
        Evidence(who, float(random.random() < accuracy[who]), group="easy" if item % 2 else "hard")
        for who in range(200)
        for item in range(int(random.integers(1, 30)))
    ]
    report = SkillModel(level=0.8).fit(evidence)
    inside = [
        report.annotators[who].lower <= accuracy[who] <= report.annotators[who].upper for who in range(200)
    ]
    assert 0.72 < np.mean(inside) < 0.9
    error = np.mean([abs(report.annotators[who].mean - accuracy[who]) for who in range(200)])
    raw = []
    for who in range(200):
        own = [item.right for item in evidence if item.annotator == who]
        raw.append(abs(np.mean(own) - accuracy[who]))
    assert error < 0.8 * np.mean(raw)
    assert report.newcomer.mean == pytest.approx(8 / 11, abs=0.06)
    assert gold_rate(report.newcomer) == 0.25
    assert ("easy" in {group for _, group in report.groups}) and (0, "easy") in report.groups


def test_skill_forgets_with_the_half_life() -> None:
    evidence = [Evidence("a", float(moment >= 50), moment=moment) for moment in range(100)]
    assert SkillModel(half_life=10).fit(evidence).annotators["a"].mean > 0.9
    assert SkillModel().fit(evidence).annotators["a"].mean == pytest.approx(0.5, abs=0.05)
    assert SkillModel().fit([]).annotators == {}
    with pytest.raises(InvalidInput) as caught:
        SkillModel().fit([Evidence("a", 1.5), Evidence("a", 1, weight=0)])
    assert [problem.path for problem in caught.value.problems] == ["/0/right", "/1"]


def test_consensus_evidence_ranks_annotators() -> None:
    crowd = simulate(CrowdPlan(n_tasks=300, n_annotators=15), seed=0)
    report = SkillModel().fit(consensus_evidence(DawidSkene().fit(crowd.answers)))
    means = [report.annotators[who].mean for who in range(15)]
    real = np.bincount(
        crowd.answers.annotator, weights=crowd.answers.label == crowd.truth[crowd.answers.task]
    ) / np.bincount(crowd.answers.annotator)
    assert np.corrcoef(means, real)[0, 1] > 0.9


def test_drift_and_learning() -> None:
    random = np.random.default_rng(0)
    stable = (random.random(120) < 0.85).astype(float)
    falling = np.concatenate([random.random(60) < 0.9, random.random(60) < 0.5]).astype(float)
    assert detect_drift(stable).log_evidence < 1
    found = detect_drift(falling)
    assert found.log_evidence > 3
    assert abs(found.position - 60) <= 15
    assert found.before > found.after
    assert detect_drift([1, 0]).log_evidence == 0
    chance = 1 / (1 + np.exp(-(-0.5 + 0.4 * np.log2(1 + np.arange(400)))))
    curve = learning_curve((random.random(400) < chance).astype(float))
    assert curve.slope > 2 * curve.slope_error
    assert curve.accuracy(400) > curve.accuracy(0) + 0.2
    assert abs(learning_curve(stable).slope) < 3 * learning_curve(stable).slope_error
    assert learning_curve([]).level == pytest.approx(1)


def test_the_sequential_test_keeps_its_error_rates() -> None:
    random = np.random.default_rng(0)
    good = [sequential_test(list(random.random(200) < 0.85)) for _ in range(400)]
    poor = [sequential_test(list(random.random(200) < 0.6)) for _ in range(400)]
    assert good.count("reject") / 400 < 0.075
    assert poor.count("accept") / 400 < 0.075
    assert sequential_test([]) == "continue"
    with pytest.raises(InvalidInput):
        sequential_test([True], accept=0.5, reject=0.6)


def auc(score: np.ndarray, positive: np.ndarray) -> float:
    rank = score.argsort().argsort() + 1
    hits = positive.sum()
    return float((rank[positive].sum() - hits * (hits + 1) / 2) / (hits * (~positive).sum()))


def test_spammers_carry_no_information() -> None:
    areas, false_alarms = [], []
    for seed in range(5):
        plan = CrowdPlan(n_tasks=500, n_annotators=50, spammers=0.15, class_shares=(0.7, 0.2, 0.1))
        crowd = simulate(plan, seed)
        found = information_score(DawidSkene().fit(crowd.answers), draws=60)
        active = crowd.answers.answers_per_annotator >= 15
        areas.append(auc(-found.information[active], crowd.spammer[active]))
        false_alarms.append(int((found.suspect & ~crowd.spammer).sum()))
    assert np.mean(areas) > 0.9
    assert max(false_alarms) <= 1


def test_patterns_show_runs_and_dependence() -> None:
    random = np.random.default_rng(0)
    honest = random.integers(0, 3, 200)
    constant = np.concatenate([np.full(60, 1), random.integers(0, 3, 140)])
    cyclic = np.arange(200) % 3
    answers = Answers.from_arrays(
        np.tile(np.arange(200), 3), np.repeat([0, 1, 2], 200), np.concatenate([honest, constant, cyclic])
    )
    found = answer_patterns(answers, answers.task)
    assert found.longest_run[1] >= 60
    assert found.run_p_value[1] < 1e-6 < found.run_p_value[0]
    assert found.dependence_p_value[2] < 1e-6
    assert found.dependence_p_value[0] > 0.001
    assert found.entropy[2] == pytest.approx(np.log(3), abs=0.01)
    with pytest.raises(InvalidInput):
        answer_patterns(answers, np.arange(3))


def test_speed() -> None:
    crowd = simulate(CrowdPlan(n_tasks=300, n_annotators=10, activity=0.0), seed=0)
    random = np.random.default_rng(0)
    hasty = crowd.answers.annotator == 9
    seconds = np.exp(2 + 0.5 * random.standard_normal(len(crowd.answers))) * np.where(hasty, 0.1, 1)
    found = answer_speed(crowd.answers, seconds, np.arange(10) < 6)
    assert found.p_value[9] < 1e-9
    assert found.p_value[:9].min() > 1e-4
    with pytest.raises(InvalidInput) as caught:
        answer_speed(crowd.answers, np.where(hasty, 0, seconds), np.ones(10, dtype=bool))
    assert caught.value.problems[0].rule == "positive"


def test_collusion_is_found_without_false_alarms() -> None:
    found_pairs, false_pairs = 0, 0
    for seed in range(4):
        plan = CrowdPlan(
            n_tasks=800, n_annotators=24, n_classes=5, answers_per_task=6, activity=0.3, difficulty=0.8
        )
        answers = simulate(plan, seed).answers
        clean = find_collusion(DawidSkene().fit(answers))
        false_pairs += int(clean.flagged.sum())
        label = answers.label.copy()
        place = {
            (t, w): i
            for i, (t, w) in enumerate(zip(answers.task.tolist(), answers.annotator.tolist(), strict=True))
        }
        for task in range(800):
            if (task, 2) in place and (task, 7) in place:
                label[place[(task, 7)]] = label[place[(task, 2)]]
        copied = Answers.from_arrays(answers.task, answers.annotator, label, n_classes=5)
        evidence = find_collusion(DawidSkene().fit(copied))
        flagged = set(zip(evidence.first[evidence.flagged], evidence.second[evidence.flagged], strict=True))
        found_pairs += (2, 7) in flagged
        false_pairs += len(flagged - {(2, 7)})
        if (2, 7) in flagged:
            groups = evidence.groups(24)
            assert groups[2] == groups[7]
    assert found_pairs >= 3
    assert false_pairs <= 1


def test_no_pairs_no_evidence() -> None:
    result = DawidSkene().fit(Answers.from_rows([("t", "a", 0), ("t", "b", 0)]))
    assert find_collusion(result).z.size == 0


def test_stopping_rule() -> None:
    rule = StoppingRule(threshold=0.9, minimum=2, maximum=4)
    assert [rule.decide(0.99, 1), rule.decide(0.99, 2), rule.decide(0.5, 3), rule.decide(0.5, 4)] == [
        "ask",
        "stop",
        "ask",
        "escalate",
    ]
    with pytest.raises(InvalidInput):
        StoppingRule(minimum=5, maximum=4)


def test_adaptive_asking_needs_fewer_answers() -> None:
    plan = CrowdPlan(n_tasks=1500, n_annotators=40, n_classes=4, answers_per_task=10, accuracy=(0.75, 1.0))
    crowd = simulate(plan, seed=0)
    fixed = DawidSkene().fit(replay(crowd.answers, StoppingRule(1.0, 5, 5)).result.answers)
    adaptive = replay(crowd.answers, StoppingRule(0.87, 2, 10))
    fixed_accuracy = np.mean(fixed.codes == crowd.truth)
    assert np.mean(adaptive.result.codes == crowd.truth) >= fixed_accuracy
    assert adaptive.answers_per_task <= 0.72 * 5


def test_the_forecast_comes_true() -> None:
    plan = CrowdPlan(n_tasks=2000, n_annotators=40, answers_per_task=10, accuracy=(0.75, 0.8))
    crowd = simulate(plan, seed=1)
    pilot = DawidSkene().fit(crowd.answers.select(crowd.answers.task < 300))
    rule = StoppingRule(0.95, 2, 8)
    expected, real = forecast(pilot, rule), replay(crowd.answers, rule)
    assert expected.answers_per_task == pytest.approx(real.answers_per_task, rel=0.15)
    assert expected.accuracy == pytest.approx(float(np.mean(real.result.codes == crowd.truth)), abs=0.03)
    assert expected.histogram.sum() == pytest.approx(1)
    softer = forecast(pilot, rule, calibration=Calibration(2.0, 0.05))
    assert softer.answers_per_task > expected.answers_per_task


def noisy_labels(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    truth = random.integers(0, 4, 2000)
    centres = 3.0 * random.standard_normal((4, 16))
    vectors = centres[truth] + random.standard_normal((2000, 16))
    wrong = random.random(2000) < 0.1
    labels = np.where(wrong, (truth + random.integers(1, 4, 2000)) % 4, truth).astype(np.int32)
    logits = 4 * (truth[:, None] == np.arange(4)) + 1.2 * random.standard_normal((2000, 4))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return truth, labels, probabilities, vectors


@pytest.mark.parametrize("source", ["model", "neighbours"])
def test_label_errors_are_found_and_counted(source: str) -> None:
    truth, labels, probabilities, vectors = noisy_labels(0)
    if source == "neighbours":
        probabilities = neighbour_probabilities(vectors, labels)
    found = find_label_errors(labels, probabilities)
    wrong = labels != truth
    assert wrong[found.suspects].mean() > 0.9
    assert wrong[found.suspects].sum() / wrong.sum() > 0.85
    assert found.lower < wrong.mean() < found.upper or abs(found.error_rate - wrong.mean()) < 0.02
    assert (truth[found.suspects] == found.suggested).mean() > 0.9
    assert found.quality[wrong].mean() < 0.3 < found.quality[~wrong].mean()
    assert found.joint.sum() == pytest.approx(1)


def test_label_errors_bad_input() -> None:
    labels, probabilities = np.array([0, 1]), np.array([[0.5, 0.5], [0.2, 0.9]])
    with pytest.raises(InvalidInput) as caught:
        find_label_errors(labels, probabilities)
    assert caught.value.problems[0].path == "/probabilities/1"
    with pytest.raises(InvalidInput):
        find_label_errors(np.array([0, 5]), np.full((2, 2), 0.5))
    with pytest.raises(InvalidInput):
        find_label_errors(np.array([], dtype=int), np.zeros((0, 2)))
    with pytest.raises(InvalidInput):
        neighbour_probabilities(np.full((2, 2), np.nan), labels)
    one_class = find_label_errors(np.zeros(5, dtype=int), np.ones((5, 1)))
    assert (one_class.suspects.size, one_class.error_rate) == (0, 0)


def test_review_intervals_cover() -> None:
    random = np.random.default_rng(0)
    inside = []
    for _ in range(300):
        chance = np.concatenate([np.full(3000, 0.98), np.full(1500, 0.9), np.full(500, 0.6)])
        right = random.random(5000) < chance
        strata = []
        for members, sample in review_plan(chance, 150, n_strata=3, seed=int(random.integers(10**9))):
            strata.append(Stratum(members.size, sample.size, int(right[sample].sum())))
        estimate = accuracy_from_review(strata)
        inside.append(estimate.lower <= right.mean() <= estimate.upper)
    assert 0.915 <= np.mean(inside) <= 0.985


def test_review_edges() -> None:
    full = accuracy_from_review([Stratum(10, 10, 9)])
    assert (full.accuracy, full.lower, full.upper) == (0.9, 0.9, 0.9)
    perfect = accuracy_from_review([Stratum(1000, 20, 20)])
    assert perfect.accuracy == 1
    assert 0.8 < perfect.lower < 0.95
    for bad in ([], [Stratum(5, 6, 1)], [Stratum(5, 0, 0)]):
        with pytest.raises(InvalidInput):
            accuracy_from_review(bad)


def test_accuracy_from_posteriors_covers_imperfect_worlds() -> None:
    random = np.random.default_rng(0)
    inside, width = [], []
    for seed in range(30):
        plan = CrowdPlan(
            n_tasks=600,
            n_classes=int(random.integers(2, 5)),
            difficulty=float(random.uniform(0, 1.2)),
            decoys=float(random.uniform(0, 0.3)),
        )
        crowd = simulate(plan, seed)
        result = DawidSkene().fit(crowd.answers)
        gold = {task: int(crowd.truth[task]) for task in random.choice(600, 50, replace=False).tolist()}
        estimate = accuracy_from_posterior(result, gold)
        inside.append(estimate.lower <= np.mean(result.codes == crowd.truth) <= estimate.upper)
        width.append(estimate.upper - estimate.lower)
    assert np.mean(inside) >= 0.88
    assert np.mean(width) < 0.25
    assert accuracy_from_posterior(result).basis == "posterior"
    assert (estimate.basis, estimate.n_checked) == ("gold", 50)
