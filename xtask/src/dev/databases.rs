//! Which databases a run has: those of `edge/wrangler.toml`, or more, to try out what several are like.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::state::State;
use crate::paths;

/// As many as the Worker knows names for.
const MOST: usize = 256;

/// The configuration of a run: the repository's own, or one made from it with more databases.
pub fn config(state: &State, databases: Option<usize>) -> Result<PathBuf> {
    let own = paths::root().join("edge/wrangler.toml");
    let Some(count) = databases else {
        return Ok(own);
    };
    if !(1..=MOST).contains(&count) {
        bail!("--databases must be 1 to {MOST}");
    }
    let text = fs::read_to_string(&own).with_context(|| format!("cannot read {}", own.display()))?;
    let made = state.folder().join("wrangler.toml");
    fs::write(&made, with(&text, count, &paths::root().join("edge")))
        .with_context(|| format!("cannot write {}", made.display()))?;
    Ok(made)
}

/// The bindings of the databases in a configuration.
pub fn bindings(config: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(config).with_context(|| format!("cannot read {}", config.display()))?;
    let found = named(&text);
    if found.is_empty() {
        bail!("{} has no database", config.display());
    }
    Ok(found)
}

fn named(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("binding = \"DB_")?.strip_suffix('"'));
    names.map(|number| format!("DB_{number}")).collect()
}

/// The configuration with so many databases; what it names in the folder it was made for is named in full.
fn with(text: &str, count: usize, folder: &Path) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let file = ["main = \"", "directory = \"", "migrations_dir = \""]
            .iter()
            .find_map(|name| Some((name, line.strip_prefix(name)?.strip_suffix('"')?)));
        match file {
            Some((name, path)) => out.push_str(&format!("{name}{}\"", folder.join(path).display())),
            None if line.starts_with("SHARDS = ") => out.push_str(&format!("SHARDS = \"{count}\"")),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    for number in named(text).len()..count {
        out.push_str(&format!(
            "\n[[d1_databases]]\nbinding = \"DB_{number}\"\ndatabase_name = \"glas-{number}\"\n\
             database_id = \"00000000-0000-0000-0000-{number:012}\"\nmigrations_dir = \"{}\"\n",
            folder.join("migrations").display()
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_databases_are_further_entries() {
        let text = fs::read_to_string(paths::root().join("edge/wrangler.toml")).unwrap();
        let own = named(&text).len();
        assert!(own >= 1);
        assert!(text.contains(&format!("SHARDS = \"{own}\"")), "as many as there are entries");
        let made = with(&text, own + 2, Path::new("/e"));
        let names: Vec<String> = (0..own + 2).map(|number| format!("DB_{number}")).collect();
        assert_eq!(named(&made), names);
        assert!(made.contains(&format!("SHARDS = \"{}\"", own + 2)));
        assert!(made.contains("main = \"/e/build/index.js\"\n"), "{made}");
        assert!(made.contains("directory = \"/e/../target/glas/site\"\n"), "{made}");
        assert_eq!(made.matches("migrations_dir = \"/e/migrations\"").count(), own + 2);
        // Nothing else changes.
        assert!(text.lines().all(|line| made.contains(line.split(" = ").next().unwrap())));
    }
}
