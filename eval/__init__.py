"""How often is an engine right, on which documents, and what do its errors cost?

```
dataset    which samples, which split          run         engine over samples -> a stored record
figures/   record -> figures with intervals    baselines/  engines that must be beaten
compare    two runs, paired                    gate        figures -> demands met or not
report/    page, Markdown, terminal, JSON      model_card  docs/MODEL_CARD.md from a run
agreement  two annotators                      bands       account bands against expectations
prediction predictions in the labelled format  export      reviewers' decisions -> labelled samples
harms      errors by what they would do        review_order what to review first
reviewers  agreement of those who review one store
```
"""
