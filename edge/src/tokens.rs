//! View tokens and receipt codes: signed by the service, so it can verify them without storing them.
//!
//! HMAC-SHA256 (RFC 2104), truncated to 50 bits for tokens and 40 for receipts. That is enough, because every guess costs a
//! request, and a forged token gains no more than an answer without a flag.

use crate::{http::error::Error, key};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use survey::plausibility::Token;

/// Random characters of a token: 25 bits, so that two views of the same millisecond have different tokens.
const TOKEN_NONCE_LEN: usize = 5;
/// Characters of a token's signature.
const TOKEN_SIGNATURE_LEN: usize = 10;
/// Characters of a visitor's pseudonym.
const VISITOR_LEN: usize = 20;
/// Characters of the shop's id in a receipt, without its prefix.
const RECEIPT_SHOP_LEN: usize = 16;
/// Characters of the response's id in a receipt.
const RECEIPT_ID_LEN: usize = 26;
/// Characters of a receipt's signature.
const RECEIPT_SIGNATURE_LEN: usize = 8;

/// A page's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViewToken {
    /// The part that distinguishes it from other tokens of the shop; `None` unless it is valid. It begins with its time.
    pub(crate) id: Option<String>,
    pub(crate) state: Token,
}

/// Signs and verifies.
pub(crate) struct TokenSigner(Hmac<Sha256>);

impl TokenSigner {
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(key).ok().map(Self)
    }

    /// The signature of `parts` for a purpose. No part may contain a line break, which separates them.
    fn sign(&self, purpose: &str, parts: &[&str], length: usize) -> String {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(b"\n");
            mac.update(part.as_bytes());
        }
        let mut text = key::base32_encode(&mac.finalize().into_bytes());
        text.truncate(length);
        text
    }

    fn verify(&self, signature: &str, purpose: &str, parts: &[&str]) -> bool {
        let expected = self.sign(purpose, parts, signature.len());
        expected.as_bytes().ct_eq(signature.as_bytes()).into()
    }

    /// Proves that a page loaded this survey at a moment (milliseconds since 1970).
    ///
    /// # Errors
    /// If the platform has no random bytes.
    pub(crate) fn view_token(&self, shop: &str, survey: &str, now: i64) -> Result<String, Error> {
        let id = key::timestamp_prefix(now) + &key::random_text(TOKEN_NONCE_LEN)?;
        let signature = self.sign("view", &[shop, survey, &id], TOKEN_SIGNATURE_LEN);
        Ok(id + &signature)
    }

    /// Verifies a page's token.
    pub(crate) fn open_view_token(&self, shop: &str, survey: &str, token: Option<&str>) -> ViewToken {
        let Some(token) = token else { return ViewToken { id: None, state: Token::Absent } };
        // Tokens without random characters were issued by an earlier version.
        let id = token.len().checked_sub(TOKEN_SIGNATURE_LEN).and_then(|at| token.split_at_checked(at));
        let id = id
            .filter(|(id, _)| [key::TIMESTAMP_LEN, key::TIMESTAMP_LEN + TOKEN_NONCE_LEN].contains(&id.len()))
            .filter(|(id, signature)| self.verify(signature, "view", &[shop, survey, id]));
        let ms = id.and_then(|(id, _)| i64::from_str_radix(id.get(..key::TIMESTAMP_LEN)?, 36).ok());
        match id.zip(ms) {
            Some(((id, _), ms)) => ViewToken { id: Some(id.to_owned()), state: Token::Issued { ms } },
            None => ViewToken { id: None, state: Token::Bad },
        }
    }

    /// A pseudonym of a visitor for one day, for rate limiters: without the key, an address cannot be found by trying all.
    pub(crate) fn visitor(&self, day: i64, address: &str) -> String {
        self.sign("visitor", &[&day.to_string(), address], VISITOR_LEN)
    }

    /// The code with which a shopper reads or deletes a response. It names the shop and the response, and only the shopper
    /// receives it: an owner's export contains the ids, not the codes. `None` for an id that is not a UUID.
    pub(crate) fn receipt(&self, shop: &str, id: &str) -> Option<String> {
        let shop = shop.strip_prefix("shp_").filter(|shop| shop.len() == RECEIPT_SHOP_LEN)?;
        let id = key::base32_encode(&key::uuid_bytes(id)?);
        let signature = self.sign("receipt", &[shop, &id], RECEIPT_SIGNATURE_LEN);
        Some(format!("{shop}{id}{signature}"))
    }

    /// The shop and the response that a valid code names.
    pub(crate) fn open_receipt(&self, code: &str) -> Option<(String, String)> {
        let (shop, rest) = code.split_at_checked(RECEIPT_SHOP_LEN)?;
        let (id, signature) = rest.split_at_checked(RECEIPT_ID_LEN)?;
        let valid = signature.len() == RECEIPT_SIGNATURE_LEN && self.verify(signature, "receipt", &[shop, id]);
        let id = key::uuid_of(&key::base32_decode(id)?)?;
        valid.then(|| (format!("shp_{shop}"), id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "shp_0123456789abcdef";
    const ID: &str = "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11";

    fn signer_of(key: &str) -> TokenSigner {
        TokenSigner::new(key.as_bytes()).unwrap()
    }

    #[test]
    fn a_token_proves_when_it_was_issued() {
        let signer = signer_of("k");
        let now = 1_795_305_600_123;
        let token = signer.view_token(SHOP, "srv_1", now).unwrap();
        assert_eq!(token.len(), key::TIMESTAMP_LEN + TOKEN_NONCE_LEN + TOKEN_SIGNATURE_LEN);
        let opened = signer.open_view_token(SHOP, "srv_1", Some(&token));
        assert_eq!(opened.state, Token::Issued { ms: now });
        assert_eq!(opened.id.as_deref(), token.get(..key::TIMESTAMP_LEN + TOKEN_NONCE_LEN));
        assert_ne!(signer.view_token(SHOP, "srv_1", now).unwrap(), token, "two views of a millisecond differ");
        assert_eq!(signer.open_view_token(SHOP, "srv_1", None), ViewToken { id: None, state: Token::Absent });
        // A token of an earlier version.
        let time = key::timestamp_prefix(now);
        let earlier = format!("{time}{}", signer.sign("view", &[SHOP, "srv_1", &time], TOKEN_SIGNATURE_LEN));
        let opened = signer.open_view_token(SHOP, "srv_1", Some(&earlier));
        assert_eq!(opened, ViewToken { id: Some(time), state: Token::Issued { ms: now } });

        let last = if token.ends_with('0') { "1" } else { "0" };
        let forged = format!("{}{last}", &token[..token.len() - 1]);
        let later = format!("z{}", &token[1..]);
        let bad = ViewToken { id: None, state: Token::Bad };
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
            assert_eq!(signer.open_view_token(shop, survey, Some(token)), bad, "{shop} {survey} {token}");
        }
        assert_eq!(signer_of("l").open_view_token(SHOP, "srv_1", Some(&token)), bad);
    }

    #[test]
    fn a_visitor_has_another_pseudonym_every_day() {
        let signer = signer_of("k");
        let pseudonym = signer.visitor(7, "192.0.2.1");
        assert_eq!(pseudonym, signer.visitor(7, "192.0.2.1"));
        assert_eq!(pseudonym.len(), VISITOR_LEN);
        for other in
            [signer.visitor(8, "192.0.2.1"), signer.visitor(7, "192.0.2.2"), signer_of("l").visitor(7, "192.0.2.1")]
        {
            assert_ne!(other, pseudonym);
        }
    }

    #[test]
    fn a_receipt_names_one_response() {
        let signer = signer_of("k");
        let code = signer.receipt(SHOP, ID).unwrap();
        assert_eq!(code.len(), 50);
        assert_eq!(signer.open_receipt(&code), Some((SHOP.to_owned(), ID.to_owned())));
        for at in 0..code.len() {
            let other = if code.as_bytes()[at] == b'0' { '1' } else { '0' };
            let changed: String = code.chars().enumerate().map(|(i, c)| if i == at { other } else { c }).collect();
            assert_eq!(signer.open_receipt(&changed), None, "{changed}");
        }
        for bad in ["", "0", &code[..49], &format!("{code}0"), &code.to_uppercase(), &"ż".repeat(25)] {
            assert_eq!(signer.open_receipt(bad), None, "{bad}");
        }
        assert_eq!(signer_of("l").open_receipt(&code), None);
        assert_eq!(signer.receipt(SHOP, "no uuid"), None);
        assert_eq!(signer.receipt("shop", ID), None);
    }
}
