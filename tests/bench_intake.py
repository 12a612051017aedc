"""Rows per second of an import against a plain read of the same file, and its memory at two sizes.

    python -m tests.bench_intake [--rows 1000000] [--rounds 3] [--check] [--profile]

Writes a CSV of complaints in Chinese with 12 columns (id, district, street, longitude, latitude, category, channel,
three times, status, text), of which about one row in a hundred has a defect, and imports it with mapping, checks, H3
cells and publish into a database that knows the district's streets. The plain read is DuckDB's
``CREATE TABLE … AS FROM read_csv('…')`` with everything detected, into a database file. Both run in processes of their
own on two cores, in turn; medians. Prints Markdown; with --check, exits with 1 where a bar is missed.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import psutil

PROJECT = Path(__file__).resolve().parent.parent
CORES = 2
SMALL = 100_000
TIMES, MEMORY = 6.0, 1.5
STREETS = (
    "西乡街道",
    "新安街道",
    "福永街道",
    "沙井街道",
    "松岗街道",
    "石岩街道",
    "航城街道",
    "福海街道",
    "新桥街道",
    "燕罗街道",
)
MAPPING = """
table = "complaints"
[columns]
complaint_id = "工单编号"
district = "区"
street = "街道"
lon = "经度"
lat = "纬度"
category = "类别"
channel = "来源"
opened_at = "登记时间"
due_at = "办理期限"
closed_at = "办结时间"
status = "状态"
[values.status]
"办结" = "closed"
"在办" = "open"
"""
AREAS = 'table = "areas"\n[columns]\narea_id = "id"\nlevel = "level"\nname = "name"\nparent_id = "parent"\n'
ROWS = """
COPY (
    SELECT CASE WHEN i % 997 = 0 THEN '' ELSE printf('BA2023%08d', i - (i % 991 = 0)::INT) END AS 工单编号,
           '宝安区' AS 区,
           CASE WHEN i % 211 = 0 THEN '西乡' ELSE {streets}[1 + (hash(i) % 10)::INT] END AS 街道,
           round(113.79 + (hash(i, 1) % 200000) / 1e6, 6) AS 经度,
           round(22.55 + (hash(i, 2) % 250000) / 1e6, 6) AS 纬度,
           ['噪声', '违建', '停车', '占道经营', '劳资纠纷', '物业管理', '环境卫生'][1 + (hash(i, 3) % 7)::INT] AS 类别,
           ['12345', '来访', '来信', '网上', '随手拍'][1 + (hash(i, 4) % 5)::INT] AS 来源,
           strftime(opened, '%Y-%m-%d %H:%M:%S') AS 登记时间,
           strftime(opened + INTERVAL 15 DAY, '%Y-%m-%d') AS 办理期限,
           CASE WHEN i % 10 = 0 THEN '' WHEN i % 503 = 0 THEN '未知'
                ELSE strftime(opened + to_hours((hash(i, 5) % 600)::INT), '%Y/%m/%d %H:%M') END AS 办结时间,
           CASE WHEN i % 10 = 0 THEN '在办' ELSE '办结' END AS 状态,
           CASE WHEN i % 50 = 0 THEN '来电人反映“夜间施工”, 噪声扰民' || chr(10) || '希望尽快处理' || i
                ELSE '市民来电反映该处夜间施工噪声扰民，影响周边居民休息，请相关部门核实处理。编号' || i END AS 内容
    FROM (SELECT i, TIMESTAMP '2021-01-01' + to_seconds((hash(i, 6) % 91000000)::BIGINT) AS opened
          FROM range(1, {rows} + 1) AS one(i))
) TO '{file}' (HEADER, DELIMITER ',')
"""

PLAIN = """
import duckdb, json, sys, time
used, started = time.process_time(), time.perf_counter()
with duckdb.connect(sys.argv[2]) as connection:
    rows = connection.execute("CREATE TABLE plain AS FROM read_csv(?)", [sys.argv[1]]).fetchone()[0]
print(json.dumps({"seconds": time.perf_counter() - started, "cpu": time.process_time() - used, "rows": rows}))
"""
IMPORT = """
import json, sys, time
from dataclasses import asdict
from cockpit import intake
file, plan, url, profile = sys.argv[1:]
begun, used, started = {}, time.process_time(), time.perf_counter()
def run():
    return intake.run(file, plan, url, lambda stage, *_: begun.setdefault(stage, time.perf_counter() - started))
if profile:
    import cProfile
    act = cProfile.Profile()
    result = act.runcall(run)
    act.dump_stats(profile)
else:
    result = run()
seconds, cpu = time.perf_counter() - started, time.process_time() - used
ends = [*begun.values(), seconds][1:]
stages = {stage: end - (0 if stage == "reading" else begin) for (stage, begin), end in zip(begun.items(), ends)}
print(json.dumps({"seconds": seconds, "cpu": cpu, "stages": stages, "result": asdict(result)}))
"""


def generate(file: Path, rows: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(ROWS.format(streets=list(STREETS), rows=rows, file=file))


def prepare(folder: Path) -> None:
    """The mapping, and a database that knows the streets."""
    (folder / "mapping.toml").write_text(MAPPING, "utf-8")
    (folder / "areas.toml").write_text(AREAS, "utf-8")
    streets = "".join(f"{i},street,{name},0\n" for i, name in enumerate(STREETS, 1))
    (folder / "areas.csv").write_text(f"id,level,name,parent\n0,district,宝安区,\n{streets}", "utf-8")


def measured(*words: str) -> dict:
    """What the process prints, with the peak in MB of what it and its children held in memory together."""
    process = subprocess.Popen(
        [sys.executable, "-c", *words], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak, own = 0.0, Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        try:
            # Its own high-water mark misses nothing; what its children add is looked at fifty times a second.
            high = int(re.search(r"VmHWM:\s+(\d+) kB", own.read_text())[1]) / 1024  # type: ignore[index]
            others = psutil.Process(process.pid).children(recursive=True)
            peak = max(peak, high, _held(process.pid) + sum(_held(child.pid) for child in others) if others else 0)
        except (OSError, TypeError, psutil.NoSuchProcess):
            pass
        time.sleep(0.02)
    out, err = process.communicate()
    if process.returncode:
        raise RuntimeError(err)
    return json.loads(out.splitlines()[-1]) | {"peak": peak}


def _held(process: int) -> float:
    """MB in memory, what is shared with others in parts."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) / 1024 if found else 0


def imported(folder: Path, file: Path, profile: str = "") -> dict:
    database = folder / "facts.duckdb"
    for left in folder.glob("facts*"):
        subprocess.run(["rm", "-rf", str(left)], check=True)
    url = f"duckdb:///{database}"
    measured(IMPORT, str(folder / "areas.csv"), str(folder / "areas.toml"), url, "")
    return measured(IMPORT, str(file), str(folder / "mapping.toml"), url, profile)


def plainly(folder: Path, file: Path) -> dict:
    database = folder / "plain.duckdb"
    database.unlink(missing_ok=True)
    return measured(PLAIN, str(file), str(database))


def compared(folder: Path, rows: int, rounds: int) -> tuple[dict, dict]:
    """The median import and the median plain read, made in turn."""
    file = folder / f"{rows}.csv"
    generate(file, rows)
    plain, ours = [], []
    for _ in range(rounds):
        plain.append(plainly(folder, file))
        ours.append(imported(folder, file))
    middle = {key: statistics.median(one[key] for one in ours) for key in ("seconds", "cpu", "peak")}
    stages = {stage: statistics.median(one["stages"][stage] for one in ours) for stage in ours[0]["stages"]}
    facts = {"size": file.stat().st_size / 2**20, "result": ours[0]["result"], "stages": stages}
    return middle | facts, {key: statistics.median(one[key] for one in plain) for key in ("seconds", "cpu", "peak")}


def report(rows: int, ours: dict, plain: dict, small: dict, load: float) -> bool:
    """Print the table; whether both bars hold."""
    times, memory = ours["seconds"] / plain["seconds"], ours["peak"] / small["peak"]
    result = ours["result"]
    stages = " · ".join(f"{stage} {seconds:.1f} s" for stage, seconds in ours["stages"].items())
    print(f"{platform.machine()}, {CORES} of {os.cpu_count()} cores, load before {load:.1f}, "
          f"Python {platform.python_version()}, DuckDB {duckdb.__version__}\n")  # fmt: skip
    print("| what | rows | MB | seconds | of CPU | rows a second | peak MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for what, n, one in (("plain read", rows, plain), ("import", rows, ours), ("import", SMALL, small)):
        size = (ours if n == rows else small)["size"]
        cells = (f"{n:,}", f"{size:.0f}", f"{one['seconds']:.2f}", f"{one['cpu']:.1f}", f"{n / one['seconds']:,.0f}")
        print("|", " | ".join((what, *cells, f"{one['peak']:.0f}")), "|")
    print(f"\nThe import: {stages}; {result['kept']:,} kept, {result['rejected']:,} rejected.")
    cpu = ours["cpu"] / plain["cpu"]
    print(f"Times the plain read: {times:.1f} (bar {TIMES:g}); of CPU {cpu:.1f}.")
    print(f"Memory against {SMALL:,} rows: {memory:.2f} times (bar {MEMORY}).")
    return times <= TIMES and memory <= MEMORY


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_intake")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar is missed")
    parser.add_argument("--profile", metavar="FILE", help="one import under cProfile instead, its statistics into FILE")
    options, load = parser.parse_args(), os.getloadavg()[0]
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory(prefix="bench-intake-") as name:
        folder = Path(name)
        prepare(folder)
        if options.profile:
            generate(folder / "profiled.csv", options.rows)
            print(imported(folder, folder / "profiled.csv", options.profile))
            return
        small, _plain = compared(folder, SMALL, options.rounds)
        good = report(options.rows, *compared(folder, options.rows, options.rounds), small, load)
    sys.exit(1 if options.check and not good else 0)


if __name__ == "__main__":
    main()
