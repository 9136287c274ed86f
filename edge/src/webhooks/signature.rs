//! Signatures by Standard Webhooks 1.0.0: HMAC-SHA256 over id, timestamp and body.

use crate::http::error::Error;
use data_encoding::BASE64;
use hmac::{Hmac, Mac};
use sha2::Sha256;

const PREFIX: &str = "whsec_";
/// The specification allows 24 to 64 bytes.
const SECRET_BYTES: usize = 32;

/// A new secret of an endpoint.
pub(crate) fn new_secret() -> Result<String, Error> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(format!("no random bytes: {error}")))?;
    Ok(format!("{PREFIX}{}", BASE64.encode(&bytes)))
}

/// The headers of a signed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    /// The id of the message, the same in every attempt.
    pub(crate) id: String,
    /// The time of the attempt, in seconds since 1970.
    pub(crate) timestamp: i64,
    /// One signature per secret, separated by spaces.
    pub(crate) signature: String,
}

impl Signed {
    /// Signs a body with all secrets. `now` in milliseconds since 1970. `None` if one of them is not a valid secret.
    pub(crate) fn new<'a>(id: &str, now: i64, body: &str, secrets: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let timestamp = now / 1_000;
        let signatures: Option<Vec<String>> =
            secrets.into_iter().map(|secret| sign(secret, id, timestamp, body)).collect();
        Some(Self { id: id.to_owned(), timestamp, signature: signatures?.join(" ") })
    }
}

fn sign(secret: &str, id: &str, timestamp: i64, body: &str) -> Option<String> {
    let key = BASE64.decode(secret.strip_prefix(PREFIX)?.as_bytes()).ok()?;
    let mut mac: Hmac<Sha256> = Mac::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body.as_bytes());
    Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn signatures_match_the_reference() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signed =
            Signed::new("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_999, r#"{"test": 2432232314}"#, [secret])
                .unwrap();
        assert_eq!(signed.timestamp, 1_614_265_330);
        assert_eq!(signed.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn every_secret_adds_a_signature() {
        let secrets = [new_secret().unwrap(), new_secret().unwrap()];
        assert_ne!(secrets[0], secrets[1]);
        assert_eq!(BASE64.decode(&secrets[0].as_bytes()[PREFIX.len()..]).unwrap().len(), SECRET_BYTES);
        let both = Signed::new("evt_1", 5_000, "{}", secrets.iter().map(String::as_str)).unwrap();
        let each: Vec<String> = secrets
            .iter()
            .map(|secret| Signed::new("evt_1", 5_000, "{}", [secret.as_str()]).unwrap().signature)
            .collect();
        assert_eq!(both.signature, each.join(" "));
        assert_eq!(Signed::new("evt_1", 5_000, "{}", ["a-secret"]), None);
        assert_eq!(Signed::new("evt_1", 5_000, "{}", ["whsec_*"]), None);
    }
}
