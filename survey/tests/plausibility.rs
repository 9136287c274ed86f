//! Which signals set which flags, at every boundary.

use proptest::prelude::*;
use survey::plausibility::{
    Flags, MAX_CHARS_PER_SECOND, MAX_CLOCK_SKEW_MS, MAX_ID_AGE_MS, MAX_TOKEN_AGE_MS, MIN_ANSWER_MS, Signals, Token,
    assess,
};

/// An arbitrary time.
const NOW: i64 = 1_795_000_000_000;
const MINUTE: i64 = 60_000;

/// A person who fetched the survey two minutes ago, started a minute later and wrote a sentence.
const PERSON: Signals = Signals {
    arrived_ms: NOW,
    created_ms: NOW - MINUTE,
    token: Token::Issued { ms: NOW - 2 * MINUTE },
    honeypot: false,
    revision: 1,
    typed_chars: 60,
};

const fn issued(ms: i64) -> Token {
    Token::Issued { ms }
}

/// Without typed text.
const WITHOUT_TEXT: Signals = Signals { typed_chars: 0, ..PERSON };

#[test]
fn signals_set_flags() {
    let fetched = |before: i64| Signals { token: issued(NOW - before), created_ms: NOW - before, ..WITHOUT_TEXT };
    let created =
        |after_arrival: i64| Signals { created_ms: NOW + after_arrival, token: Token::Absent, ..WITHOUT_TEXT };
    let opened = |open_ms: i64| Signals { token: issued(PERSON.created_ms - open_ms), ..WITHOUT_TEXT };
    let typed = |chars: u32, before: i64| Signals { typed_chars: chars, ..fetched(before) };
    for (what, signals, flags) in [
        ("a person", PERSON, vec![]),
        ("a later revision", Signals { revision: 7, ..PERSON }, vec![]),
        ("no token", Signals { token: Token::Absent, ..PERSON }, vec!["no_token"]),
        ("a bad token", Signals { token: Token::Bad, ..PERSON }, vec!["bad_token"]),
        ("a filled honeypot", Signals { honeypot: true, ..PERSON }, vec!["honeypot"]),
        ("answered immediately", fetched(0), vec!["too_fast"]),
        ("just too fast", fetched(MIN_ANSWER_MS - 1), vec!["too_fast"]),
        ("just slow enough", fetched(MIN_ANSWER_MS), vec![]),
        ("a fast second revision", Signals { revision: 2, ..fetched(MIN_ANSWER_MS - 1) }, vec![]),
        (
            "a token from a server with a fast clock",
            Signals { token: issued(NOW + 5), ..WITHOUT_TEXT },
            vec!["too_fast"],
        ),
        ("a page clock that is fast", created(MAX_CLOCK_SKEW_MS), vec!["no_token"]),
        ("from the future", created(MAX_CLOCK_SKEW_MS + 1), vec!["impossible_timing", "no_token"]),
        ("sent after a month", created(-MAX_ID_AGE_MS), vec!["no_token"]),
        ("sent after more than a month", created(-MAX_ID_AGE_MS - 1), vec!["impossible_timing", "no_token"]),
        ("answered before the fetch, within the skew", opened(-MAX_CLOCK_SKEW_MS), vec!["too_fast"]),
        ("a page clock that is slow", Signals { arrived_ms: NOW + 10 * MINUTE, ..opened(-MAX_CLOCK_SKEW_MS) }, vec![]),
        (
            "answered before the fetch",
            Signals { arrived_ms: NOW + 20 * MINUTE, ..opened(-MAX_CLOCK_SKEW_MS - 1) },
            vec!["impossible_timing"],
        ),
        ("a tab open since the morning", opened(MAX_TOKEN_AGE_MS), vec![]),
        ("a tab open since yesterday", opened(MAX_TOKEN_AGE_MS + 1), vec!["bad_token"]),
        ("forty characters a second", typed(40, 1_000), vec![]),
        ("forty-one characters a second", typed(41, 1_000), vec!["impossible_timing"]),
        ("forty-one in slightly more than a second", typed(41, 1_025), vec![]),
        ("typed immediately", typed(1, 0), vec!["too_fast", "impossible_timing"]),
        ("typed too fast in a later revision", Signals { revision: 3, ..typed(500, 2_000) }, vec!["impossible_timing"]),
        ("typing speed is unknown without a token", Signals { typed_chars: u32::MAX, ..created(0) }, vec!["no_token"]),
        (
            "several flags",
            Signals { honeypot: true, created_ms: NOW + 13 * 60 * MINUTE, token: issued(NOW), ..PERSON },
            vec!["too_fast", "impossible_timing", "honeypot", "bad_token"],
        ),
    ] {
        assert_eq!(assess(&signals).names().collect::<Vec<_>>(), flags, "{what}: {signals:?}");
    }
}

#[test]
fn flags_keep_their_bits_and_names() {
    let mut all = Flags::NONE;
    for (flag, name) in Flags::ALL {
        assert_eq!(flag.bits().count_ones(), 1, "{name}");
        assert!(!all.contains(flag), "{name} has a bit of its own");
        all = all.union(flag);
        assert_eq!(Flags::parse(name), Some(flag));
        assert_eq!(flag.names().collect::<Vec<_>>(), [name]);
        assert_eq!(Flags::from_bits(flag.bits()), flag);
    }
    // Stored bits must never change their meaning.
    let bits = Flags::ALL.map(|(flag, name)| (flag.bits(), name));
    let expected = [(1, "too_fast"), (2, "impossible_timing"), (4, "honeypot"), (8, "no_token"), (16, "bad_token")];
    assert_eq!(bits, expected);
    assert_eq!(Flags::from_bits(u8::MAX), all);
    assert!(Flags::NONE.is_empty() && !all.is_empty());
    for unknown in ["", "none", "any", "TOO_FAST", "too_fast "] {
        assert_eq!(Flags::parse(unknown), None, "{unknown}");
    }
}

fn token() -> impl Strategy<Value = Token> {
    prop_oneof![
        Just(Token::Absent),
        Just(Token::Bad),
        any::<i64>().prop_map(issued),
        (-MAX_ID_AGE_MS..MAX_ID_AGE_MS).prop_map(|ago| issued(NOW - ago)),
    ]
}

fn signals() -> impl Strategy<Value = Signals> {
    let time = || prop_oneof![any::<i64>(), (-MAX_ID_AGE_MS..MAX_ID_AGE_MS).prop_map(|ago| NOW - ago)];
    (time(), time(), token(), any::<bool>(), 0..4_u32, prop_oneof![0..5_000_u32, any::<u32>()]).prop_map(
        |(arrived_ms, created_ms, token, honeypot, revision, typed_chars)| Signals {
            arrived_ms,
            created_ms,
            token,
            honeypot,
            revision,
            typed_chars,
        },
    )
}

proptest! {
    #[test]
    fn flags_match_their_signals(signals in signals()) {
        let flags = assess(&signals);
        prop_assert_eq!(Flags::from_bits(flags.bits()), flags);
        prop_assert_eq!(flags.contains(Flags::HONEYPOT), signals.honeypot);
        prop_assert_eq!(flags.contains(Flags::NO_TOKEN), signals.token == Token::Absent);
        let parts = flags.names().filter_map(Flags::parse).fold(Flags::NONE, Flags::union);
        prop_assert_eq!(parts, flags);
    }

    /// Taking longer and typing less never adds a flag.
    #[test]
    fn slower_answers_are_never_more_suspicious(signals in signals(), longer in 0..MAX_ID_AGE_MS, less in any::<u32>()) {
        let timing = |signals: &Signals| {
            let fast = assess(&Signals { created_ms: signals.arrived_ms, ..*signals });
            (fast.contains(Flags::TOO_FAST), fast.contains(Flags::IMPOSSIBLE_TIMING))
        };
        if let Token::Issued { ms } = signals.token {
            let slower = Signals {
                token: issued(ms.saturating_sub(longer)),
                typed_chars: signals.typed_chars.min(less),
                ..signals
            };
            let (before, after) = (timing(&signals), timing(&slower));
            prop_assert!(before.0 || !after.0);
            prop_assert!(before.1 || !after.1);
        }
    }

    #[test]
    fn typing_speed_is_measured_from_the_token(seconds in 1..3_600_i64, extra in 1..100_u32) {
        let max = u32::try_from(seconds * MAX_CHARS_PER_SECOND).unwrap_or(u32::MAX);
        let at = |typed_chars| {
            let issued_ms = NOW - 1_000 * seconds;
            assess(&Signals { token: issued(issued_ms), created_ms: issued_ms, typed_chars, ..PERSON })
        };
        prop_assert!(at(max).is_empty());
        prop_assert_eq!(at(max + extra), Flags::IMPOSSIBLE_TIMING);
    }
}
