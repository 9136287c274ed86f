//! Identity signatures: with them a shop proves that a customer's id, an order and traits come from its server. A page alone
//! proves nothing, because anyone can send a submission with a shop's public key.
//!
//! A signature is HMAC-SHA256 in lower-case hex. [`survey::submission::verified`] decides which messages it may cover.

use crate::{http::error::Error, key};
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;
use survey::submission::{Context, RawContext, Verified};

/// 160 bits.
const SECRET_BYTES: usize = 20;

/// A new secret of a shop: `ids_` and 32 characters.
///
/// # Errors
/// If the platform has no random bytes.
pub(crate) fn new_secret() -> Result<String, Error> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(format!("no random bytes: {error}")))?;
    Ok(format!("ids_{}", key::base32_encode(&bytes)))
}

/// A secret of a shop. Its debug form does not contain it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct IdentitySecret {
    secret: String,
    /// Milliseconds since 1970; `None` = until it is rotated.
    valid_until: Option<i64>,
}

impl IdentitySecret {
    /// `valid_until` in milliseconds since 1970; `None` = until it is rotated.
    pub(crate) const fn new(secret: String, valid_until: Option<i64>) -> Self {
        Self { secret, valid_until }
    }

    /// The signature of a message.
    fn sign(&self, message: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).ok()?;
        mac.update(message.as_bytes());
        Some(HEXLOWER.encode(&mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for IdentitySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentitySecret").field("valid_until", &self.valid_until).finish_non_exhaustive()
    }
}

/// The members of a submission that the shop vouches for. `raw` is the context as it arrived, and `context` what is stored of
/// it, before masking. Everything that the shop's server sends is vouched for. `now` in milliseconds since 1970.
pub(crate) fn verified_of(
    raw: &RawContext,
    context: &Context,
    secrets: &[IdentitySecret],
    is_server: bool,
    now: i64,
) -> Verified {
    if is_server {
        return Verified::present(context);
    }
    let valid = |secret: &&IdentitySecret| secret.valid_until.is_none_or(|end| now < end);
    let secrets: Vec<&IdentitySecret> = secrets.iter().filter(valid).collect();
    if raw.signatures.is_empty() || secrets.is_empty() {
        return Verified::NONE;
    }
    survey::submission::verified(raw, context, |message| {
        let expected = secrets.iter().filter_map(|secret| secret.sign(message));
        expected
            .into_iter()
            .any(|expected| raw.signatures.iter().any(|given| expected.as_bytes().ct_eq(given.as_bytes()).into()))
    })
}

#[cfg(test)]
mod tests;
