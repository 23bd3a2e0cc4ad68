"""Preferences between two things: strengths, ties, who is reliable, and what else moves the choice."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Codes, Floats, coded, is_missing

OUTCOMES = ("first", "second", "tie")


@dataclass(frozen=True, eq=False)
class Comparisons:
    """Judged pairs. `first`, `second`, `annotator`, `cluster`: int32 codes of shape (comparisons,);
    `outcome`: 0 the first won, 1 the second, 2 a tie. `covariates`: (comparisons, k) differences first minus
    second (length in tokens, say). The first is the one shown first or on the left.
    """

    first: Codes
    second: Codes
    outcome: Codes
    annotator: Codes
    cluster: Codes
    covariates: NDArray[np.float64]
    items: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    covariate_names: tuple[str, ...]

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[Hashable, Hashable, str]],
        *,
        annotators: Sequence[Hashable] | None = None,
        clusters: Sequence[Hashable] | None = None,
        covariates: dict[str, Sequence[float]] | None = None,
    ) -> Comparisons:
        """Rows of (first, second, "first" | "second" | "tie"); the rest parallel to them.

        `clusters` names the item (prompt) a comparison belongs to, for standard errors; by default each
        stands by itself. Raises InvalidInput for an unknown outcome, a thing against itself, missing ids,
        unequal lengths, covariates that are not finite, and no row.
        """
        listed = list(rows)
        _check_rows(listed)
        first, second, outcome = zip(*listed, strict=True)
        items, both = coded([*first, *second])
        names, annotator = coded(list(annotators) if annotators is not None else [0] * len(listed))
        _, cluster = coded(list(clusters) if clusters is not None else list(range(len(listed))))
        covariates = covariates or {}
        columns = {name: np.asarray(values, dtype=np.float64) for name, values in covariates.items()}
        _check_parallel(len(listed), {"annotators": annotator, "clusters": cluster, **columns})
        table = np.column_stack(list(columns.values())) if columns else np.zeros((len(listed), 0))
        return cls(
            both[: len(listed)],
            both[len(listed) :],
            np.array([OUTCOMES.index(name) for name in outcome], dtype=np.int32),
            annotator,
            cluster,
            table,
            items,
            names,
            tuple(columns),
        )

    def __len__(self) -> int:
        return int(self.first.size)


@dataclass(frozen=True)
class PreferenceResult:
    """On the logit scale, scores summing to zero.

    `score`, `score_error`: (items,). `position`: bias towards the first (0 none); `tie`: log weight of a tie
    between equals. `effect`: (covariates,) per unit. `reliability`: (annotators,), 1 is typical, near 0
    random, negative means reversed. `covariance` of the scores, (items, items), clustered (sandwich).
    """

    items: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    covariates: tuple[str, ...]
    score: Floats
    score_error: Floats
    position: float
    position_error: float
    tie: float
    effect: Floats
    effect_error: Floats
    reliability: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool

    def probability(self, first: Hashable, second: Hashable) -> tuple[float, float, float]:
        """P(first wins), P(second wins), P(tie), by a typical annotator, position and covariates apart."""
        index = {name: code for code, name in enumerate(self.items)}
        gap = float(self.score[index[first]] - self.score[index[second]])
        shares = np.exp(log_softmax([gap / 2, -gap / 2, self.tie]))
        return float(shares[0]), float(shares[1]), float(shares[2])

    @property
    def ranking(self) -> list[Hashable]:
        """Items from the best to the worst; ties in item order."""
        return [self.items[code] for code in np.argsort(-self.score, kind="stable")]


@dataclass(frozen=True)
class BradleyTerry:
    """Bradley-Terry with ties after Davidson (JASA 1970), a position effect and covariates, and with
    `annotator_reliability` a factor per annotator (Crowd-BT, Chen et al., WSDM 2013; here the discrimination
    form gap * reliability with a normal prior around 1 of deviation `reliability_deviation`).

    `ridge` is the precision of a normal prior on scores and effects: it keeps a thing that never lost finite.
    Standard errors are sandwich ones, clustered by `Comparisons.cluster` (Liang & Zeger, 1986).
    """

    annotator_reliability: bool = False
    position: bool = True
    ridge: float = 0.01
    reliability_deviation: float = 0.5
    max_iterations: int = 300

    def fit(self, comparisons: Comparisons) -> PreferenceResult:
        problem = _Likelihood(self, comparisons)
        start = problem.start()
        found = minimize(
            problem.loss_and_gradient,
            start,
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": self.max_iterations, "ftol": 1e-12, "gtol": 1e-7 * len(comparisons)},
        )
        return problem.result(found.x, bool(found.success))


class _Likelihood:
    """Parameters: [scores and effects (linear), log tie weight, reliabilities]."""

    def __init__(self, model: BradleyTerry, data: Comparisons) -> None:
        self.model, self.data = model, data
        self.compact, self.count = _aggregated(data)
        self.n_items = len(data.items)
        self.design = _design(model, self.compact, self.n_items)
        self.n_linear = self.design.shape[1]
        self.has_ties = bool((data.outcome == 2).any())
        self.n_reliable = len(data.annotators) if model.annotator_reliability else 0

    def start(self) -> NDArray[np.float64]:
        reliable = np.ones(self.n_reliable)
        return np.concatenate([np.zeros(self.n_linear), [-0.7], reliable])

    def _split(self, parameters: Floats) -> tuple[Floats, float, Floats]:
        linear, reliable = parameters[: self.n_linear], parameters[self.n_linear + 1 :]
        return linear, float(parameters[self.n_linear]) if self.has_ties else -40.0, reliable

    def _gap(self, linear: Floats, reliable: Floats) -> tuple[Floats, Floats]:
        gap = self.design @ linear
        factor = reliable[self.compact.annotator] if self.n_reliable else np.ones(gap.size)
        return gap, factor

    def _log_shares(self, scaled: Floats, tie: float) -> NDArray[np.float64]:
        logits = np.stack([scaled / 2, -scaled / 2, np.full(scaled.size, tie)], axis=1)
        return np.asarray(log_softmax(logits, axis=1), dtype=np.float64)

    def loss_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        linear, tie, reliable = self._split(parameters)
        gap, factor = self._gap(linear, reliable)
        log_shares = self._log_shares(gap * factor, tie)
        by_gap, by_tie = self._scores(log_shares)
        log_likelihood = self.count @ log_shares[np.arange(gap.size), self.compact.outcome]
        penalty = 0.5 * self.model.ridge * float(linear @ linear)
        gradient = np.zeros(parameters.size)
        gradient[: self.n_linear] = (
            -(self.design.T @ (self.count * by_gap * factor)) + self.model.ridge * linear
        )
        if self.has_ties:
            gradient[self.n_linear] = -float(self.count @ by_tie)
        if self.n_reliable:
            precision = 1 / self.model.reliability_deviation**2
            weights = self.count * by_gap * gap
            pull = np.bincount(self.compact.annotator, weights=weights, minlength=self.n_reliable)
            gradient[self.n_linear + 1 :] = precision * (reliable - 1) - pull
            penalty += 0.5 * precision * float(((reliable - 1) ** 2).sum())
        return penalty - float(log_likelihood), gradient

    def _scores(self, log_shares: Floats) -> tuple[Floats, Floats]:
        """Derivatives of each comparison's log-likelihood by the scaled gap and by the log tie weight."""
        shares = np.exp(log_shares)
        won = np.array([0.5, -0.5, 0.0])[self.compact.outcome]
        by_gap = won - (shares[:, 0] - shares[:, 1]) / 2
        by_tie = (self.compact.outcome == 2) - shares[:, 2]
        return by_gap, by_tie

    def result(self, parameters: Floats, converged: bool) -> PreferenceResult:
        linear, tie, reliable = self._split(parameters)
        covariance = self._covariance(linear, tie, reliable)
        error = np.sqrt(np.maximum(np.diag(covariance), 0))
        n, extra = self.n_items, int(self.model.position)
        centred = np.eye(n) - 1 / n
        scores = centred @ covariance[:n, :n] @ centred
        gap, factor = self._gap(linear, reliable)
        picked = self._log_shares(gap * factor, tie)[np.arange(gap.size), self.compact.outcome]
        return PreferenceResult(
            self.data.items,
            self.data.annotators,
            self.data.covariate_names,
            linear[:n] - linear[:n].mean(),
            np.sqrt(np.maximum(np.diag(scores), 0)),
            float(linear[n]) if extra else 0.0,
            float(error[n]) if extra else 0.0,
            tie,
            linear[n + extra :],
            error[n + extra : self.n_linear],
            reliable if self.n_reliable else np.ones(len(self.data.annotators)),
            scores,
            float(self.count @ picked),
            converged,
        )

    def _covariance(self, linear: Floats, tie: float, reliable: Floats) -> NDArray[np.float64]:
        """Sandwich covariance of (linear, tie), reliabilities held at their estimates."""
        gap, factor = self._gap(linear, reliable)
        log_shares = self._log_shares(gap * factor, tie)
        by_gap, by_tie = self._scores(log_shares)
        shares = np.exp(log_shares)
        lean = shares[:, 0] - shares[:, 1]
        gap_gap = (shares[:, 0] + shares[:, 1] - lean**2) / 4
        gap_tie = -lean * shares[:, 2] / 2
        tie_tie = shares[:, 2] * (1 - shares[:, 2])
        scaled = sparse.diags(factor) @ self.design
        size = self.n_linear + 1
        bread = np.zeros((size, size))
        weighted = scaled.T @ sparse.diags(self.count * gap_gap) @ scaled
        bread[:-1, :-1] = weighted.toarray() + self.model.ridge * np.eye(self.n_linear)
        bread[:-1, -1] = bread[-1, :-1] = scaled.T @ (self.count * gap_tie)
        bread[-1, -1] = self.count @ tie_tie + 1e-9
        if not self.has_ties:
            bread[:-1, -1] = bread[-1, :-1] = 0
            bread[-1, -1] = 1
        pieces = sparse.hstack([sparse.diags(by_gap) @ scaled, sparse.csr_matrix(by_tie[:, None])]).tocsr()
        n_clusters = int(self.data.cluster.max()) + 1
        # A row that stands for c independent comparisons adds c squared scores, not one score times c.
        share = np.sqrt(self.count) if independent(self.data) else self.count
        place = (self.compact.cluster, np.arange(self.count.size))
        grouping = sparse.csr_matrix((share, place))
        summed = grouping @ pieces
        # The usual correction for few clusters.
        meat = (summed.T @ summed).toarray() * (n_clusters / max(n_clusters - 1, 1))
        inverse = np.linalg.inv(bread)
        covariance: NDArray[np.float64] = inverse @ meat @ inverse
        return covariance


def _design(model: BradleyTerry, data: Comparisons, n_items: int) -> sparse.csr_matrix:
    """Sparse (comparisons, items + position + covariates): +1 for the first, -1 for the second."""
    rows = np.arange(len(data))
    ones = np.ones(len(data))
    pair = sparse.csr_matrix(
        (
            np.concatenate([ones, -ones]),
            (np.concatenate([rows, rows]), np.concatenate([data.first, data.second])),
        ),
        shape=(len(data), n_items),
    )
    columns = [pair]
    if model.position:
        columns.append(sparse.csr_matrix(ones[:, None]))
    if data.covariates.shape[1]:
        columns.append(sparse.csr_matrix(data.covariates))
    return sparse.hstack(columns).tocsr()


def _aggregated(data: Comparisons) -> tuple[Comparisons, NDArray[np.float64]]:
    """Equal comparisons of one cluster and annotator as one row with a count, when there are no covariates.

    Comparisons that are each a cluster of their own are merged whatever their cluster: see `independent`.
    """
    if data.covariates.shape[1]:
        return data, np.ones(len(data))
    cluster = np.zeros_like(data.cluster) if independent(data) else data.cluster
    key = np.zeros(len(data), dtype=np.int64)
    for column in (data.first, data.second, data.outcome, data.annotator, cluster):
        key = key * (int(column.max()) + 1) + column
    _, kept, count = np.unique(key, return_index=True, return_counts=True)
    compact = Comparisons(
        data.first[kept],
        data.second[kept],
        data.outcome[kept],
        data.annotator[kept],
        np.arange(kept.size, dtype=np.int32) if independent(data) else cluster[kept],
        np.zeros((kept.size, 0)),
        data.items,
        data.annotators,
        (),
    )
    return compact, count.astype(np.float64)


def independent(data: Comparisons) -> bool:
    """Every comparison is a cluster by itself."""
    return int(data.cluster.max()) + 1 == len(data)


def _check_rows(rows: list[Any]) -> None:
    problems = [] if rows else [Problem("", "empty", "there is no comparison")]
    for row, value in enumerate(rows):
        if len(value) != 3 or any(is_missing(part) for part in value):
            problems.append(Problem(f"/{row}", "row", "a row is (first, second, outcome), none missing"))
        elif value[2] not in OUTCOMES:
            problems.append(Problem(f"/{row}/2", "outcome", "is one of first, second, tie"))
        elif value[0] == value[1]:
            problems.append(Problem(f"/{row}", "distinct", "compares a thing with itself"))
    if problems:
        raise InvalidInput(f"{len(problems)} comparisons are wrong", problems=problems[:20])


def _check_parallel(size: int, columns: dict[str, Any]) -> None:
    problems = [
        Problem(f"/{name}", "length", f"has {len(column)} rows, not {size}")
        for name, column in columns.items()
        if len(column) != size
    ]
    problems += [
        Problem(f"/{name}", "finite", "has values that are not finite numbers")
        for name, column in columns.items()
        if not np.isfinite(column).all()
    ]
    if problems:
        raise InvalidInput("The columns do not fit the comparisons", problems=problems)
