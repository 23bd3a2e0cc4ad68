"""crowd-kit on the same million labels, for comparison. crowd-kit is no dependency of the project: run this
with an interpreter that has it (`pip install crowd-kit==1.4.2 scikit-learn==1.5.2` in a fresh virtual
environment).

    python benchmarks/quality/speed.py --save world.npz
    path/to/crowdkit/python benchmarks/quality/crowdkit_speed.py world.npz [majority | dawid-skene]
"""

import resource
import sys
import time

import numpy as np
import pandas as pd  # type: ignore[import-untyped,import-not-found,unused-ignore]
from crowdkit.aggregation import DawidSkene, MajorityVote  # type: ignore[import-not-found,unused-ignore]


def main(path: str, method: str) -> None:
    world = np.load(path)
    answers = pd.DataFrame({"task": world["task"], "worker": world["annotator"], "label": world["label"]})
    model = MajorityVote() if method == "majority" else DawidSkene()
    start = time.process_time()
    labels = model.fit_predict(answers)
    seconds = time.process_time() - start
    accuracy = 100 * float((labels.sort_index().to_numpy() == world["truth"]).mean())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"crowd-kit {method:<12} {seconds:>8.2f} CPU s {peak:>6.2f} GB  accuracy {accuracy:.2f} %")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "dawid-skene")
