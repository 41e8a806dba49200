"""Figures of a run: what is counted, how, on which slices, with what interval."""

from eval.figures.shape import (
    Bin,
    Confused,
    Cost,
    CurvePoint,
    Figure,
    Figures,
    Harm,
    Panel,
)
from eval.figures.whole import figures

__all__ = ["Bin", "Confused", "Cost", "CurvePoint", "Figure", "Figures", "Harm", "Panel", "figures"]
