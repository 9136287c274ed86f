//! The command line of `cargo xtask`. Tool names, versions and paths appear in this crate only.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command-line program prints and measures time")]
#![allow(unreachable_pub, reason = "in a binary, `pub` marks what other modules use")]

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

  setup             find or install the required tools; does nothing if they are already installed
    --browsers      also install Chromium, Firefox and WebKit, which only the tests need
  build             build the widget, the site and the Worker; unchanged parts are skipped
  dev               build everything and run it locally, with a demo shop
    --port N        default 8787, or the next free port; 0 picks any free port
    --state DIR     folder for the database, the secrets and dev.json; default target/dev
    --databases N   run with N databases, to try out sharding
    --no-build      run the last build
    --until-stdin-closes
                    stop when standard input closes, for a parent process that may be killed
  test [FILTER]     run all checks and tests; with FILTER, only tests whose name contains it
  bench widget      compare Glas with posthog-js: the same question in the same browser
    --rounds N      default 15
    --slowdown N    CPU throttling factor; default 4
  bench intake      responses per second: Glas, a bare JavaScript Worker with the same transaction, and a Worker that
                    does nothing
    --seconds N     duration of each round; default 8
    --rounds N      default 5
    --steady        instead, send 150 responses a second for ten minutes and fail on the first error
  bench results     duration and rows read of every results query, with a thousand, a hundred thousand and a million
                    responses
    --responses N,N other numbers of responses
  bench exports     export a million responses as CSV and NDJSON during writes; checks that each appears once, the time
                    to first byte and the memory used, and opens hostile texts in LibreOffice, which must be installed
    --responses N   another number of responses
    --no-libreoffice
                    skip the LibreOffice check
  gallery           take screenshots of every display mode and question kind; saved in target/glas/gallery
  torture widget    close the tab, reload the page or drop the network at every step; each response must arrive exactly once
    --runs N        total over all installed browsers; default 600
    --seed N        repeat an earlier run; every run prints its seed
  openapi           regenerate edge/openapi.json and the client types; needed after changing a route, its parameters or
                    its responses
  fuzz [TARGET]     fuzz every parser with libFuzzer; crashing inputs are saved
    --seconds N     per target; default 600
    --runs N        maximum number of inputs per target
  move-shop         move a shop to another database while it is in use; can be interrupted and run again
    --origin URL    the deployment's origin
    --token-file F  file that contains the operator token
    --shop SHP      the shop's id
    --to DB_1       binding of the target database
    --grace S       seconds to keep the old copy after the switch; default 600
    --cancel        cancel a move that has not switched yet
  scale             run the simulation behind docs/scale.md; --write updates the tables in that file
  torture intake    process kills, database, cache and queue faults, duplicates and forged data; no response may be lost,
                    duplicated or invented
    --only N,N      run only the scenarios with these numbers
    --scale short   the scale that `test` uses; default long
    --seed N        repeat an earlier run; every run prints its seed
  torture webhooks  a receiver that is down for days, process kills, URLs that resolve to private addresses, and signatures
                    verified by third-party libraries
    --events N      default 1000
    --kills N       default 50
    --seed N        repeat an earlier run; every run prints its seed
  torture api       requests generated from the OpenAPI document; every response must match the document, and none may be
                    a 5xx
    --cases N       minimum number of requests; default 20000
    --seed N        repeat an earlier run; every run prints its seed
  bytes             print the compressed size of everything a shopper's browser downloads
  help              print this text

Tools are installed in $XDG_CACHE_HOME/glas, or in ~/.cache/glas if that is unset, and shared by all clones; delete the
folder to reinstall them. If a tool cannot be installed, the error message says which one and how to get it.
CHROME and CHROMEDRIVER, FIREFOX and GECKODRIVER, MINIBROWSER, WEBKITWEBDRIVER and XVFB set the paths of the browsers.
CI=1 turns warnings into errors. GLAS_UNWIND=1 builds a Worker in which a panic fails a single request (needs a nightly
compiler).
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
                no_arguments(command, rest)?;
                Toolchain::ensure()?;
            }
        },
        "build" => {
            no_arguments(command, rest)?;
            build::all(&Toolchain::ensure()?)?;
        }
        "dev" => dev::run(&dev_options(rest)?)?,
        "test" => {
            let filter = match rest {
                [] => None,
                [filter] if !filter.starts_with('-') => Some(filter.as_str()),
                _ => bail!("`test` takes one FILTER, got `{}`; see `cargo xtask help`", rest.join(" ")),
            };
            return test::run(filter);
        }
        "bench" => harness::bench(rest)?,
        "gallery" => harness::gallery(rest)?,
        "torture" => harness::torture(rest)?,
        "fuzz" => fuzz::run(rest)?,
        "openapi" => {
            no_arguments(command, rest)?;
            openapi::write()?;
        }
        "move-shop" => move_shop::run(rest)?,
        "scale" => harness::scale(rest)?,
        "bytes" => {
            no_arguments(command, rest)?;
            sizes::run()?;
        }
        "help" | "--help" | "-h" => print!("{HELP}"),
        _ => bail!("unknown command `{command}`; see `cargo xtask help`"),
    }
    Ok(ExitCode::SUCCESS)
}

fn no_arguments(command: &str, rest: &[String]) -> Result<()> {
    match rest.first() {
        Some(word) => bail!("`{command}` does not accept `{word}`; see `cargo xtask help`"),
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
        // Accepts `--port 8080` and `--port=8080`.
        let (name, joined) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let mut value =
            || joined.clone().or_else(|| words.next().cloned()).with_context(|| format!("{name} needs a value"));
        match name {
            "--port" => {
                let text = value()?;
                let port = text
                    .parse()
                    .with_context(|| format!("`{text}` is not a port; expected a number from 0 to 65535"))?;
                options.port = Some(port);
            }
            "--state" => options.state = Some(PathBuf::from(value()?)),
            "--databases" => {
                let text = value()?;
                let count = text.parse().with_context(|| format!("`{text}` is not a valid number of databases"))?;
                options.databases = Some(count);
            }
            "--no-build" if joined.is_none() => options.build = false,
            "--until-stdin-closes" if joined.is_none() => options.until_stdin_closes = true,
            // Used by the tests only, so not in the help.
            "--entry" => options.entry = Some(std::path::absolute(value()?)?),
            "--bare" if joined.is_none() => options.bare = true,
            _ => bail!("`dev` does not accept `{word}`; see `cargo xtask help`"),
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
    fn dev_options_are_parsed() {
        let all = options("--port 0 --state=/s --no-build").unwrap();
        assert_eq!((all.port, all.state, all.build), (Some(0), Some(PathBuf::from("/s")), false));
        let none = options("").unwrap();
        assert_eq!((none.port, none.state, none.build), (None, None, true));
        assert_eq!((none.entry, none.bare), (None, false));
        let hidden = options("--entry /a/b.mjs --bare").unwrap();
        assert_eq!((hidden.entry, hidden.bare), (Some(PathBuf::from("/a/b.mjs")), true));
    }

    #[test]
    fn an_invalid_option_is_named_in_the_error() {
        for (line, message) in [
            ("--port", "--port needs a value"),
            ("--port x", "`x` is not a port; expected a number from 0 to 65535"),
            ("--port 70000", "`70000` is not a port; expected a number from 0 to 65535"),
            ("--prot 1", "`dev` does not accept `--prot`; see `cargo xtask help`"),
            ("--no-build=1", "`dev` does not accept `--no-build=1`; see `cargo xtask help`"),
        ] {
            assert_eq!(options(line).err().map(|error| error.to_string()).as_deref(), Some(message), "{line}");
        }
    }
}
