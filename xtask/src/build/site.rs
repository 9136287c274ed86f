//! Assembles the static assets: the pages of `www/`, the hashed files of the widget, the loader, and the cache headers.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::loader::Loader;
use super::{docs, errors, fingerprint};
use crate::paths;

/// Cloudflare's `_headers` format: a file gets the headers of every rule that matches it. Paths with a hash are immutable;
/// the files next to them change with each release. Every file of the widget may be embedded by pages of any origin, also
/// by pages with `Cross-Origin-Embedder-Policy: require-corp`.
const HEADERS: &str = "\
/*
  X-Content-Type-Options: nosniff

/a/*
  Cross-Origin-Resource-Policy: cross-origin

/a/:hash/*
  Cache-Control: public, max-age=31536000, immutable
  Access-Control-Allow-Origin: *

/openapi.json
  Cache-Control: no-cache
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin

/a/loader.js
  Cache-Control: no-cache
  Access-Control-Allow-Origin: *

/a/hosted.js
  Cache-Control: no-cache

/a/sri.json
  Cache-Control: no-cache
  Access-Control-Allow-Origin: *
";

/// The OpenAPI document.
const DOCUMENT: &str = "edge/openapi.json";

/// Assembles `target/glas/site` in a temporary folder and then renames it.
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
            .with_context(|| format!("cannot copy {DOCUMENT}: run `cargo xtask openapi` to generate it"))?;
        let texts = paths::root().join(errors::SOURCE);
        let texts = fs::read_to_string(&texts).with_context(|| format!("cannot read {}", texts.display()))?;
        errors::write(&texts, &partial.join("docs/errors"))?;
        write_api_page(&partial)?;
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

/// Renders the OpenAPI document as a page.
fn write_api_page(site: &Path) -> Result<()> {
    let text = fs::read_to_string(site.join("openapi.json"))?;
    let document = serde_json::from_str(&text).with_context(|| format!("{DOCUMENT} is not JSON"))?;
    let folder = site.join("docs");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), docs::page(&document)).context("cannot write the API page")
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// Copies a folder recursively, without hidden files.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
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

#[cfg(test)]
mod tests {
    use super::HEADERS;

    /// The headers of a path. A `*` ends a rule here, and `:hash` is one segment.
    fn headers(path: &str) -> Vec<&'static str> {
        let mut found = Vec::new();
        let mut applies = false;
        for line in HEADERS.lines() {
            if line.starts_with('/') {
                let (rule, path): (Vec<&str>, Vec<&str>) = (line.split('/').collect(), path.split('/').collect());
                let fits = |(rule, part): (&&str, &&str)| *rule == "*" || rule.starts_with(':') || rule == part;
                let is_long_enough = path.len() == rule.len() || (rule.ends_with(&["*"]) && path.len() > rule.len());
                applies = is_long_enough && rule.iter().zip(&path).all(fits);
            } else if applies && !line.is_empty() {
                found.push(line.trim());
            }
        }
        found
    }

    #[test]
    fn every_file_that_pages_load_may_be_embedded() {
        for path in
            ["/a/0123/run.js", "/a/0123/glas_bg.wasm", "/a/loader.js", "/a/hosted.js", "/a/sri.json", "/openapi.json"]
        {
            let headers = headers(path);
            let policies = headers.iter().filter(|line| line.starts_with("Cross-Origin-Resource-Policy:"));
            // Two matching rules would be sent as one invalid value.
            assert_eq!(policies.collect::<Vec<_>>(), [&"Cross-Origin-Resource-Policy: cross-origin"], "{path}");
            assert!(headers.contains(&"X-Content-Type-Options: nosniff"), "{path}: {headers:?}");
        }
        assert_eq!(headers("/index.html"), ["X-Content-Type-Options: nosniff"]);
    }
}
