"""Annotation quality: who is right, how sure, and how to get there with the fewest answers.

    from assay.quality import Answers, infer

    answers = Answers.from_csv("answers.csv", annotator="worker")
    result = infer(answers)
    result.labels, result.posterior, result.skill

A pure library on numpy and scipy. Every method that can be drawn by chance takes a seed and repeats itself
exactly; no result depends on the order of the rows.
"""

from assay.quality.alpha import Agreement, krippendorff_alpha, per_class_alpha
from assay.quality.answers import Answers
from assay.quality.calibration import (
    Calibration,
    expected_calibration_error,
    fit_calibration,
    shared_credit,
)
from assay.quality.collusion import CollusionEvidence, find_collusion
from assay.quality.dataset_accuracy import (
    AccuracyEstimate,
    Stratum,
    accuracy_from_posterior,
    accuracy_from_review,
    review_plan,
)
from assay.quality.dawid_skene import DawidSkene
from assay.quality.distance_agreement import DistanceAgreement, distance_agreement
from assay.quality.ebcc import EBCC
from assay.quality.ensemble import Ensemble, infer
from assay.quality.estimation import Confusion, TruthModel, TruthResult
from assay.quality.glad import GLAD
from assay.quality.incremental import RunningTruth
from assay.quality.kappa import (
    Coefficient,
    PairAgreement,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    pairwise_agreement,
)
from assay.quality.label_errors import LabelErrors, find_label_errors, neighbour_probabilities
from assay.quality.mace import MACE
from assay.quality.majority import MajorityVote, WeightedVote
from assay.quality.multilabel import MultiLabel, MultiLabelResult
from assay.quality.numeric import NumericResult, NumericTruth
from assay.quality.one_coin import OneCoin
from assay.quality.ordinal import OrdinalDawidSkene, OrdinalResult
from assay.quality.preference import BradleyTerry, Comparisons, PreferenceResult
from assay.quality.redundancy import Forecast, Replay, StoppingRule, forecast, replay
from assay.quality.simulation import CrowdPlan, SimulatedCrowd, simulate
from assay.quality.skill import (
    Drift,
    Evidence,
    LearningCurve,
    Skill,
    SkillModel,
    SkillReport,
    consensus_evidence,
    detect_drift,
    gold_rate,
    learning_curve,
    sequential_test,
)
from assay.quality.spam import (
    InformationScore,
    PatternEvidence,
    SpeedEvidence,
    answer_patterns,
    answer_speed,
    information_score,
)
from assay.quality.transcripts import TranscriptResult, WeightedRover, word_error_rate

__all__ = [
    "EBCC",
    "GLAD",
    "MACE",
    "AccuracyEstimate",
    "Agreement",
    "Answers",
    "BradleyTerry",
    "Calibration",
    "Coefficient",
    "CollusionEvidence",
    "Comparisons",
    "Confusion",
    "CrowdPlan",
    "DawidSkene",
    "DistanceAgreement",
    "Drift",
    "Ensemble",
    "Evidence",
    "Forecast",
    "InformationScore",
    "LabelErrors",
    "LearningCurve",
    "MajorityVote",
    "MultiLabel",
    "MultiLabelResult",
    "NumericResult",
    "NumericTruth",
    "OneCoin",
    "OrdinalDawidSkene",
    "OrdinalResult",
    "PairAgreement",
    "PatternEvidence",
    "PreferenceResult",
    "Replay",
    "RunningTruth",
    "SimulatedCrowd",
    "Skill",
    "SkillModel",
    "SkillReport",
    "SpeedEvidence",
    "StoppingRule",
    "Stratum",
    "TranscriptResult",
    "TruthModel",
    "TruthResult",
    "WeightedRover",
    "WeightedVote",
    "accuracy_from_posterior",
    "accuracy_from_review",
    "answer_patterns",
    "answer_speed",
    "cohen_kappa",
    "consensus_evidence",
    "detect_drift",
    "distance_agreement",
    "expected_calibration_error",
    "find_collusion",
    "find_label_errors",
    "fit_calibration",
    "fleiss_kappa",
    "forecast",
    "gold_rate",
    "gwet_ac1",
    "infer",
    "information_score",
    "krippendorff_alpha",
    "learning_curve",
    "neighbour_probabilities",
    "pairwise_agreement",
    "per_class_alpha",
    "replay",
    "review_plan",
    "sequential_test",
    "shared_credit",
    "simulate",
    "word_error_rate",
]
