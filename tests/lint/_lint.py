"""What the lint tests share: a list of complaints about a tree, and the proof that each kind can be found.

A lint test gives a function that takes the root of a tree and returns complaints, and a table of plants.
Each plant is a violation: files to write into a copy of the tree, and words that the complaint must hold.
The real tree must give no complaint, every plant at least one.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("DUNNINGD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))


def files(root):
    """The files of the project, relative to the root: what git would commit, or all in a copy without git."""
    if (root / ".git").exists():
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout.decode()
        names = [name for name in listing.split("\0") if name]
    else:
        names = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    return sorted(name for name in names if (root / name).is_file())


def text(root, name):
    return (root / name).read_text(encoding="utf-8", errors="replace")


def copy_tree(target):
    for name in files(SOURCE):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOURCE / name, target / name)


def plant_is_found(check, copy, planted, words):
    """True if the planted files add a complaint with the words; the copy is then as it was."""
    before = {name: (copy / name).read_bytes() if (copy / name).exists() else None for name in planted}
    for name, content in planted.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(content, encoding="utf-8")
    complaints = check(copy)
    for name, content in before.items():
        if content is None:
            (copy / name).unlink()
        else:
            (copy / name).write_bytes(content)
    return any(words in complaint for complaint in complaints)


def main(check, plants):
    complaints = check(SOURCE)
    for complaint in complaints:
        print(complaint)
    with tempfile.TemporaryDirectory() as name:
        copy = pathlib.Path(name)
        copy_tree(copy)
        blind = [f"the check is blind: {title}" for title, planted, words in plants
                 if not plant_is_found(check, copy, planted, words)]
    for line in blind:
        print(line)
    print(f"{len(complaints)} complaints, {len(plants) - len(blind)} of {len(plants)} plants found")
    sys.exit(1 if complaints or blind else 0)
