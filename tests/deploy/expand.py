"""Expands deploy/template.yaml as CloudFormation would, into plain JSON on standard output.

Runs in the environment of bin/install-deploy-tools, not in ours.
"""

import json
import os
import sys
from pathlib import Path

# Not in our environment, which is where mypy looks.
from cfnlint.decode import cfn_yaml  # type: ignore[import-not-found]
from samtranslator.translator.transform import transform  # type: ignore[import-not-found]


class NoManagedPolicies:
    """The template uses none, and asking AWS for their list takes an account."""

    def load(self) -> dict[str, str]:
        return {}


def expanded(path: Path) -> dict[str, object]:
    template = json.loads(json.dumps(cfn_yaml.load(str(path))))
    # CloudFormation's own parameters; the code stands where bin/deploy's upload would put it.
    function = template["Resources"]["Function"]["Properties"]
    function["CodeUri"] = {"Bucket": "cruddur-code", "Key": "function.zip"}
    return dict(transform(template, {}, NoManagedPolicies()))


if __name__ == "__main__":
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"  # the translator asks; it calls nobody
    folder = Path(sys.argv[1])
    plain = {
        name: cfn_yaml.load(str(folder / f"{name}.yaml"))
        for name in ("service", "capacity", "cache", "backup", "dashboard")
    }
    json.dump({"template": expanded(folder / "template.yaml"), **plain}, sys.stdout)
