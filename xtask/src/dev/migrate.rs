//! Applies the migrations of `edge/migrations` to the local database.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{databases, state::State};
use crate::paths;
use crate::process::{already, run, step};
use crate::toolchain::Runtime;

/// Applies new migrations to every database of a configuration. It is an error if a migration has changed after it was
/// applied.
pub fn apply(runtime: &Runtime, state: &State, config: &Path) -> Result<()> {
    for database in databases::bindings(config)? {
        apply_to(runtime, state, config, &database)?;
    }
    Ok(())
}

fn apply_to(runtime: &Runtime, state: &State, config: &Path, database: &str) -> Result<()> {
    let now = migrations()?;
    let record = state.folder().join(format!("migrations-{database}.json"));
    let applied: Map<String, Value> =
        fs::read(&record).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
    if let Some(changed) = applied.iter().find_map(|(name, hash)| (now.get(name) != Some(hash)).then_some(name)) {
        bail!(
            "edge/migrations/{changed} has changed since it was applied to this database: \
             revert it and add a new migration, or delete {} to start over",
            state.folder().display()
        );
    }
    if applied.len() == now.len() && !now.is_empty() {
        already(&format!("{database} (no new migration)"));
        return Ok(());
    }
    step(&format!("migrations of {database}"), || {
        let mut apply = runtime.wrangler()?;
        apply
            .args(["d1", "migrations", "apply", database, "--local", "--config"])
            .arg(config)
            .arg("--persist-to")
            .arg(state.folder())
            .current_dir(paths::root().join("edge"))
            .env("WRANGLER_LOG_PATH", state.folder().join("wrangler-debug"));
        run(&mut apply, &state.folder().join("migrations.log"))?;
        super::write_atomically(&record, &Value::Object(now))
    })
}

/// File names with the hashes of their contents.
fn migrations() -> Result<Map<String, Value>> {
    let folder = paths::root().join("edge/migrations");
    let mut all = Map::new();
    for file in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let file = file?.path();
        if file.extension().is_some_and(|extension| extension == "sql") {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let hash = Sha256::digest(fs::read(&file)?);
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            all.insert(name.into_owned(), Value::String(hash));
        }
    }
    Ok(all)
}
