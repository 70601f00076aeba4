"""What one may type: examples of each command, in its help and in the documentation. A test parses them all."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "passerby add": (
        "passerby add footage",
        'passerby add interview.mp4 "second day/market.mov"',
        "passerby add footage --stages shots,objects,speech",
    ),
    "passerby list": (
        "passerby list",
        "passerby list --sort date --reverse --limit 20",
        "passerby list market --label bicycle",
    ),
    "passerby labels": ("passerby labels",),
    "passerby show": ("passerby show interview.mp4", "passerby show interview.mp4 --html interview.html"),
    "passerby search": (
        "passerby search bicycle",
        'passerby search --said "the season of light" after 0:10',
        "passerby search --label car --clips cars",
        "passerby search --like interview.mp4@0:05 --limit 3",
    ),
    "passerby transcript": (
        "passerby transcript interview.mp4",
        "passerby transcript interview.mp4 0:12 \"The weather is fine.\"",
        "passerby transcript interview.mp4 0:12 --undo",
    ),
    "passerby chapters": ("passerby chapters street.mp4 1:30 \"The harbour\"", "passerby chapters street.mp4"),
    "passerby tag": ('passerby tag street.mp4 0:07-0:10 +"bike lane" -bicycle', "passerby tag street.mp4"),
    "passerby teach": ('passerby teach "our square" square.jpg street.mp4@0:08', "passerby teach"),
    "passerby forget": ("passerby forget interview.mp4",),
    "passerby export": (
        "passerby export interview.mp4 --out interview.vtt",
        "passerby export street.mp4 --format coco --out street.json",
        "passerby export --all --format csv --out tables",
        "passerby export --found bicycle --format yolo --out bicycles",
    ),
    "passerby redact": (
        "passerby redact interview.mp4 --out safe.mp4",
        "passerby redact march.mp4 --out safe.mp4 --hide faces,plates --audio mute=pii --audit",
        "passerby redact footage --out safe",
        "passerby redact day1/*.mp4 stills --out safe --jobs 2",
        "passerby redact interview.mp4 --tracks tracks.html",
        "passerby redact interview.mp4 --plan safe.mp4.plan.json --show-track 2 --out other.mp4",
    ),
    "passerby audit": ("passerby audit safe.mp4 --original interview.mp4 --report leaks.html",),
    "passerby serve": (
        "passerby serve",
        "passerby serve --host 0.0.0.0 --tls-certificate cert.pem --tls-key key.pem",
    ),
    "passerby mcp": ("passerby mcp",),
    "passerby config": ("passerby config --changed", "passerby config --template > passerby.toml"),
    "passerby doctor": ("passerby doctor", "passerby doctor --repair"),
    "passerby log": ("passerby log --limit 20", "passerby log --head"),
    "passerby models list": ("passerby models list",),
    "passerby models pull": (
        "passerby models pull recommended",
        "passerby models pull speech-base ppocr-det ppocr-rec",
        "passerby models pull --from stick",
    ),
    "passerby models bundle": ("passerby models bundle stick",),
    "passerby models verify": ("passerby models verify",),
    "passerby users add": ("passerby users add ada --role admin",),
    "passerby users list": ("passerby users list",),
    "passerby users passwd": ("passerby users passwd ada",),
    "passerby users role": ("passerby users role bob reviewer",),
    "passerby users remove": ("passerby users remove bob",),
    "passerby users token": ('passerby users token bob --scopes read --days 90 --label "night desk"',),
    "passerby users tokens": ("passerby users tokens bob",),
    "passerby users revoke": ("passerby users revoke bob 1",),
    "passerby library copy": ("passerby library copy passerby-library postgresql://HOST/DATABASE",),
}
