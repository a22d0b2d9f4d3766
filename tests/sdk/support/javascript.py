"""The AWS SDK for JavaScript: the scripts of javascript/."""

import json
import pathlib
import subprocess

from support.dynatape import environment

SCRIPTS = pathlib.Path(__file__).resolve().parents[1] / "javascript"


def run_javascript(test, script, url, *arguments, access_key="x"):
    """Run a script of javascript/ against `url`, in the account `access_key`; returns the JSON it prints."""
    ended = subprocess.run(
        ["node", str(SCRIPTS / script), *arguments],
        env=environment(AWS_ENDPOINT_URL_DYNAMODB=url, AWS_REGION="us-east-1", AWS_ACCESS_KEY_ID=access_key,
                        AWS_SECRET_ACCESS_KEY="y"), capture_output=True, text=True, timeout=60)
    test.assertEqual(ended.returncode, 0, ended.stderr)
    return json.loads(ended.stdout)
