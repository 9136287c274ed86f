//! The databases of a run: those of `edge/wrangler.toml`, or more of them to try out sharding.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::state::State;
use crate::paths;

/// The Worker's maximum number of databases.
const MAX_DATABASES: usize = 256;

/// The configuration of a run: the repository's own, or a copy with more databases.
pub fn config(state: &State, databases: Option<usize>) -> Result<PathBuf> {
    let own = paths::root().join("edge/wrangler.toml");
    let Some(count) = databases else {
        return Ok(own);
    };
    if !(1..=MAX_DATABASES).contains(&count) {
        bail!("--databases must be between 1 and {MAX_DATABASES}");
    }
    let text = fs::read_to_string(&own).with_context(|| format!("cannot read {}", own.display()))?;
    let made = state.folder().join("wrangler.toml");
    fs::write(&made, with(&text, count, &paths::root().join("edge")))
        .with_context(|| format!("cannot write {}", made.display()))?;
    Ok(made)
}

/// The database bindings of a configuration.
pub fn bindings(config: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(config).with_context(|| format!("cannot read {}", config.display()))?;
    let found = named(&text);
    if found.is_empty() {
        bail!("{} configures no database", config.display());
    }
    Ok(found)
}

fn named(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("binding = \"DB_")?.strip_suffix('"'));
    names.map(|number| format!("DB_{number}")).collect()
}

/// The configuration with `count` databases. Relative paths are made absolute, since the copy lies elsewhere.
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
    fn each_further_database_is_a_further_entry() {
        let text = fs::read_to_string(paths::root().join("edge/wrangler.toml")).unwrap();
        let own = named(&text).len();
        assert!(own >= 1);
        assert!(text.contains(&format!("SHARDS = \"{own}\"")), "SHARDS equals the number of entries");
        let made = with(&text, own + 2, Path::new("/e"));
        let names: Vec<String> = (0..own + 2).map(|number| format!("DB_{number}")).collect();
        assert_eq!(named(&made), names);
        assert!(made.contains(&format!("SHARDS = \"{}\"", own + 2)));
        assert!(made.contains("main = \"/e/build/index.js\"\n"), "{made}");
        assert!(made.contains("directory = \"/e/../target/glas/site\"\n"), "{made}");
        assert_eq!(made.matches("migrations_dir = \"/e/migrations\"").count(), own + 2);
        // Everything else is unchanged.
        assert!(text.lines().all(|line| made.contains(line.split(" = ").next().unwrap())));
    }
}
