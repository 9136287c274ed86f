//! Which port.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::process;

use anyhow::{Context, Result, bail};

/// wrangler's own default, known from its documentation.
const DEFAULT: u16 = 8787;
/// How many ports after the default one are tried.
const TRIED: u16 = 20;
/// Ports for runs that take any: below those that systems give out by themselves (from 32768 on Linux, 49152 elsewhere).
const LOWEST: u16 = 20_000;
/// How many they are.
const SPAN: u16 = 12_000;

/// A port nobody listens on: the wished one or an error, any for 0, and without a wish the first free one from 8787.
pub fn choose(wish: Option<u16>) -> Result<u16> {
    match wish {
        Some(0) => any(),
        Some(port) if is_free(port) => Ok(port),
        Some(port) => {
            bail!("port {port} is in use: stop what uses it, or name another with --port N (0 takes any free one)")
        }
        None => first_free(DEFAULT),
    }
}

fn first_free(from: u16) -> Result<u16> {
    let Some(port) = (from..=from.saturating_add(TRIED)).find(|port| is_free(*port)) else {
        bail!(
            "the ports {from} to {} are all in use; name another with --port N (0 takes any free one)",
            from.saturating_add(TRIED)
        );
    };
    if port != from {
        println!("        port {from} is in use; this run takes {port}");
    }
    Ok(port)
}

/// One that nobody else is about to take: seconds pass until wrangler listens. So it is none that the system gives out by
/// itself, and while this process runs its lock keeps other runs away.
fn any() -> Result<u16> {
    let folder = std::env::temp_dir().join("glas-ports");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // Runs that start at the same time begin at different places.
    let begin = u16::try_from(process::id() * 97 % u32::from(SPAN)).unwrap_or_default();
    for n in 0..SPAN {
        let port = LOWEST + (begin + n) % SPAN;
        let path = folder.join(port.to_string());
        let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        if lock.try_lock().is_ok() && is_free(port) {
            // Held to the end of the process.
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
    fn a_busy_port_is_refused_when_it_was_asked_for_and_passed_over_when_not() {
        let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = busy.local_addr().unwrap().port();
        let refusal = choose(Some(port)).unwrap_err().to_string();
        assert!(refusal.contains(&format!("port {port} is in use")), "{refusal}");
        assert_ne!(first_free(port).unwrap(), port);
    }

    #[test]
    fn zero_is_any_and_twice_it_is_another() {
        let (one, other) = (choose(Some(0)).unwrap(), choose(Some(0)).unwrap());
        assert_ne!(one, other);
        assert!((LOWEST..LOWEST + SPAN).contains(&one));
    }
}
