//! Which port.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result, bail};

/// wrangler's own default, known from its documentation.
const DEFAULT: u16 = 8787;
/// How many ports after the default one are tried.
const TRIED: u16 = 20;

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

fn any() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
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
    fn zero_is_any() {
        assert_ne!(choose(Some(0)).unwrap(), 0);
    }
}
