"""Flink's REST interface, by GET only, as YARN's proxy lets it through. Run as a program it prints "JOB STATE" for each job."""
import json
import sys
import urllib.parse
import urllib.request

# The proxy is on this machine; a proxy for the outside must not be asked.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(base, path, **query):
    """The answer to a GET; raises OSError or ValueError when Flink does not answer or the answer is no JSON."""
    text = urllib.parse.urlencode(query)
    with opener.open(f"{base}{path}{'?' if text else ''}{text}", timeout=10) as answer:
        return json.load(answer)


def jobs(base):
    """(id, state) of each job of the application."""
    return [(job["jid"], job["state"]) for job in get(base, "/jobs/overview")["jobs"]]


if __name__ == "__main__":
    try:
        for job, state in jobs(sys.argv[1]):
            print(job, state)
    except (OSError, ValueError, LookupError) as error:
        sys.exit(f"Flink does not answer at {sys.argv[1]}: {error}")
