"""render-job.py JOB FOLDER < SECRET: what Flink is given of a release's job.sql.

Flink prints every statement of a script to the output of its container and keeps the script in its configuration, so the
password must not be in it. The script gets a reference, and the password goes to a file beside it that YARN ships to the containers,
where Kafka's client resolves the reference by itself. Both files are written 0600. Sentences on stderr never quote the secret."""
import json
import os
import re
import sys

SECRET_FILE = "kafka-user.properties"
JAAS = re.compile(r"'properties\.sasl\.jaas\.config'\s*=\s*'(?:[^']|'')*'")
PROVIDER = (
    "'properties.config.providers' = 'file', 'properties.config.providers.file.class' = "
    "'org.apache.flink.kafka.shaded.org.apache.kafka.common.config.provider.FileConfigProvider', "
)


def jaas_string(value):
    """Inside the quotes of a JAAS entry: its tokenizer knows backslashes, and a control character would end or change it."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def property_value(value):
    """A value of a Java properties file."""
    escaped = value.replace("\\", "\\\\")
    if escaped.startswith(" "):
        escaped = "\\" + escaped
    units = escaped.encode("utf-16-be")
    codes = [units[at] << 8 | units[at + 1] for at in range(0, len(units), 2)]
    return "".join(chr(code) if code < 0x7F else f"\\u{code:04x}" for code in codes)


def user_of(text):
    try:
        secret = json.loads(text)
    except ValueError:
        sys.exit('The secret is not JSON: it should be {"username": …, "password": …}.')
    if not isinstance(secret, dict):
        secret = {}
    for field in ("username", "password"):
        value = secret.get(field)
        if not isinstance(value, str) or value == "":
            sys.exit(f'The secret has no "{field}": it should be {{"username": …, "password": …}}.')
        if any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 or 0xD800 <= ord(letter) < 0xE000 for letter in value):
            sys.exit(f'The "{field}" of the secret holds a character that Kafka cannot be given (a line end, for example): choose another.')
    return secret["username"], secret["password"]


def rendered(job, username):
    def referring(found):
        option = found.group(0)
        for name in re.findall(r'username="([^"]*)"', option):
            if name not in ("@KAFKA_USERNAME@", username):
                sys.exit(f'The secret is of the user "{username}", and the job signs in as "{name}".')
        for field in ("username", "password"):
            option = option.replace(f"@KAFKA_{field.upper()}@", f"${{file:{SECRET_FILE}:{field}}}")
        return PROVIDER + option

    if '"@KAFKA_PASSWORD@"' not in job:
        sys.exit("job.sql has no \"@KAFKA_PASSWORD@\" in a 'properties.sasl.jaas.config': this release signs in nowhere.")
    text = JAAS.sub(referring, job)
    if "@KAFKA_" in text:
        sys.exit("job.sql has @KAFKA_…@ outside 'properties.sasl.jaas.config', where it would be printed to the logs.")
    return text


def write(folder, name, text):
    path = os.path.join(folder, name)
    if os.path.lexists(path):
        os.unlink(path)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


job_file, target = sys.argv[1:]
user, password = user_of(sys.stdin.buffer.read().decode("utf-8", "replace"))
with open(job_file, encoding="utf-8") as source:
    script = rendered(source.read(), user)
lines = {"username": user, "password": password}
write(target, SECRET_FILE, "".join(f"{key}={property_value(jaas_string(value))}\n" for key, value in lines.items()))
write(target, "job.sql", script)
