"""`indexer doctor`: what is unsafe or slow in this deployment?"""

from __future__ import annotations

import os
from pathlib import Path

import click

from indexer.command_line import REFUSED, Context, command
from indexer.doctor import examine
from indexer.doctor.deployment import Deployment, read_environment
from indexer.show.doctor import findings_text
from search.access import account_named, this_account
from search.errors import ConfigurationError


@click.command("doctor")
@click.option("--web-user", metavar="NAME", help="The user of the server  [default: the one who asks].")
@click.option(
    "--environment",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The server's variables, NAME=VALUE lines  [default: those of this process].",
)
@click.option("--url", metavar="ADDRESS", help="Ask the running site there, too.")
@command
def doctor_command(
    context: Context, *, web_user: str | None, environment: Path | None, url: str | None
) -> int:
    """Name what is unsafe or slow in this deployment, and what to do about it."""
    if url is not None and not url.startswith(("http://", "https://")):
        raise ConfigurationError(f"--url {url}: an http or https address is needed")
    found = examine(
        Deployment(
            index=context.index,
            settings=context.settings,
            environment=dict(os.environ) if environment is None else read_environment(environment),
            web_user=this_account() if web_user is None else account_named(web_user),
            named=web_user is not None,
            url=url,
            cluster=context.cluster,
        )
    )
    faults = sum(finding.is_a_fault for finding in found)
    values = {"index": str(context.index), "faults": faults, "findings": [one.to_dict() for one in found]}
    context.print(values, findings_text(found))
    return REFUSED if faults else 0
