"""Listening: when what is said is to be muted, found in a transcript that is made for this only and not kept."""

from dataclasses import replace

from passerby.models.source import ModelSource
from passerby.records import VideoInfo
from passerby.redact.hear.pii import spoken_pii
from passerby.redact.plan.policy import Audio
from passerby.stages.speech.stage import SpeechSession, SpeechStage
from passerby.times import merged_spans


class PiiListener:
    """Hears the sound of one video, if the policy needs to know what is said in it and there is any."""

    def __init__(self, audio: Audio, info: VideoInfo, models: ModelSource, speech_model: str) -> None:
        """Raises MissingModelError or MissingExtraError for what is not here."""
        self._audio, self._base = audio, info.time_base
        self.session: SpeechSession | None = None
        self.models: tuple[tuple[str, str], ...] = ()  # names of those that listen, and the SHA-256 of their weights
        if audio.pii and info.has_audio:
            speech_model = speech_model or models.name_for("transcription")
            transcriber = models.open(speech_model)
            detector = models.name_for("speech")
            stage = SpeechStage(models=(detector, speech_model))
            self.session = SpeechSession(stage, models.open(detector), lambda: transcriber, info.time_base)
            self.models = tuple((name, models.weights_hash(name)) for name in stage.models)

    def edited_audio(self) -> Audio:
        """What becomes of the sound, when all of it was heard."""
        if self.session is None:
            return self._audio
        heard = self.session.transcripts()
        # With the doubtful and without: a sentence that nobody said may part what belongs together.
        said = [utterances for line in heard for utterances in (line.utterances, line.sure)]
        told = [span for utterances in said for span in spoken_pii(utterances, self._base)]
        tick = self._base.tick
        unclear = merged_spans([(span.start * tick, span.end * tick) for line in heard for span in line.unclear])
        return replace(self._audio, spans=merged_spans([*self._audio.spans, *told, *unclear]), unclear=unclear)
