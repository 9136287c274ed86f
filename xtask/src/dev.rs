//! `cargo xtask dev`: runs the Worker, the site and a demo shop on one local origin.

mod databases;
mod demo;
mod migrate;
mod port;
mod server;
mod state;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::process::{already, step};
use crate::toolchain::{Runtime, Toolchain};
use crate::{build, paths};
use demo::Shop;
use server::Server;
use state::State;

/// The command-line options.
pub struct Options {
    /// `None`: 8787, or the next free port.
    pub port: Option<u16>,
    /// `None`: `target/dev`.
    pub state: Option<PathBuf>,
    /// Build before running.
    pub build: bool,
    /// Stop when standard input closes, which happens when the parent process exits.
    pub until_stdin_closes: bool,
    /// A module to run instead of the Worker, with the Worker's bindings.
    pub entry: Option<PathBuf>,
    /// No demo shop: the database stays empty, and the entry module needs no route but `/healthz`.
    pub bare: bool,
    /// `None`: the number in the configuration.
    pub databases: Option<usize>,
}

/// Runs until Ctrl-C or SIGTERM.
pub fn run(options: &Options) -> Result<()> {
    // Check what can fail at once before the build.
    let state = State::open(options.state.as_deref())?;
    if options.port.is_some() {
        port::choose(options.port)?;
    }
    let runtime = if options.build {
        let toolchain = Toolchain::ensure()?;
        build::all(&toolchain)?;
        toolchain.runtime
    } else {
        build::require()?;
        Runtime::ensure()?
    };
    let port = port::choose(options.port)?;
    let origin = format!("http://127.0.0.1:{port}");
    let admin_token = state.admin_token()?;
    let config = databases::config(&state, options.databases)?;
    migrate::apply(&runtime, &state, &config)?;

    let known = state.shop().filter(|shop| shop.origin == origin && !options.bare);
    state.fill_site(known.as_ref().map(|shop| shop.public_key.as_str()))?;

    let stop = stop_flag()?;
    if options.until_stdin_closes {
        stop_when_input_ends(&stop);
    }
    let mut server = Server::start(&runtime, &state, port, &config, options.entry.as_deref())?;
    step("wrangler dev", || server.wait_until(&stop, "/healthz", |body| body.contains("ok")))?;

    let dev_json = state.dev_json();
    if options.bare {
        write_atomically(&dev_json, &description(&Shop::none(origin), &admin_token))?;
    } else {
        let shop = demo_shop(&mut server, &state, &stop, &admin_token, &origin, known.as_ref())?;
        write_atomically(&dev_json, &description(&shop, &admin_token))?;
        print_summary(&shop, &state, &dev_json);
    }
    let end = wait(&stop, &mut server);
    // It describes a run that has ended.
    let _ = fs::remove_file(&dev_json);
    server.stop();
    end
}

/// The demo shop, and pages that contain its key.
fn demo_shop(
    server: &mut Server,
    state: &State,
    stop: &AtomicBool,
    admin_token: &str,
    origin: &str,
    known: Option<&Shop>,
) -> Result<Shop> {
    let shop = seed(server, state, admin_token, origin, known)?;
    if known.map(|shop| &shop.public_key) != Some(&shop.public_key) {
        let reloads = server.reloads();
        state.fill_site(Some(&shop.public_key))?;
        server.wait_for_reload(stop, reloads)?;
    }
    step("the demo shop's pages", || {
        server.wait_until(stop, "/demo/", |page| page.contains(&shop.public_key))?;
        server.wait_until(stop, &format!("/w/{}.js", shop.public_key), |script| script.contains(&shop.public_key))
    })?;
    Ok(shop)
}

/// The demo shop of the last run if it is still valid, otherwise a new one.
fn seed(server: &Server, state: &State, admin_token: &str, origin: &str, known: Option<&Shop>) -> Result<Shop> {
    let surveys = demo::surveys()?;
    if let Some(shop) = known
        && shop.seed == surveys.hash
        && server.call("GET", "/v1/surveys", &shop.api_key, None)?.status == 200
    {
        already(&format!("demo shop of the last run, {}", shop.public_key));
        return Ok(shop.clone());
    }
    if let Some(last) = state.shop() {
        let why = if last.origin == origin {
            "its surveys have changed, or it is no longer in the database"
        } else {
            "it belongs to another origin"
        };
        println!("        the demo shop of the last run ({}) is not reused: {why}", last.origin);
    }
    let shop = step("a demo shop with its surveys", || demo::create(server, admin_token, origin, &surveys))?;
    state.remember(&shop)?;
    Ok(shop)
}

/// `dev.json`, through which other programs find this run.
fn description(shop: &Shop, admin_token: &str) -> Value {
    let surveys: Vec<Value> = shop.surveys.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
    json!({
        "origin": shop.origin,
        "public_key": shop.public_key,
        "api_key": shop.api_key,
        "admin_token": admin_token,
        "surveys": surveys,
    })
}

fn print_summary(shop: &Shop, state: &State, dev_json: &Path) {
    let Shop { origin, api_key, .. } = shop;
    println!(
        "
Glas is running.

  demo shop     {origin}/demo/
  NPS question  {origin}/demo/thank-you
  API key       {api_key}
  results       curl -H 'Authorization: Bearer {api_key}' '{origin}/v1/metrics?metric=nps'
                curl -H 'Authorization: Bearer {api_key}' '{origin}/v1/responses?limit=10'
  for programs  {}
  log           {}
  state         {} (delete it to start over)

Press Ctrl-C to stop.",
        dev_json.display(),
        state.log().display(),
        state.folder().display(),
    );
}

/// Waits for the stop signal. It is an error if the Worker's process exits first.
fn wait(stop: &AtomicBool, server: &mut Server) -> Result<()> {
    while !stop.load(Ordering::Relaxed) {
        if let Some(end) = server.ended()? {
            bail!("{end}");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    println!("\nstopping");
    Ok(())
}

/// Set to true by Ctrl-C, SIGTERM or SIGHUP.
fn stop_flag() -> Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    ctrlc::set_handler(move || set.store(true, Ordering::Relaxed)).context("cannot listen for Ctrl-C")?;
    Ok(flag)
}

/// A pipe closes when the process that holds its other end exits, for whatever reason.
fn stop_when_input_ends(stop: &Arc<AtomicBool>) {
    let stop = Arc::clone(stop);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        stop.store(true, Ordering::Relaxed);
    });
}

/// Readers see the old file or the new one, never a partial one.
fn write_atomically(path: &Path, value: &Value) -> Result<()> {
    let partial = path.with_extension("json.partial");
    fs::write(&partial, format!("{value:#}\n"))
        .and_then(|()| fs::rename(&partial, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// `dev.json` lies next to the default state folder, and inside any other.
fn default_state() -> PathBuf {
    paths::root().join("target/dev")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dev_json_has_the_documented_members() {
        let shop = Shop {
            origin: "http://127.0.0.1:1".to_owned(),
            public_key: "pk_a".to_owned(),
            api_key: "sk_b".to_owned(),
            surveys: vec![("srv_c".to_owned(), "After purchase".to_owned())],
            seed: String::new(),
        };
        assert_eq!(
            description(&shop, "t"),
            json!({
                "origin": "http://127.0.0.1:1", "public_key": "pk_a", "api_key": "sk_b", "admin_token": "t",
                "surveys": [{ "id": "srv_c", "name": "After purchase" }],
            })
        );
    }
}
