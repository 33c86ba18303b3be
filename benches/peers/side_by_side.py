"""Streetward and its peers, side by side: the whole pipeline and the trackers alone.

Prints a table (or, with --markdown, the section for benches/results/) and writes all figures as JSON.
"""

import argparse
import datetime
import json
import sys
from pathlib import Path

from streetward import ROOT, STORE, Streetward, Trouble, say

CLIP = ROOT / ".streetward" / "clips" / "vtest.avi"


def arguments():
    parser = argparse.ArgumentParser(
        prog="benches/peers/run",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="""examples:
  benches/peers/run                                  the pipeline, on set-up's clip
  benches/peers/run --mot mot15 --mot dancetrack     and the trackers, on those folders
  benches/peers/run --quick pipeline --clip street.mp4
  benches/peers/run --markdown > section.md

exit codes: 0 done, 1 a part failed (each is named), 2 could not start""",
    )
    option = parser.add_argument
    option("part", nargs="?", choices=["all", "pipeline", "trackers"], default="all")
    option(
        "--clip",
        type=Path,
        action="append",
        default=[],
        help="a clip for the pipelines [vtest.avi]",
    )
    option(
        "--mot",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder of MOT-format sequences for the trackers",
    )
    option("--rounds", type=int, default=3, help="turns of the pipelines [%(default)s]")
    option(
        "--seconds",
        type=int,
        help="how much of each clip, from its beginning, 0 for all [40, quick 15]",
    )
    option("--quick", action="store_true", help="15 s of each clip, shorter and fewer passes")
    option("--no-build", action="store_true", help="use what is built already")
    option("--markdown", action="store_true", help="print the section for benches/results/")
    option(
        "--json",
        type=Path,
        default=STORE / "results.json",
        help="where all figures go [%(default)s]",
    )
    option("--date", help="date to print [today]")
    given = parser.parse_args()
    given.rounds = max(1, given.rounds)
    if given.seconds is None:
        given.seconds = 15 if given.quick else 40
    return given


def each(what, items, failed):
    """Results of those that worked; the others are named."""
    results = []
    for item in items:
        try:
            results.append(what(item.expanduser().absolute()))
        except (Trouble, OSError, KeyError, ValueError) as trouble:
            failed.append(f"{item}: {trouble if str(trouble) else type(trouble).__name__}")
            say(f"peers: {failed[-1]}")
    return results


def main() -> int:
    given = arguments()
    import follow
    import machine
    import rounds
    import tables

    STORE.mkdir(parents=True, exist_ok=True)
    failed = []
    try:
        facts = machine.facts()
        ours = Streetward(build=not given.no_build)
        clips = [] if given.part == "trackers" else given.clip or [CLIP]
        folders = [] if given.part == "pipeline" else given.mot
        missing = [str(path) for path in [*clips, *folders] if not path.exists()]
        if missing:
            hint = "; run scripts/setup" if str(CLIP) in missing else ""
            raise Trouble(f"not there: {', '.join(missing)}{hint}.")
        if given.part == "trackers" and not folders:
            raise Trouble("name a folder of MOT-format sequences with --mot DIR.")
        if folders and not given.no_build:
            follow.build_rust()
        versions = {"streetward": f"{ours.version()} ({rounds.commit()})"} | machine.versions()
    except Trouble as trouble:
        say(f"peers: {trouble}")
        return 2

    def pipelines(clip):
        return rounds.side_by_side(ours, clip, given.rounds, given.quick, given.seconds)

    def trackers(folder):
        return follow.side_by_side(ours, folder, 1 if given.quick else 3)

    results = {
        "date": given.date or datetime.date.today().isoformat(),
        "machine": facts,
        "busy": machine.busy(facts),
        "versions": versions,
        "rounds": given.rounds,
        "quick": given.quick,
        "pipeline": each(pipelines, clips, failed),
        "trackers": each(trackers, folders, failed),
        "failed": failed,
    }
    given.json.write_text(
        json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print((tables.markdown if given.markdown else tables.terminal)(results))
    say(f"all figures: {given.json}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
