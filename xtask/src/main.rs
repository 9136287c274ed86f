//! The commands of the project. Nothing else knows which tools there are, where they are, or how they are called.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command talks to a person and measures time")]
#![allow(unreachable_pub, reason = "in a program `pub` says: for the other files")]

mod build;
mod dev;
mod fuzz;
mod harness;
mod move_shop;
mod openapi;
mod paths;
mod process;
mod sizes;
mod test;
mod toolchain;
mod versions;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use toolchain::Toolchain;

const HELP: &str = "\
cargo xtask COMMAND

  setup             find or install every tool; does nothing when they are there
    --browsers      also Chromium, Firefox and WebKit, which only the tests need
  build             build the widget, the site and the Worker, as far as they changed
  dev               build and run everything here, with a demo shop
    --port N        default 8787, or the next free one; 0 takes any free one
    --state DIR     where database, secrets and dev.json are kept; default target/dev
    --databases N   with so many databases, to try what several are like
    --no-build      run what was built last
    --until-stdin-closes
                    stop when the standard input ends: for programs that start it and may be killed
  test [FILTER]     all checks and tests; with FILTER only the tests whose name has it
  bench widget      the same question by Glas and by posthog-js, in one browser
    --rounds N      default 15
    --slowdown N    default 4: a quarter of this machine's speed
  bench intake      answers a second by Glas, by a bare JavaScript Worker with the same transaction, and by one that
                    does nothing
    --seconds N     of each turn; default 8
    --rounds N      default 5
    --steady        instead: 150 answers a second for ten minutes, without an error
  bench results     how long every query of the results takes with a thousand, a hundred thousand and a million answers,
                    and how many rows it reads
    --responses N,N other numbers of answers
  bench exports     a million answers as CSV and as NDJSON while others write: each once, the first byte, the memory; and a
                    table of hostile texts in LibreOffice, which has to be installed
    --responses N   another number of answers
    --no-libreoffice
                    without that
  gallery           pictures of every mode and question, in target/glas/gallery
  torture widget    answers whose tab is closed, page reloaded or network lost, at every point: all have to arrive, once
    --runs N        default 600, shared by the engines of this machine
    --seed N        as an earlier run has printed it
  openapi           writes edge/openapi.json and the clients' types anew, after a route has changed, or what it takes
                    or sends
  fuzz [TARGET]     inputs that nobody thought of, for everything that reads them; crashes are kept
    --seconds N     for each target, default 600
    --runs N        inputs for each target at most
  move-shop         moves a shop to another database while it runs; may be stopped and started again
    --origin URL    of the deployment
    --token-file F  a file with the operator's token
    --shop SHP      its id
    --to DB_1       the database's binding
    --grace S       how long what is left behind is kept, in seconds; default 600
    --cancel        gives a move up that has not switched yet
  scale             the simulation behind docs/scale.md; --write writes its tables there
  torture intake    kills, faults of database, cache and queue, duplicates, lies: nothing may be lost, doubled or invented
    --only N,N      only the tests of these numbers
    --scale short   as `test` does it; default long
    --seed N        as an earlier run has printed it
  torture webhooks  a receiver that is down for days, kills, addresses that lead inside, signatures as others verify them
    --events N      default 1000
    --kills N       default 50
    --seed N        as an earlier run has printed it
  torture api       requests made up from the OpenAPI document: no reply may be another than it says, none a fault
    --cases N       at least so many; default 20000
    --seed N        as an earlier run has printed it
  bytes             what the shopper's browser downloads, compressed
  help              this

Tools are kept in $XDG_CACHE_HOME/glas, else ~/.cache/glas, for all clones together; remove the folder to install
them again. Where something cannot be installed, the message says what is missing and how to get it.
CHROME and CHROMEDRIVER, FIREFOX and GECKODRIVER, MINIBROWSER, WEBKITWEBDRIVER and XVFB name the browsers of the tests.
CI=1 makes warnings errors. GLAS_UNWIND=1 builds a Worker in which a panic ends one request only (nightly compiler).
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<ExitCode> {
    let (command, rest) = words.split_first().map_or(("help", words), |(first, rest)| (first.as_str(), rest));
    match command {
        "setup" => match rest {
            [option] if option == "--browsers" => {
                Toolchain::ensure_with_browsers()?;
            }
            _ => {
                no_more(command, rest)?;
                Toolchain::ensure()?;
            }
        },
        "build" => {
            no_more(command, rest)?;
            build::all(&Toolchain::ensure()?)?;
        }
        "dev" => dev::run(&dev_options(rest)?)?,
        "test" => {
            let filter = match rest {
                [] => None,
                [filter] if !filter.starts_with('-') => Some(filter.as_str()),
                _ => bail!("`test` takes one FILTER, not `{}`; see `cargo xtask help`", rest.join(" ")),
            };
            return test::run(filter);
        }
        "bench" => harness::bench(rest)?,
        "gallery" => harness::gallery(rest)?,
        "torture" => harness::torture(rest)?,
        "fuzz" => fuzz::run(rest)?,
        "openapi" => {
            no_more(command, rest)?;
            openapi::write()?;
        }
        "move-shop" => move_shop::run(rest)?,
        "scale" => harness::scale(rest)?,
        "bytes" => {
            no_more(command, rest)?;
            sizes::run()?;
        }
        "help" | "--help" | "-h" => print!("{HELP}"),
        _ => bail!("there is no command `{command}`; see `cargo xtask help`"),
    }
    Ok(ExitCode::SUCCESS)
}

fn no_more(command: &str, rest: &[String]) -> Result<()> {
    match rest.first() {
        Some(word) => bail!("`{command}` takes no `{word}`; see `cargo xtask help`"),
        None => Ok(()),
    }
}

fn dev_options(words: &[String]) -> Result<dev::Options> {
    let mut options = dev::Options {
        port: None,
        state: None,
        build: true,
        until_stdin_closes: false,
        entry: None,
        bare: false,
        databases: None,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        // `--port 8080` and `--port=8080` are the same.
        let (name, joined) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let mut value =
            || joined.clone().or_else(|| words.next().cloned()).with_context(|| format!("{name} needs a value"));
        match name {
            "--port" => {
                let text = value()?;
                let port = text.parse().with_context(|| format!("`{text}` is not a port: a number from 0 to 65535"))?;
                options.port = Some(port);
            }
            "--state" => options.state = Some(PathBuf::from(value()?)),
            "--databases" => {
                let text = value()?;
                let count = text.parse().with_context(|| format!("`{text}` is not a number of databases"))?;
                options.databases = Some(count);
            }
            "--no-build" if joined.is_none() => options.build = false,
            "--until-stdin-closes" if joined.is_none() => options.until_stdin_closes = true,
            // For the tests alone, so the help says nothing of them.
            "--entry" => options.entry = Some(std::path::absolute(value()?)?),
            "--bare" if joined.is_none() => options.bare = true,
            _ => bail!("`dev` takes no `{word}`; see `cargo xtask help`"),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Result<dev::Options> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        dev_options(&words)
    }

    #[test]
    fn options_of_dev() {
        let all = options("--port 0 --state=/s --no-build").unwrap();
        assert_eq!((all.port, all.state, all.build), (Some(0), Some(PathBuf::from("/s")), false));
        let none = options("").unwrap();
        assert_eq!((none.port, none.state, none.build), (None, None, true));
        assert_eq!((none.entry, none.bare), (None, false));
        let outer = options("--entry /a/b.mjs --bare").unwrap();
        assert_eq!((outer.entry, outer.bare), (Some(PathBuf::from("/a/b.mjs")), true));
    }

    #[test]
    fn wrong_options_are_named() {
        for (line, message) in [
            ("--port", "--port needs a value"),
            ("--port x", "`x` is not a port: a number from 0 to 65535"),
            ("--port 70000", "`70000` is not a port: a number from 0 to 65535"),
            ("--prot 1", "`dev` takes no `--prot`; see `cargo xtask help`"),
            ("--no-build=1", "`dev` takes no `--no-build=1`; see `cargo xtask help`"),
        ] {
            assert_eq!(options(line).err().map(|error| error.to_string()).as_deref(), Some(message), "{line}");
        }
    }
}
