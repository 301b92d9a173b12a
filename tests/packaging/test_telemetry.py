"""Telemetry of the libraries below is switched off before any of them can be imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

OFF = {
    "ORT_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


@pytest.mark.parametrize("module", ["footnote", "footnote.app", "footnote.rag.settings"])
def test_it_is_off_whatever_the_environment_has_and_before_the_libraries_are_there(module: str) -> None:
    code = (
        "import json, os, sys\n"
        "class Watch:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name in ('onnxruntime', 'chromadb', 'gradio', 'huggingface_hub'):\n"
        "            sys.exit(f'{name} was imported first') if variables() != off else None\n"
        f"off = json.loads({json.dumps(OFF)!r})\n"
        "variables = lambda: {name: os.environ.get(name) for name in off}\n"
        "sys.meta_path.insert(0, Watch())\n"
        f"import {module}, footnote.store.embedders.minilm, footnote.store.dense\n"
        "print(json.dumps(variables()))"
    )
    on = dict.fromkeys(OFF, "0") | {"ANONYMIZED_TELEMETRY": "True", "GRADIO_ANALYTICS_ENABLED": "True"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | on, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == OFF
