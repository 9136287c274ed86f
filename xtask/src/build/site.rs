//! The static assets: the pages of `www/`, the widget's files under their hash, the loader, and how long each may be kept.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::loader::Loader;
use super::{docs, errors, fingerprint};
use crate::paths;

/// Cloudflare's format. The files below a hash never change; those beside it have the hash of the day in them.
const HEADERS: &str = "\
/*
  X-Content-Type-Options: nosniff

/a/:hash/*
  Cache-Control: public, max-age=31536000, immutable
  Access-Control-Allow-Origin: *

/openapi.json
  Cache-Control: no-cache
  Access-Control-Allow-Origin: *

/a/loader.js
  Cache-Control: no-cache
  Access-Control-Allow-Origin: *

/a/hosted.js
  Cache-Control: no-cache

/a/sri.json
  Cache-Control: no-cache
  Access-Control-Allow-Origin: *
";

/// What the API can do, for programs.
const DOCUMENT: &str = "edge/openapi.json";

/// Puts `target/glas/site` together: beside it first, then in one move.
pub fn assemble(loader: &Loader, common: &fingerprint::Inputs) -> Result<()> {
    let inputs = common.clone().word(&loader.hash).word(&loader.entries_hash);
    let inputs = inputs.tree("www")?.tree(DOCUMENT)?.tree(errors::SOURCE)?;
    let site = paths::site();
    let outputs = [
        site.join("_headers"),
        site.join("openapi.json"),
        site.join("a").join(&loader.hash),
        site.join("a/loader.js"),
        site.join("docs/errors/index.html"),
    ];
    fingerprint::unless_unchanged("site", "site", inputs, &outputs, || {
        let partial = site.with_extension("partial");
        remove(&partial)?;
        copy(&paths::root().join("www"), &partial)?;
        fs::copy(paths::root().join(DOCUMENT), partial.join("openapi.json"))
            .with_context(|| format!("cannot copy {DOCUMENT}: `cargo xtask openapi` writes it"))?;
        let texts = paths::root().join(errors::SOURCE);
        let texts = fs::read_to_string(&texts).with_context(|| format!("cannot read {}", texts.display()))?;
        errors::write(&texts, &partial.join("docs/errors"))?;
        read_by_people(&partial)?;
        fs::write(partial.join("_headers"), HEADERS)?;
        let assets = partial.join("a");
        let hashed = assets.join(&loader.hash);
        fs::create_dir_all(&hashed)?;
        for (folder, files) in [(&hashed, &loader.files[..]), (&assets, &loader.entries)] {
            for file in files {
                fs::copy(file, folder.join(file.file_name().unwrap_or_default()))
                    .with_context(|| format!("cannot copy {}", file.display()))?;
            }
        }
        remove(&site)?;
        fs::rename(&partial, &site).with_context(|| format!("cannot rename {}", partial.display()))
    })
}

/// The same document as a page.
fn read_by_people(site: &Path) -> Result<()> {
    let text = fs::read_to_string(site.join("openapi.json"))?;
    let document = serde_json::from_str(&text).with_context(|| format!("{DOCUMENT} is not JSON"))?;
    let folder = site.join("docs");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), docs::page(&document)).context("cannot write the API's page")
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// A folder with all in it but hidden files.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}
