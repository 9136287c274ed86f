//! `cargo xtask scale`: prints the tables of docs/scale.md; `--write` updates the file.

#![allow(clippy::print_stdout, reason = "a command-line program prints")]

use anyhow::{Context, Result, bail};
use std::{env, fs, path::Path};
use tests::scale;

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let tables = scale::report();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => print!("{tables}"),
        ["--write"] => {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scale.md");
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let text = scale::with(&text, &tables).context("docs/scale.md has no markers for the tables")?;
            fs::write(&path, text)?;
            println!("docs/scale.md is up to date");
        }
        _ => bail!("`scale` accepts --write only"),
    }
    Ok(())
}
