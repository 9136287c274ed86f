//! Chooses the port of a run.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::process;

use anyhow::{Context, Result, bail};

/// wrangler's documented default.
const DEFAULT: u16 = 8787;
/// Number of ports to try after the default.
const TRIED: u16 = 20;
/// Lowest port for runs that accept any. The range lies below the ephemeral ports, which begin at 32768 on Linux and at
/// 49152 elsewhere.
const LOWEST: u16 = 20_000;
/// Size of that range.
const SPAN: u16 = 12_000;

/// A free port: the requested one or an error; any free one for 0; by default the first free one from 8787.
pub fn choose(requested: Option<u16>) -> Result<u16> {
    match requested {
        Some(0) => any(),
        Some(port) if is_free(port) => Ok(port),
        Some(port) => {
            bail!(
                "port {port} is in use: stop the program that uses it, or choose another with --port N (0 picks any free port)"
            )
        }
        None => first_free(DEFAULT),
    }
}

fn first_free(from: u16) -> Result<u16> {
    let Some(port) = (from..=from.saturating_add(TRIED)).find(|port| is_free(*port)) else {
        bail!(
            "the ports {from} to {} are all in use; choose another with --port N (0 picks any free port)",
            from.saturating_add(TRIED)
        );
    };
    if port != from {
        println!("        port {from} is in use; using {port}");
    }
    Ok(port)
}

/// A free port outside the ephemeral range. Seconds pass until wrangler listens, so a lock file held by this process
/// keeps other runs from choosing the same port.
fn any() -> Result<u16> {
    let folder = std::env::temp_dir().join("glas-ports");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // Runs that start at the same time begin at different ports.
    let begin = u16::try_from(process::id() * 97 % u32::from(SPAN)).unwrap_or_default();
    for n in 0..SPAN {
        let port = LOWEST + (begin + n) % SPAN;
        let path = folder.join(port.to_string());
        let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        if lock.try_lock().is_ok() && is_free(port) {
            // Held until the process exits.
            std::mem::forget(lock);
            return Ok(port);
        }
    }
    bail!("the ports {LOWEST} to {} are all in use", LOWEST + SPAN - 1)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_is_an_error_if_requested_and_skipped_otherwise() {
        let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = busy.local_addr().unwrap().port();
        let refusal = choose(Some(port)).unwrap_err().to_string();
        assert!(refusal.contains(&format!("port {port} is in use")), "{refusal}");
        assert_ne!(first_free(port).unwrap(), port);
    }

    #[test]
    fn zero_picks_a_different_port_each_time() {
        let (one, other) = (choose(Some(0)).unwrap(), choose(Some(0)).unwrap());
        assert_ne!(one, other);
        assert!((LOWEST..LOWEST + SPAN).contains(&one));
    }
}
