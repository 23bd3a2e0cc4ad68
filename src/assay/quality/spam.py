"""Signs that an annotator does not look at the tasks. Evidence with a strength, for a person to judge.

Disagreeing is not spamming: the scores ask whether answers carry information about the truth, not whether
they agree with the majority.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, entr, ndtr, xlogy

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Answers, Floats
from assay.quality.estimation import TruthResult


@dataclass(frozen=True)
class InformationScore:
    """Per annotator, arrays of shape (annotators,), nats per answer.

    `information`: mutual information of answer and truth under the posterior mean confusion; `upper`: its
    upper 95 % posterior bound; `suspect`: upper bound under a tenth of the crowd's median.
    """

    information: NDArray[np.float64]
    upper: NDArray[np.float64]
    suspect: NDArray[np.bool_]


def information_score(result: TruthResult, *, draws: int = 200, seed: int = 0) -> InformationScore:
    """Mutual information between an annotator's label and the truth, from their shrunk confusion matrix. The
    bound is from Dirichlet draws. A generic spammer score in the sense of Raykar & Yu (JMLR 2012) that does
    not reward always answering the common class.
    """
    counts = result.confusion.counts.astype(np.float64)
    prior = np.asarray(result.prior, dtype=np.float64)
    information = _mutual_information(result.confusion.mean.astype(np.float64), prior)
    random = np.random.default_rng(seed)
    drawn = np.empty((draws, counts.shape[0]))
    for draw in range(draws):
        sample = np.maximum(random.standard_gamma(counts), 1e-300)
        drawn[draw] = _mutual_information(sample / sample.sum(axis=2, keepdims=True), prior)
    upper = np.quantile(drawn, 0.95, axis=0)
    return InformationScore(information, upper, upper < 0.1 * float(np.median(information)))


def _mutual_information(confusion: Floats, prior: Floats) -> NDArray[np.float64]:
    """H(label) - H(label | truth), shape (annotators,)."""
    marginal = np.einsum("akl,k->al", confusion, prior)
    given = np.einsum("akl,k->a", entr(confusion), prior)
    information: NDArray[np.float64] = np.maximum(entr(marginal).sum(axis=1) - given, 0.0)
    return information


@dataclass(frozen=True)
class PatternEvidence:
    """Per annotator, arrays of shape (annotators,).

    `entropy`: of the labels given, nats. `longest_run`: of one label in a row. `run_p_value`: chance of a run
    that long from independent answers with these frequencies (union bound). `dependence_p_value`: of the
    G-test that an answer does not depend on the one before.
    """

    entropy: NDArray[np.float64]
    longest_run: NDArray[np.int64]
    run_p_value: NDArray[np.float64]
    dependence_p_value: NDArray[np.float64]


def answer_patterns(answers: Answers, order: NDArray[np.number]) -> PatternEvidence:
    """Patterns in the sequence of an annotator's answers; `order`, shape (answers,), sorts them in time.

    Tasks served in random order make successive truths independent, so dependence comes from the annotator
    (Markov test after Bartlett, 1951). With one label only there is no dependence to test: p-value 1.
    """
    if len(order) != len(answers):
        problem = Problem("/order", "length", f"has {len(order)} rows, not {len(answers)}")
        raise InvalidInput("One time per answer is needed", problems=[problem])
    place = np.lexsort((order, answers.annotator))
    who, label = answers.annotator[place], answers.label[place]
    width, depth = answers.n_annotators, answers.n_classes
    counts = np.bincount(who * np.int64(depth) + label, minlength=width * depth).reshape(width, depth)
    size = np.maximum(counts.sum(axis=1), 1)
    shares = counts / size[:, None]
    runs = np.zeros(width, dtype=np.int64)
    run_label = np.zeros(width, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], (who[1:] != who[:-1]) | (label[1:] != label[:-1])]))
    lengths = np.diff(np.append(starts, who.size))
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        if length > runs[who[start]]:
            runs[who[start]], run_label[who[start]] = length, label[start]
    common = shares[np.arange(width), run_label]
    run_p = np.where(common < 1, np.minimum(1.0, size * common ** np.maximum(runs, 0)), 1.0)
    same = who[1:] == who[:-1]
    cell = (who[1:][same].astype(np.int64) * depth + label[:-1][same]) * depth + label[1:][same]
    table = np.bincount(cell, minlength=width * depth * depth).reshape(width, depth, depth)
    return PatternEvidence(entr(shares).sum(axis=1), runs, run_p, _independence(table))


def _independence(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """p-value of the G-test on each (classes, classes) table."""
    total = np.maximum(table.sum(axis=(1, 2)), 1)
    rows, columns = table.sum(axis=2), table.sum(axis=1)
    likelihood = xlogy(table, table).sum(axis=(1, 2)) + xlogy(total, total)
    likelihood -= xlogy(rows, rows).sum(axis=1) + xlogy(columns, columns).sum(axis=1)
    freedom = np.maximum((rows > 0).sum(axis=1) - 1, 0) * np.maximum((columns > 0).sum(axis=1) - 1, 0)
    p_value = chdtrc(np.maximum(freedom, 1), np.maximum(2 * likelihood, 0))
    return np.where(freedom > 0, p_value, 1.0)


@dataclass(frozen=True)
class SpeedEvidence:
    """Per annotator, shape (annotators,): `fast_share` of answers under the 5th percentile of trusted time
    for their task, and the one-sided `p_value` of so large a share (normal approximation); NaN without
    answers.
    """

    fast_share: NDArray[np.float64]
    p_value: NDArray[np.float64]


def answer_speed(answers: Answers, seconds: Floats, trusted: NDArray[np.bool_]) -> SpeedEvidence:
    """Too fast to have looked? `seconds`, shape (answers,), active time of each; `trusted`, shape
    (annotators,).

    log seconds = task + noise, both from the trusted annotators' answers, tasks shrunk to the overall mean by
    two imaginary answers. Raises InvalidInput for times that are not positive or when nobody is trusted.
    """
    bad = np.flatnonzero(~(np.isfinite(seconds) & (seconds > 0)))
    if len(seconds) != len(answers) or bad.size or not trusted[answers.annotator].any():
        problems = [Problem(f"/seconds/{row}", "positive", "must be a positive number") for row in bad[:20]]
        raise InvalidInput("Times must be positive, one per answer, some of them trusted", problems=problems)
    logged = np.log(seconds)
    known = trusted[answers.annotator]
    overall = float(np.median(logged[known]))
    count = np.bincount(answers.task[known], minlength=answers.n_tasks)
    total = np.bincount(answers.task[known], weights=logged[known], minlength=answers.n_tasks)
    residual = logged - ((total + 2 * overall) / (count + 2))[answers.task]
    fast = residual < np.quantile(residual[known], 0.05)
    given = answers.answers_per_annotator
    with np.errstate(invalid="ignore"):
        share = np.bincount(answers.annotator, weights=fast, minlength=given.size) / given
        z = (share - 0.05) * np.sqrt(given / (0.05 * 0.95))
    return SpeedEvidence(share, ndtr(-z))
