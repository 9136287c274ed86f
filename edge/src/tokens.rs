//! What the service hands out and takes back: it knows its own seal and nobody else can make it.
//!
//! HMAC-SHA256 (RFC 2104), cut to 50 bits for tokens and 40 for receipts: guessing goes over the network, one try a
//! request, and a token opens nothing but an honest flag.

use crate::key;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use survey::plausibility::Token;

/// Letters of a seal on a token.
const TOKEN_SEAL: usize = 10;
/// Letters of a shop's own part, of a response's id and of the seal in a receipt.
const RECEIPT: [usize; 3] = [16, 26, 8];

/// Makes and knows seals.
pub(crate) struct TokenSigner(Hmac<Sha256>);

impl TokenSigner {
    /// A seal of this key.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(key).ok().map(Self)
    }

    /// The seal on what `parts` say for a purpose. No part holds a line break.
    fn on(&self, purpose: &str, parts: &[&str], letters: usize) -> String {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(b"\n");
            mac.update(part.as_bytes());
        }
        let mut text = key::base32_encode(&mac.finalize().into_bytes());
        text.truncate(letters);
        text
    }

    fn is_on(&self, given: &str, purpose: &str, parts: &[&str]) -> bool {
        let right = self.on(purpose, parts, given.len());
        right.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// Proof that a page was given this survey at a moment (milliseconds since 1970).
    pub(crate) fn view_token(&self, shop: &str, survey: &str, now: i64) -> String {
        let time = key::timestamp_prefix(now);
        let seal = self.on("view", &[shop, survey, &time], TOKEN_SEAL);
        time + &seal
    }

    /// What a page's token says.
    pub(crate) fn open_view_token(&self, shop: &str, survey: &str, token: Option<&str>) -> Token {
        let Some(token) = token else { return Token::Absent };
        let opened = token.split_at_checked(key::TIME).filter(|(_, seal)| seal.len() == TOKEN_SEAL);
        let Some((time, _)) = opened.filter(|(time, seal)| self.is_on(seal, "view", &[shop, survey, time])) else {
            return Token::Bad;
        };
        i64::from_str_radix(time, 36).map_or(Token::Bad, |ms| Token::Issued { ms })
    }

    /// The code with which a shopper reads or deletes an answer: it names shop and response, and only those who were
    /// given it have it. An owner's export holds the ids, not the codes. `None` for an id that is no UUID.
    pub(crate) fn receipt(&self, shop: &str, id: &str) -> Option<String> {
        let own = shop.strip_prefix("shp_").filter(|own| own.len() == RECEIPT[0])?;
        let id = key::base32_encode(&key::uuid_bytes(id)?);
        let seal = self.on("receipt", &[own, &id], RECEIPT[2]);
        Some(format!("{own}{id}{seal}"))
    }

    /// The shop and the response that a code names.
    pub(crate) fn open_receipt(&self, code: &str) -> Option<(String, String)> {
        let (own, rest) = code.split_at_checked(RECEIPT[0])?;
        let (id, seal) = rest.split_at_checked(RECEIPT[1])?;
        let right = seal.len() == RECEIPT[2] && self.is_on(seal, "receipt", &[own, id]);
        let id = key::uuid_of(&key::base32_decode(id)?)?;
        right.then(|| (format!("shp_{own}"), id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "shp_0123456789abcdef";
    const ID: &str = "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11";

    fn token_signer(key: &str) -> TokenSigner {
        TokenSigner::new(key.as_bytes()).unwrap()
    }

    #[test]
    fn a_token_says_when_it_was_given() {
        let seal = token_signer("k");
        let now = 1_795_305_600_123;
        let token = seal.view_token(SHOP, "srv_1", now);
        assert_eq!(token.len(), key::TIME + TOKEN_SEAL);
        assert_eq!(seal.open_view_token(SHOP, "srv_1", Some(&token)), Token::Issued { ms: now });
        assert_eq!(seal.open_view_token(SHOP, "srv_1", None), Token::Absent);
        let last = if token.ends_with('0') { "1" } else { "0" };
        let forged = format!("{}{last}", &token[..token.len() - 1]);
        let later = format!("z{}", &token[1..]);
        for (shop, survey, token) in [
            (SHOP, "srv_2", token.as_str()),
            ("shp_0123456789abcdeg", "srv_1", &token),
            (SHOP, "srv_1", &forged),
            (SHOP, "srv_1", &later),
            (SHOP, "srv_1", &token[..8]),
            (SHOP, "srv_1", ""),
            (SHOP, "srv_1", "zażółć gęślą jaźń"),
            (SHOP, "srv_1", &format!("{token}0")),
        ] {
            assert_eq!(seal.open_view_token(shop, survey, Some(token)), Token::Bad, "{shop} {survey} {token}");
        }
        assert_eq!(token_signer("l").open_view_token(SHOP, "srv_1", Some(&token)), Token::Bad);
    }

    #[test]
    fn a_receipt_names_one_answer() {
        let seal = token_signer("k");
        let code = seal.receipt(SHOP, ID).unwrap();
        assert_eq!(code.len(), 50);
        assert_eq!(seal.open_receipt(&code), Some((SHOP.to_owned(), ID.to_owned())));
        for at in 0..code.len() {
            let other = if code.as_bytes()[at] == b'0' { '1' } else { '0' };
            let changed: String = code.chars().enumerate().map(|(i, c)| if i == at { other } else { c }).collect();
            assert_eq!(seal.open_receipt(&changed), None, "{changed}");
        }
        for bad in ["", "0", &code[..49], &format!("{code}0"), &code.to_uppercase(), &"ż".repeat(25)] {
            assert_eq!(seal.open_receipt(bad), None, "{bad}");
        }
        assert_eq!(token_signer("l").open_receipt(&code), None);
        assert_eq!(seal.receipt(SHOP, "no uuid"), None);
        assert_eq!(seal.receipt("shop", ID), None);
    }
}
