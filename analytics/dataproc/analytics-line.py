"""analytics-line.py STATE: prints one JSON line about the job. A value that cannot be learnt is left out, and "problem" says why."""
import datetime
import json
import os
import re
import subprocess
import sys
import time

import flink

NAME = "orders-analytics"
# The job's source reads its own heartbeat too, so only the position in the topic of the orders tells whether orders come.
OFFSETS = re.compile(r"\.topic\.orders[._]v1\.partition\.\d+\.currentOffset$")
# More than the heartbeats of a minute: then orders are among what waits.
HEARTBEATS = 60
results = os.environ["ANALYTICS_RESULTS"]
problems = []


class Unknown(Exception):
    """What could not be learnt, as a sentence."""


def run(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unknown(f"{command[0]} does not answer: {error}") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise Unknown(f"{' '.join(command[:3])} failed: {said[-1] if said else done.returncode}")
    return done.stdout


def application():
    """The id of the one application that runs."""
    rows = [[cell.strip() for cell in row.split("\t")] for row in run("yarn", "application", "-list", "-appStates", "RUNNING").splitlines()]
    found = [row[0] for row in rows if len(row) > 1 and row[0].startswith("application_") and row[1] == NAME]
    if len(found) != 1:
        raise Unknown(f"{len(found) or 'no'} application {NAME} runs in YARN")
    return found[0]


def running_job(base):
    jobs = flink.jobs(base)
    running = [job for job, state in jobs if state == "RUNNING"]
    if len(running) != 1:
        raise Unknown(f"the job does not run: {', '.join(state for _, state in jobs) or 'there is none'}")
    return running[0]


def summed(base, job, wanted):
    """The sum of the sources' metrics whose names match; at least one does."""
    total = None
    for vertex in flink.get(base, f"/jobs/{job}")["vertices"]:
        path = f"/jobs/{job}/vertices/{vertex['id']}/subtasks/metrics"
        names = [metric["id"] for metric in flink.get(base, path) if wanted.search(metric["id"])]
        for answer in flink.get(base, path, get=",".join(names), agg="sum") if names else []:
            total = (total or 0) + int(float(answer["sum"]))
    if total is None:
        raise Unknown(f"Flink has no metric like {wanted.pattern}")
    return total


def flow(path, job, offset, lag):
    """1 when orders come in: read since the last look, or waiting. None when that cannot be told yet."""
    try:
        with open(path, encoding="utf-8") as file:
            before = json.load(file)
    except (OSError, ValueError):
        before = {}
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump({"job": job, "offset": offset}, file)
    os.replace(f"{path}.new", path)
    if lag > HEARTBEATS:
        return 1
    if before.get("job") != job or before["offset"] > offset:
        return None
    return 1 if offset > before["offset"] else 0


def objects(sink, hours):
    """(time, address) of what is committed below some hours of a sink."""
    found = []
    for hour in hours:
        try:
            listing = run("gcloud", "storage", "ls", "-l", f"{results}/{sink}/day={hour:%Y-%m-%d}/hour={hour:%H}/**")
        except Unknown as error:
            if "matched no objects" in str(error):
                continue
            raise
        for row in listing.splitlines():
            cells = row.split(None, 2)
            if len(cells) == 3 and cells[2].startswith("gs://") and not cells[2].rsplit("/", 1)[1].startswith((".", "_")):
                found.append((datetime.datetime.fromisoformat(cells[1].replace("Z", "+00:00")), cells[2]))
    return found


def lines_of(found):
    return [row for row in run("gcloud", "storage", "cat", *[address for _, address in found]).splitlines() if row.strip()] if found else []


def learn(fields, names, look):
    """Takes over what `look` finds out; else names what stays unknown."""
    try:
        fields.update(look())
    except (Unknown, OSError, ValueError, LookupError, TypeError) as error:
        problems.append(f"{' and '.join(names)} unknown: {error}")


def of_job():
    base = f"{os.environ['YARN_WEB']}/proxy/{application()}"
    job = running_job(base)
    line["running"] = 1
    lag = summed(base, job, re.compile(r"^Source__.*\.pendingRecords$"))
    line["lag_records"] = lag
    moving = flow(sys.argv[1], job, summed(base, job, OFFSETS), lag)
    return {} if moving is None else {"orders_flow": moving}


def of_windows(hours, now):
    windows = objects("orders_per_minute", hours)
    # With nothing in both hours the newest is older than they are; how much older does not matter to anybody who waits.
    newest = max((at for at, _ in windows), default=hours[1])
    line["seconds_since_window"] = max(0, int((now - newest).total_seconds()))
    events = sum(json.loads(row)["events"] for row in lines_of(windows))
    late = len(lines_of(objects("late_events", hours)))
    share = {"late_share_percent": round(100 * late / (events + late), 2)} if events + late else {}
    return {"events": events, "late": late} | share


moment = datetime.datetime.fromtimestamp(int(os.environ.get("NOW", time.time())), datetime.timezone.utc)
this_hour = moment.replace(minute=0, second=0, microsecond=0)
line = {"environment": os.environ["ANALYTICS_ENVIRONMENT"], "running": 0}
learn(line, ["the job's state, lag or flow"], of_job)
learn(line, ["windows or events"], lambda: of_windows([this_hour, this_hour - datetime.timedelta(hours=1)], moment))
if problems:
    line["problem"] = "; ".join(problems)
print(json.dumps(line, separators=(",", ":"), ensure_ascii=False))
