"""What reading costs against the bare sentence encoder on the same sentences in the same run: load, memory, throughput."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from extractor.labelled import load_documents
from extractor.local.detector import LocalDetector
from extractor.local.model import installed_encoder
from extractor.local.sentences import sentences

LABELLED = Path(__file__).parents[1] / "samples" / "labelled"
ROUNDS = 3


def main() -> None:
    documents = [s.document() for path in sorted(LABELLED.glob("dev_*.jsonl")) for s in load_documents(path)]
    detector = LocalDetector()
    begun = time.perf_counter()
    list(detector.detect(documents[:1]))
    load = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"local       load and first document {load:.1f} s, limit 5 s; peak memory {memory:.0f} MB, limit 1500 MB")
    texts = [span.of(d.words(m)) for d in documents for m in d.messages for span in sentences(d.words(m))]
    bare = SentenceTransformer(str(installed_encoder()), device="cpu", local_files_only=True)
    if torch.backends.cpu.get_cpu_capability() == "AVX512":
        bare = bare.bfloat16()
    bare.encode(texts[:64])
    ratios = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        bare.encode(texts, show_progress_bar=False)
        encoded = time.perf_counter() - begun
        begun = time.perf_counter()
        list(detector.detect(documents))
        read = time.perf_counter() - begun
        ratios.append(encoded / read)
    print(
        f"local       {len(texts) / read:.0f} sentences/s with context, severity and quotes; bare encoder "
        f"{len(texts) / encoded:.0f}/s; ratio {sorted(ratios)[ROUNDS // 2]:.2f}, limit 0.60"
    )


if __name__ == "__main__":
    main()
