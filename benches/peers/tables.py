"""The figures as text: a table for the terminal, a section for `benches/results/`."""


def lines_up(rows: list[list[str]]) -> str:
    """Columns aligned: the first to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    sides = ["<", *[">"] * (len(widths) - 1)]
    lines = ([f"{c:{s}{w}}" for c, s, w in zip(row, sides, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)


def piped(rows: list[list[str]]) -> str:
    """The same as a Markdown table."""
    head, *rest = rows
    rule = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rest])


def ratio_rows(part: dict) -> list[list[str]]:
    head = ["streetward : peer, spread by", "ratio", "least–most"]
    rows = [[*head, "frames/s", "CPU ms a frame", "by CPU time"]]
    for name, r in part["ratios"].items():
        rows.append(
            [
                name,
                f"{r['median']:.2f}",
                f"{r['least']:.2f}–{r['most']:.2f}",
                f"{r['streetward_frames_per_second']:.1f} : {r['peer_frames_per_second']:.1f}",
                f"{r['streetward_cpu_ms_per_frame']:.1f} : {r['peer_cpu_ms_per_frame']:.1f}",
                f"{r['processor_time']:.2f}",
            ]
        )
    return rows


def agreement_rows(part: dict) -> list[list[str]]:
    head = ["same detections", "scores from", "found (streetward, peer)"]
    rows = [[*head, "class and IoU ≥ 0.9", "score within 0.02 too"]]
    for name, compared in part["same_detections"].items():
        for one in compared:
            found = one["detections"]
            rows.append(
                [
                    name,
                    f"{one['least_score'] or 0.2:.2f}",
                    f"{found['streetward']}, {found['peer']}",
                    f"{one['box_and_class']:.1%}",
                    f"{one['and_score']:.1%}",
                ]
            )
    return rows


def tracker_rows(part: dict) -> list[list[str]]:
    rows = [
        [
            "tracker",
            "HOTA",
            "DetA",
            "AssA",
            "MOTA",
            "IDF1",
            "IDSW",
            "µs a frame",
            "(wall)",
            "× ours",
        ]
    ]
    mine = {"name": "streetward", "times_streetward": 1.0, **part["streetward"]}
    for row in [mine, *part["peers"]]:
        scores = [f"{row[key]:.2f}" for key in ("HOTA", "DetA", "AssA", "MOTA", "IDF1")]
        wall = row.get("wall_microseconds_per_frame")
        times = [f"{row['microseconds_per_frame']:.1f}", f"{wall:.1f}" if wall else ""]
        rows.append(
            [row["name"], *scores, str(row["IDSW"]), *times, f"{row['times_streetward']:.1f}"]
        )
    return rows


def about(results: dict) -> str:
    m, v = results["machine"], results["versions"]
    features = f" ({', '.join(m['features'])})" if m["features"] else ""
    return (
        f"{m['cores']} processors of {m['cpu']}{features}, {m['memory_gib']} GiB, {m['system']}; "
        f"load {m['load_before']} before. {v['streetward']}; Python {v['python']}, "
        f"OpenCV {v['opencv-python-headless']}, ONNX Runtime {v['onnxruntime']} on both sides, "
        f"trackers {v['trackers']}, numpy {v['numpy']}."
    )


def text(results: dict, table, title) -> str:
    """Everything, with tables and titles made by those two."""
    parts = [about(results)]
    if results["busy"]:
        parts.append(results["busy"])
    for part in results["pipeline"]:
        shape = "×".join(map(str, part["size"]))
        seen = "×".join(map(str, part["input"]))
        parts.append(
            title(f"Pipeline: {part['clip']}, {shape}, {part['frames']} frames, input {seen}")
        )
        parts.append(table(ratio_rows(part)))
        for name, ways in part["peer_settings"].items():
            settings = "; ".join(f"{way}: {how}" for way, how in ways.items())
            parts.append(
                f"The peer with {name}, of {len(part['tried'][name])} settings tried: {settings}."
            )
        parts.append(table(agreement_rows(part)))
        parts += [f"Missing: {what}." for what in part["missing"]]
    for part in results["trackers"]:
        size = f"{part['sequences']} sequences, {part['frames']} frames"
        boxes = f"{part['detections_per_frame']} detections a frame"
        parts.append(title(f"Trackers: {part['folder']}, {size}, {boxes}"))
        parts.append(table(tracker_rows(part)))
        above = part["above_best_peer"]
        best = f"the best peer ({above['peer']})"
        parts.append(f"Against {best}: HOTA {above['HOTA']:+.2f}, IDF1 {above['IDF1']:+.2f}.")
    parts += [f"Failed: {what}" for what in results["failed"]]
    return "\n\n".join(parts) + "\n"


def terminal(results: dict) -> str:
    return text(results, lines_up, lambda words: f"{words}\n{'─' * len(words)}")


def markdown(results: dict) -> str:
    return f"## Peers, {results['date']}\n\n" + text(results, piped, lambda words: f"### {words}")
