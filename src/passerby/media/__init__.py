"""Files that hold pictures and sound, read and written: the only place that knows PyAV."""
