# Two commands on a fresh machine: `make demo` and `make test`. Each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Checks the page scripts; it comes from npm, with the Node that a Python package brings.
TYPESCRIPT := $(VENV)/typescript
TYPESCRIPT_VERSION := 7.0.2
TSC := $(TYPESCRIPT)/node_modules/typescript/bin/tsc

.PHONY: setup browser broker camera test demo check dist docs clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Passerby needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(TSC): $(READY)
	$(BIN)/npm install --silent --no-audit --no-fund --prefix $(TYPESCRIPT) typescript@$(TYPESCRIPT_VERSION)
	@touch $@

check: $(READY) $(TSC)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/node $(TSC) -p .

# Chromium and its driver, which the tests play videos in: Debian's, where there are none.
browser:
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	  && command -v chromedriver >/dev/null \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium chromium-driver; } \
	  || { echo "The tests need Chromium or Chrome and its chromedriver on the path. Install both, with your system's" \
	    "packages (Debian: sudo apt-get install chromium chromium-driver), then call make again." >&2; exit 1; }

# A broker of MQTT, mosquitto, which the tests tell of events: Debian's, where there is none.
broker:
	@PATH="$$PATH:/usr/local/sbin:/usr/sbin"; command -v mosquitto >/dev/null \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends mosquitto; } \
	  || { echo "The tests need mosquitto, a broker of MQTT. Install it with your system's packages (Debian: sudo apt-get" \
	    "install mosquitto; macOS: brew install mosquitto), then call make again." >&2; exit 1; }

# A camera that speaks RTSP: GStreamer's server, with its bindings for the system's own Python.
RTSP_PACKAGES := python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
  gstreamer1.0-plugins-bad gstreamer1.0-tools
camera:
	@/usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' 2>/dev/null \
	  && gst-inspect-1.0 --exists h264parse && gst-inspect-1.0 --exists jpegenc \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(RTSP_PACKAGES); } \
	  || { echo "The tests need GStreamer's RTSP server. Install it with your system's packages (Debian: sudo apt-get" \
	    "install $(RTSP_PACKAGES)), then call make again." >&2; exit 1; }

test: check browser broker camera
	$(BIN)/python -m pytest -n 2 --dist worksteal

# The user's own video: make demo VIDEO=path
demo: $(READY)
	$(BIN)/python -m scripts.demo $(if $(VIDEO),'$(VIDEO)')

# The documentation as a site that can be searched, in site/: a warning is an error.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m scripts.build_site

$(VENV)/.docs: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@touch $@

# A wheel and a source distribution in dist/. REPOSITORY is the address that their pages link to:
# make dist REPOSITORY=https://github.com/OWNER/passerby
dist: $(READY)
	rm -rf dist
	PASSERBY_REPOSITORY='$(REPOSITORY)' $(BIN)/python -m build --no-isolation --outdir dist

clean:
	rm -rf $(VENV) demo build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis
