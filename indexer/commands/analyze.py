"""`indexer analyze`: which language, which terms?"""

from __future__ import annotations

import click

from indexer.command_line import Context, command
from indexer.show.analysis import analysis, analysis_text
from search.analysis.languages import is_known
from search.errors import ConfigurationError


@click.command("analyze")
@click.argument("text")
@click.option("--language", help="Take this language instead of deciding.")
@command
def analyze_command(context: Context, text: str, language: str | None) -> None:
    """Show the language decision with its reason, and the tokens of every field."""
    if language and not is_known(language):
        raise ConfigurationError(f"--language {language}: not in the language table (docs/languages.md)")
    values = analysis(text, language)
    context.print(values, analysis_text(values))
