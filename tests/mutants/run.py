#!/usr/bin/python3
"""Deliberate defects, one line each (mutants.tsv), every one of which has to make the story tests or a simulation fail.

usage: run.py [--third [0|1|2]] [--only ID]... [--open] [--seeds N] [--jobs J] [--remember]

Without options all of them are tried.  --third tries every third one; without a number the day of the year decides,
so that three days try them all.  --open tries open.tsv instead: defects that neither the stories nor the simulations
find yet; one that is found belongs into mutants.tsv.  The last column of a table names the test that found the defect
the last time, which is tried first; --remember writes it.  DUNNINGD_BUILD names a build folder made with Ninja in which
story_rules, story_engine, simulation and simulation_engine are built, DUNNINGD_SOURCE the tree that it was made from.
Neither is changed: an edited source, its object and the programs linked with it lie in a temporary folder.  Exit status
0: no defect survived.
"""
import argparse
import concurrent.futures
import datetime
import json
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(os.environ.get("DUNNINGD_BUILD", "build/dev"))
SOURCE = os.path.abspath(os.environ.get("DUNNINGD_SOURCE", os.getcwd()))
TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mutants.tsv")
OPEN = os.path.join(os.path.dirname(TABLE), "open.tsv")
LEAST = 180
PROGRAMS = ("story_rules", "story_engine", "simulation", "simulation_engine")
KILLERS = ("stories", "engine-stories", "simulation", "worlds", "more-worlds")
SOUND_LIMIT_S = 600  # all is well, on a slow machine
LEAST_LIMIT_S = 20  # a defect that goes round for ever is found as well: it takes ...
LIMIT_TIMES = 10    # ... so many times as long as the program without it
SHORT_SEEDS = 40    # most defects show in the first worlds; only what is left sees them all

# No defects: comments and a sentence.  A run that does not name each of them as a survivor is worth nothing.
HARMLESS = (
    ("daemon/policy/ladder.c", "The ladder: where an item stands", "The ladder: where an item stood"),
    ("daemon/engine/gate.c", "one state transaction for all asks that wait", "one state transaction for what waits"),
)


class Wrong(Exception):
    """The table or the build is wrong, and not the program under test."""


class Mutant:
    def __init__(self, columns, where):
        self.name, self.file, self.old, self.new = columns[:4]
        self.killer = columns[5] if len(columns) > 5 else ""  # of the last time
        self.where = where

    def text(self):
        """The edited source."""
        path = os.path.join(SOURCE, self.file)
        if not os.path.exists(path):
            raise Wrong(f"{self.where}: there is no {self.file}")
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        found = text.count(self.old)
        if found != 1:
            raise Wrong(f"{self.where}: the text of {self.name} is {found} times in {self.file}, not once: {self.old}")
        return text.replace(self.old, self.new)


def read_row(line, where):
    columns = line.rstrip("\n").split("\t")
    if len(columns) not in (5, 6) or not all(columns[:3]) or not columns[4] or columns[2] == columns[3]:
        raise Wrong(f"{where}: wanted id, file, old text, new text, promise and perhaps a killer, with tabs between them")
    if len(columns) == 6 and columns[5] not in KILLERS:
        raise Wrong(f"{where}: {columns[5]} is none of {', '.join(KILLERS)}")
    return Mutant(columns, where)


def read_table(path, least):
    mutants, seen = [], set()
    with open(path, encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            if line.startswith("#"):
                continue
            mutants.append(read_row(line, f"{os.path.relpath(path, SOURCE)}:{number}"))
            if mutants[-1].name in seen:
                raise Wrong(f"{mutants[-1].where}: {mutants[-1].name} is there already")
            seen.add(mutants[-1].name)
    if len(mutants) < least:
        raise Wrong(f"{path}: {len(mutants)} defects, wanted at least {least}")
    return mutants


def remember(path, found):
    """Writes down who found what, for the next time."""
    lines = []
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            columns = line.rstrip("\n").split("\t")
            killer = None if line.startswith("#") else found.get(columns[0])
            lines.append("\t".join([*columns[:5], killer]) + "\n" if killer else line)
    with open(path, "w", encoding="utf-8") as stream:
        stream.writelines(lines)


class Kitchen:
    """How one object is compiled and a program linked with it, as the build folder itself does it."""

    def __init__(self):
        self.limits = {}
        path = os.path.join(BUILD, "compile_commands.json")
        if not os.path.exists(path):
            raise Wrong(f"{path} is missing: set DUNNINGD_BUILD to a build folder made with Ninja")
        with open(path, encoding="utf-8") as stream:
            self.compiles = {os.path.realpath(row["file"]): row for row in json.load(stream)}
        self.links = {name: self.link_command(name) for name in PROGRAMS}

    @staticmethod
    def link_command(name):
        """ninja's own: a `:` before and after it, and all on one line."""
        lines = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", name], stdout=subprocess.PIPE, text=True,
                               check=False).stdout.splitlines()
        found = re.fullmatch(r"(?:: && )?(.*?)(?: && :)?", lines[-1]) if lines else None
        words = shlex.split(found.group(1)) if found else []
        if "-o" not in words:
            raise Wrong(f"no link command for {name} in {BUILD}")
        return words

    def limit(self, program, arguments):
        return max(LEAST_LIMIT_S, self.limits.get((program, *arguments), 0))

    def holds(self, name, file):
        """Does the program have this source in it?  The simulation of the decision alone has no engine."""
        library = f"libfloor_{file.split('/')[1]}.a"
        return any(word.endswith(library) for word in self.links[name])

    def program(self, name):
        words = self.links[name]
        return os.path.join(BUILD, words[words.index("-o") + 1])

    def compile(self, mutant, folder):
        row = self.compiles.get(os.path.realpath(os.path.join(SOURCE, mutant.file)))
        if row is None:
            raise Wrong(f"{mutant.where}: {mutant.file} is not compiled in {BUILD}")
        source, target = os.path.join(folder, os.path.basename(mutant.file)), os.path.join(folder, "mutant.o")
        with open(source, "w", encoding="utf-8") as stream:
            stream.write(mutant.text())
        words = [word for word in shlex.split(row["command"]) if word != "-Werror"]
        words[words.index("-o") + 1] = target
        words[words.index("-c") + 1] = source
        run_tool(mutant, words + ["-w", "-g0", "-iquote", os.path.dirname(row["file"])], row["directory"])
        return target

    def link(self, mutant, name, thing, folder):
        """The object stands before the libraries, so that its original is not fetched from them."""
        words = list(self.links[name])
        target = os.path.join(folder, name)
        words[words.index("-o") + 1] = target
        first = next(at for at, word in enumerate(words) if word.endswith(".a"))
        run_tool(mutant, words[:first] + [thing] + words[first:], BUILD)
        return target


def run_tool(mutant, words, folder):
    done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise Wrong(f"{mutant.where}: {mutant.name} does not build:\n{done.stdout[:2000]}")


def killers(seeds, first=""):
    """(name, program, arguments): the one that found it the last time, then the cheap ones before the dear ones."""
    short = min(seeds, SHORT_SEEDS)
    rows = [("stories", "story_rules", []),
            ("engine-stories", "story_engine", []),
            ("simulation", "simulation", ["--seeds", "400"]),
            ("worlds", "simulation_engine", ["--seeds", str(short), "--no-shrink"])]
    if seeds > short:
        more = ["--from", str(short + 1), "--seeds", str(seeds - short), "--no-shrink"]
        rows.append(("more-worlds", "simulation_engine", more))
    return sorted(rows, key=lambda row: row[0] != first)


def fails(program, arguments, folder, limit):
    """Does the test fail?  In a process group of its own, ended as a whole when its time is over."""
    environment = dict(os.environ, DUNNINGD_SOURCE=SOURCE, TMPDIR=folder)
    if os.access("/dev/shm", os.W_OK):
        environment["TMPDIR"] = tempfile.mkdtemp(prefix="dunningd-mutant-", dir="/dev/shm")  # its databases are synced
    child = subprocess.Popen([program, *arguments], cwd=SOURCE, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        return child.wait(limit) != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        if environment["TMPDIR"] != folder:
            shutil.rmtree(environment["TMPDIR"], ignore_errors=True)


def try_mutant(kitchen, mutant, seeds):
    """(name of the killer or None, seconds)."""
    began = time.monotonic()
    folder = tempfile.mkdtemp(prefix="dunningd-mutant-")
    try:
        thing, built = kitchen.compile(mutant, folder), {}
        for name, program, arguments in killers(seeds, mutant.killer):
            if not kitchen.holds(program, mutant.file):
                continue
            if program not in built:
                built[program] = kitchen.link(mutant, program, thing, folder)
            if fails(built[program], arguments, folder, kitchen.limit(program, arguments)):
                return name, time.monotonic() - began
        return None, time.monotonic() - began
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_sound(kitchen, seeds):
    """The program without a defect passes all; else nothing that follows would mean anything."""
    folder = tempfile.mkdtemp(prefix="dunningd-mutant-")
    try:
        for name, program, arguments in killers(seeds):
            if not os.path.exists(kitchen.program(program)):
                raise Wrong(f"{kitchen.program(program)} is not built")
            began = time.monotonic()
            if fails(kitchen.program(program), arguments, folder, SOUND_LIMIT_S):
                raise Wrong(f"{name} fails without any defect: {program} {' '.join(arguments)}")
            kitchen.limits[(program, *arguments)] = LIMIT_TIMES * (time.monotonic() - began)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_itself(kitchen):
    """Are survivors seen, and mistakes in the table?"""
    for file, old, new in HARMLESS:
        killer, _ = try_mutant(kitchen, Mutant(("harmless", file, old, new), "self-test"), SHORT_SEEDS)
        if killer is not None:
            raise Wrong(f"self-test: a changed comment in {file} counts as killed by {killer}")
    ladder = HARMLESS[0][0]
    for name, old, new in (("twice", "return", "goto"), ("nowhere", "no such text", ""),
                           ("no C", HARMLESS[0][1], "*/ no C")):
        try:
            try_mutant(kitchen, Mutant((name, ladder, old, new), "self-test"), 1)
        except Wrong:
            continue
        raise Wrong(f"self-test: a text that is {name} was taken")


def arguments_of():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--third", nargs="?", type=int, choices=(0, 1, 2), const=-1)
    parser.add_argument("--only", action="append", metavar="ID")
    parser.add_argument("--open", action="store_true")
    parser.add_argument("--remember", action="store_true")
    parser.add_argument("--seeds", type=int, default=400, help="worlds of the engine's simulation (400)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def choose(mutants, options):
    if options.only:
        unknown = set(options.only) - {mutant.name for mutant in mutants}
        if unknown:
            raise Wrong(f"{TABLE} has no {', '.join(sorted(unknown))}")
        return [mutant for mutant in mutants if mutant.name in options.only]
    if options.third is None:
        return mutants
    third = options.third if options.third >= 0 else datetime.date.today().timetuple().tm_yday % 3
    print(f"third {third} of 3; all: without --third")
    return mutants[third::3]


def try_all(kitchen, mutants, options):
    """Prints a line for each; returns the survivors, what is wrong in the table, and who found what."""
    survivors, wrong, found = [], [], {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = [(mutant, pool.submit(try_mutant, kitchen, mutant, options.seeds)) for mutant in mutants]
        for mutant, result in waiting:
            try:
                killer, seconds = result.result()
            except Wrong as error:
                wrong.append(str(error))
                continue
            print(f"{mutant.name:32} {killer or 'SURVIVED':14} {seconds:6.1f}", flush=True)
            if killer is None:
                survivors.append(mutant)
            else:
                found[mutant.name] = killer
    return survivors, wrong, found


def main():
    options = arguments_of()
    began = time.monotonic()
    try:
        kitchen = Kitchen()
        path, least = (OPEN, 0) if options.open else (TABLE, LEAST)
        mutants = read_table(path, least)
        for mutant in mutants:
            mutant.text()
        chosen = choose(mutants, options)
        check_sound(kitchen, options.seeds)
        check_itself(kitchen)
    except Wrong as error:
        sys.exit(f"mutants: {error}")
    survivors, wrong, found = try_all(kitchen, chosen, options)
    if options.remember:
        remember(path, found)
    for text in wrong:
        print(text)
    for mutant in survivors:
        print(f"survived: {mutant.where}: {mutant.name}: {mutant.file}: {mutant.old}  ->  {mutant.new}")
    used = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    counts = [(list(found.values()).count(name), name) for name in KILLERS]
    by = ", ".join(f"{count} by {name}" for count, name in counts if count)
    print(f"{len(chosen)} of {len(mutants)} mutants, engine seeds 1-{options.seeds}: {by or '0'} killed, "
          f"{len(survivors)} survived, {len(wrong)} wrong, {time.monotonic() - began:.0f} s, {used:.0f} s of processor")
    sys.exit(1 if survivors or wrong else 0)


if __name__ == "__main__":
    main()
