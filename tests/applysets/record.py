"""Records what the real kustomize makes of the fixtures.

    python tests/applysets/record.py PATH_OF_KUSTOMIZE

The binary is that of `go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2`. A fixture is a file fixtures/NAME.yaml: documents with
`file` (path) and `text`; the first one names the folder to build (`build`). What kustomize prints goes to expected/NAME.yaml; what
it refuses to build leaves a line `# refused: …`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

HERE = Path(__file__).parent


def read_fixture(path: Path) -> tuple[str, dict[str, str]]:
    """Return the folder that a fixture builds, and its files."""
    head, *files = (document.value for document in read_documents(Source(path.name, path.read_text())))
    return head["build"], {entry["file"]: entry["text"] for entry in files}


def main(kustomize: str) -> None:
    for fixture in sorted((HERE / "fixtures").glob("*.yaml")):
        folder, files = read_fixture(fixture)
        with tempfile.TemporaryDirectory() as root:
            for name, text in files.items():
                file = Path(root) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            command = [
                kustomize,
                "build",
                "--load-restrictor",
                "LoadRestrictionsNone",
                str(Path(root) / folder),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            errors = [line for line in done.stderr.replace(root, "").split("\n") if line.startswith("Error")]
        text = done.stdout if done.returncode == 0 else f"# refused: {errors[0]}\n"
        (HERE / "expected" / fixture.name).write_text(text)


if __name__ == "__main__":
    main(sys.argv[1])
