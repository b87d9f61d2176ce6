"""Which gallery is meant: nbgallery.yml, nbgallery's own settings, the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from bookstore.nbgallery import config
from bookstore.nbgallery.problems import ConfigurationProblem

HARD = "p@ss:/w?rd#%&+ é"
WHOLE = """
nbgallery:
  mysql_username: reader
  mysql_password: 0123
  mysql_host: db.example.org
  mysql_port: 3307
  mysql_database: gallery
  notebook_cache_dir: /var/cache/nbgallery
"""
RAILS = f"""
mysql:
  username: rails
  password: '{HARD}'
  database: nbgallery
directories:
  cache: /rails/cache
"""


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def names(name: str) -> str:
    """A whole configuration whose user shows where it comes from."""
    return f"nbgallery:\n  mysql_username: {name}\n  mysql_database: gallery\n"


def test_the_first_file_of_the_three_places_is_read(nowhere: Path) -> None:
    for place, name in (("site/nbgallery", "all"), ("home/.config/nbgallery", "me"), (".", "here")):
        write(nowhere / place / "nbgallery.yml", names(name))
        assert config.mysql_username == name
    assert len(config.config_dirs) == 3


def test_values_are_the_texts_that_stand_in_the_file(nowhere: Path) -> None:
    write(nowhere / "nbgallery.yml", WHOLE)
    assert config.mysql_password == "0123"
    assert (config.mysql_host, config.mysql_port) == ("db.example.org", "3307")
    assert config.notebook_cache_dir == "/var/cache/nbgallery"
    assert config.config["nbgallery"]["mysql_database"] == "gallery"
    assert config.config["nbgallery"]["rails_config"] is None


def test_host_and_port_have_defaults(nowhere: Path) -> None:
    write(nowhere / "nbgallery.yml", names("ada"))
    assert (config.url().host, config.url().port) == ("127.0.0.1", 3306)


def test_nbgallerys_own_settings_fill_in_what_is_missing(nowhere: Path) -> None:
    rails = write(nowhere / "settings.local.yml", RAILS)
    write(
        nowhere / "nbgallery.yml",
        f"nbgallery:\n  rails_config: {rails}\n  mysql_username: ours\n  mysql_password:\n",
    )
    assert config.mysql_username == "ours"
    assert config.mysql_database == "nbgallery"
    assert config.notebook_cache_dir == "/rails/cache"


def test_a_password_may_hold_any_sign(nowhere: Path) -> None:
    rails = write(nowhere / "settings.local.yml", RAILS)
    write(nowhere / "nbgallery.yml", f"nbgallery:\n  rails_config: {rails}\n")
    assert config.mysql_password == HARD
    assert make_url(config.mysql_url).password == HARD


def test_the_environment_has_the_first_word(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(nowhere / "nbgallery.yml", WHOLE)
    monkeypatch.setenv("NBGALLERY_MYSQL_PASSWORD", HARD)
    assert (config.mysql_password, config.mysql_username) == (HARD, "reader")


def test_the_environment_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGALLERY_DATABASE_URL", "postgresql://ada@db/gallery")
    assert config.url().get_backend_name() == "postgresql"
    assert config.mysql_url == "postgresql://ada@db/gallery"


BROKEN = {
    "nothing": ("", "says nothing by key"),
    "no YAML": ("nbgallery:\n  mysql_password: [secret", "is no YAML: line"),
    "another section": ("gallery:\n  a: b\n", "has no section nbgallery"),
    "no section": ("nbgallery: secret\n", "has no section nbgallery"),
    "two values": (
        "nbgallery:\n  mysql_host: [secret, b]\n",
        "nbgallery.mysql_host has to be one value",
    ),
    "Ruby": (
        "nbgallery:\n  mysql_password: <%= ENV['secret'] %>\n",
        "nbgallery.mysql_password is worked out by Ruby",
    ),
    "no port": (names("ada") + "  mysql_port: many\n", "mysql_port is 'many'"),
    "no user": ("nbgallery:\n  mysql_database: gallery\n", "mysql_username is not configured"),
    "no database": ("nbgallery:\n  mysql_username: ada\n", "mysql_database is not configured"),
    "no URL": ("nbgallery:\n  database_url: gallery-secret\n", "database_url is no URL"),
    "no such settings": (
        "nbgallery:\n  rails_config: /nowhere/settings.yml\n",
        "rails_config names /nowhere/settings.yml",
    ),
}


@pytest.mark.parametrize(("text", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_told_in_one_line_that_names_it_and_quotes_no_secret(
    nowhere: Path, text: str, words: str
) -> None:
    write(nowhere / "nbgallery.yml", text)
    with pytest.raises(ConfigurationProblem) as caught:
        config.url()
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert "secret" not in str(caught.value)


def test_without_any_configuration_the_places_for_one_are_named(nowhere: Path) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        config.url()
    for place in (str(nowhere), ".config/nbgallery", "NBGALLERY_MYSQL_USERNAME"):
        assert place in str(caught.value)


def test_nothing_else_is_asked_of_the_module() -> None:
    with pytest.raises(AttributeError):
        _ = config.mysql_socket
