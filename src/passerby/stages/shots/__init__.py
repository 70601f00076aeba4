"""Shots, moments, scenes and cues, from every frame at 27x48 and the sound."""

from passerby.stages.shots.judge import ShotJudge
from passerby.stages.shots.moments import MomentCutter
from passerby.stages.shots.stage import ShotsSession, ShotsStage

__all__ = ["MomentCutter", "ShotJudge", "ShotsSession", "ShotsStage"]
