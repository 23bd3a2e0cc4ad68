"""Random valid answers to the example interfaces, as the server makes them, for `samples.test.ts`:
`python web/tests/unit/interface/write_samples.py` from the project's folder writes `samples.json` anew, which
`npx biome format --write` then lays out."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from assay.interface import Interface

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[3] / "examples" / "interfaces"
ANSWERS_EACH = 12
TEXT = "Mr. Bennet and Lady Lucas went from Meryton to Bath; naïve 👩‍🚀 travellers followed them."

DATA: dict[str, dict[str, Any]] = {
    "digits": {"digit": {"url": "digit.png", "width": 32, "height": 32}},
    "passages": {"text": TEXT},
    "photographs": {"photograph": {"url": "photograph.jpg", "width": 1024, "height": 768}},
    "preference_pairs": {
        "prompt": [{"role": "user", "content": "Why is the sky blue?"}],
        "responses": [
            [{"role": "assistant", "content": "It reflects the sea."}],
            [{"role": "assistant", "content": "Air scatters short waves more."}],
        ],
    },
}


def main() -> None:
    random = Random(7)
    samples = []
    for path in sorted(EXAMPLES.glob("*.json")):
        declaration = json.loads(path.read_text())
        interface, data = Interface.parse(declaration), DATA[path.stem]
        answers = [interface.sample(random, data) for _ in range(ANSWERS_EACH)]
        samples.append({"example": path.stem, "data": data, "answers": answers})
    text = json.dumps(samples, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (HERE / "samples.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
