//! View tokens in stock, fetched before a load, so that the load consists of submissions only.

use crate::{
    load::{self, Call, Figures, Target},
    shopper::{ADDRESS_HEADER, address},
};
use bytes::Bytes;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

/// Responses that one token vouches for.
const RESPONSES_EACH: usize = 3;
/// Connections that fetch tokens.
const LINES: usize = 16;

/// The tokens of a survey.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Each token as often as it may be used.
    stock: Vec<String>,
    /// The token of each response, which all its revisions and retries have.
    given: HashMap<String, Option<String>>,
    /// Tokens fetched so far.
    fetched: usize,
}

impl Tokens {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("no panic while the tokens were locked")
    }

    /// The token of a response: a new one, unless the stock is used up.
    pub(super) fn of(&self, id: &str) -> Option<String> {
        let mut inner = self.inner();
        if let Some(given) = inner.given.get(id) {
            return given.clone();
        }
        let token = inner.stock.pop();
        inner.given.insert(id.to_owned(), token.clone());
        token
    }

    /// Fetches tokens until the stock is enough for this many responses. Each request comes from a visitor of its own.
    pub(super) fn fill(&self, target: &Target, path: &str, responses: usize) {
        let (missing, fetched) = {
            let inner = self.inner();
            (responses.saturating_sub(inner.stock.len()).div_ceil(RESPONSES_EACH), inner.fetched)
        };
        let found = load::run(load::on_lines(target, LINES.min(missing), |number, mut line| {
            let mine = missing / LINES + usize::from(number < missing % LINES);
            let path = path.to_owned();
            async move {
                let (mut tokens, mut figures) = (Vec::with_capacity(mine), Figures::default());
                for at in 0..mine {
                    let visitor = address(&format!("{path} {fetched} {number} {at}"));
                    let headers = vec![(ADDRESS_HEADER, visitor)];
                    let call = Call { method: "GET", path: path.clone(), headers, body: Bytes::new() };
                    let begin = std::time::Instant::now();
                    let answer = line.send(&call).await.expect("a reply");
                    figures.replied(answer.status, begin.elapsed());
                    tokens.extend(answer.json()["t"].as_str().map(str::to_owned));
                }
                assert_eq!(tokens.len(), mine, "a token in every reply: {}", figures.by_status());
                tokens
            }
        }));
        let mut inner = self.inner();
        inner.fetched += missing;
        for token in found.into_iter().flatten() {
            inner.stock.extend(std::iter::repeat_n(token, RESPONSES_EACH));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_keeps_its_token_and_the_stock_ends() {
        let tokens = Tokens::default();
        tokens.inner().stock = vec!["t".to_owned(); RESPONSES_EACH];
        let given: Vec<_> = ["a", "b", "a", "c", "d", "d"].iter().map(|id| tokens.of(id)).collect();
        let some = Some("t".to_owned());
        assert_eq!(given, [some.clone(), some.clone(), some.clone(), some, None, None]);
    }
}
