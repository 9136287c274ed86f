//! `cargo xtask bytes`: the compressed size of what a shopper's browser downloads.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::toolchain::Runtime;

/// Brotli at quality 11, as in the size budgets; prints the sizes before and after compression for each file.
const COMPRESS: &str = "
const { brotliCompressSync, constants } = require('node:zlib');
for (const file of process.argv.slice(1)) {
  const bytes = require('node:fs').readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  console.log(bytes.length, brotliCompressSync(bytes, { params }).length);
}";

/// Prints the table of sizes.
pub fn run() -> Result<()> {
    let assets = paths::site().join("a");
    if !assets.is_dir() {
        bail!("nothing has been built yet; run `cargo xtask build` first");
    }
    let mut files = Vec::new();
    list(&assets, &mut files)?;
    // The loader comes first: every page view downloads it.
    files.sort_by_key(|file| (file.parent() != Some(&assets), file.clone()));

    let runtime = Runtime::ensure()?;
    let output = Command::new(&runtime.node).args(["-e", COMPRESS]).args(&files).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("node could not compress the files: {}", String::from_utf8_lossy(&output.stderr));
    }
    println!("{:>9} {:>9}  file", "bytes", "brotli");
    let mut sums = (0, 0);
    for (file, line) in files.iter().zip(text.lines()) {
        let (raw, packed) = line.split_once(' ').context("node did not print two numbers per line")?;
        let (raw, packed): (u64, u64) = (raw.parse()?, packed.parse()?);
        sums = (sums.0 + raw, sums.1 + packed);
        println!("{raw:>9} {packed:>9}  {}", file.strip_prefix(paths::site()).unwrap_or(file).display());
    }
    println!("{:>9} {:>9}  total for a shopper who sees a survey, plus its texts", sums.0, sums.1);
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
