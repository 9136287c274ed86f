//! Which signals set which flags, at every boundary.

use proptest::prelude::*;
use survey::Trust;
use survey::plausibility::{
    Assessment, Flags, MAX_CHARS_PER_SECOND, MAX_CLOCK_SKEW_MS, MAX_ID_AGE_MS, MAX_TOKEN_AGE_MS, MIN_ANSWER_MS,
    Signals, Token, assess,
};

/// An arbitrary time.
const NOW: i64 = 1_795_000_000_000;
const MINUTE: i64 = 60_000;

/// A person who fetched the survey two minutes ago, started a minute later and wrote a sentence.
const PERSON: Signals = Signals {
    arrived_ms: NOW,
    created_ms: NOW - MINUTE,
    token: Token::Issued { ms: NOW - 2 * MINUTE },
    is_server: false,
    honeypot: false,
    typed_chars: 60,
};

const fn issued(ms: i64) -> Token {
    Token::Issued { ms }
}

/// Without typed text.
const WITHOUT_TEXT: Signals = Signals { typed_chars: 0, ..PERSON };

const HOUR: i64 = 60 * MINUTE;

#[test]
fn signals_decide_the_trust_and_the_flags() {
    use Trust::{Device, None, Server, View};
    let fetched = |before: i64| Signals { token: issued(NOW - before), created_ms: NOW - before, ..WITHOUT_TEXT };
    let created =
        |after_arrival: i64| Signals { created_ms: NOW + after_arrival, token: Token::Absent, ..WITHOUT_TEXT };
    // The id is made `open_ms` after the fetch and arrives `wait_ms` later.
    let waited = |open_ms: i64, wait_ms: i64| Signals {
        token: issued(NOW - wait_ms - open_ms),
        created_ms: NOW - wait_ms,
        ..WITHOUT_TEXT
    };
    let typed = |chars: u32, before: i64| Signals { typed_chars: chars, ..fetched(before) };
    let from_server = Signals { is_server: true, ..created(0) };
    for (what, signals, trust, flags) in [
        ("a person", PERSON, View, vec![]),
        ("no token", Signals { token: Token::Absent, ..PERSON }, None, vec!["no_token"]),
        ("a bad token", Signals { token: Token::Bad, ..PERSON }, None, vec!["bad_token"]),
        ("a filled honeypot", Signals { honeypot: true, ..PERSON }, View, vec!["honeypot"]),
        ("answered immediately", fetched(0), View, vec!["too_fast"]),
        ("just too fast", fetched(MIN_ANSWER_MS - 1), View, vec!["too_fast"]),
        ("just slow enough", fetched(MIN_ANSWER_MS), View, vec![]),
        (
            "a token from a server with a fast clock",
            Signals { token: issued(NOW + 5), ..WITHOUT_TEXT },
            View,
            vec!["too_fast"],
        ),
        ("a page clock that is a day ahead", Signals { created_ms: NOW + 24 * HOUR, ..PERSON }, View, vec![]),
        ("a page clock that is a year behind", Signals { created_ms: NOW - 8_760 * HOUR, ..PERSON }, View, vec![]),
        ("no token, a page clock that is fast", created(MAX_CLOCK_SKEW_MS), None, vec!["no_token"]),
        ("from the future", created(MAX_CLOCK_SKEW_MS + 1), None, vec!["impossible_timing", "no_token"]),
        ("sent after a month", created(-MAX_ID_AGE_MS), None, vec!["no_token"]),
        ("sent after more than a month", created(-MAX_ID_AGE_MS - 1), None, vec!["impossible_timing", "no_token"]),
        ("the token's last moment", fetched(MAX_TOKEN_AGE_MS), View, vec![]),
        ("waited on the device since then", fetched(MAX_TOKEN_AGE_MS + 1), Device, vec![]),
        (
            "answered in a tab open since the morning, sent a week later",
            waited(MAX_TOKEN_AGE_MS, 168 * HOUR),
            Device,
            vec![],
        ),
        ("answered in a tab open since yesterday", waited(MAX_TOKEN_AGE_MS + 1, 0), None, vec!["bad_token"]),
        ("waited for 31 days", waited(MINUTE, MAX_ID_AGE_MS), Device, vec![]),
        ("waited for longer", waited(MINUTE, MAX_ID_AGE_MS + 1), None, vec!["impossible_timing", "bad_token"]),
        ("made before the fetch, within the skew", waited(-MAX_CLOCK_SKEW_MS, 13 * HOUR), Device, vec![]),
        ("made before the fetch", waited(-MAX_CLOCK_SKEW_MS - 1, 13 * HOUR), None, vec!["bad_token"]),
        ("a new id with an old token", waited(24 * HOUR, 0), None, vec!["bad_token"]),
        ("forty characters a second", typed(40, 1_000), View, vec![]),
        ("forty-one characters a second", typed(41, 1_000), View, vec!["impossible_timing"]),
        ("forty-one in slightly more than a second", typed(41, 1_025), View, vec![]),
        ("typed immediately", typed(1, 0), View, vec!["too_fast", "impossible_timing"]),
        (
            "typing speed is unknown without a token",
            Signals { typed_chars: u32::MAX, ..created(0) },
            None,
            vec!["no_token"],
        ),
        ("the shop's server", from_server, Server, vec![]),
        ("the shop's server, a year later", Signals { is_server: true, ..created(-8_760 * HOUR) }, Server, vec![]),
        ("the shop's server with a bad token", Signals { token: Token::Bad, ..from_server }, Server, vec![]),
        ("the shop's server passes a bot on", Signals { honeypot: true, ..from_server }, Server, vec!["honeypot"]),
    ] {
        let found = assess(&signals);
        assert_eq!((found.trust, found.flags.names().collect::<Vec<_>>()), (trust, flags), "{what}: {signals:?}");
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
    let expected = [
        (1, "too_fast"),
        (2, "impossible_timing"),
        (4, "honeypot"),
        (8, "no_token"),
        (16, "bad_token"),
        (64, "token_reused"),
    ];
    assert_eq!(bits, expected);
    assert_eq!(Flags::from_bits(u8::MAX), all);
    assert!(Flags::NONE.is_empty() && !all.is_empty());
    for unknown in ["", "none", "any", "flagged", "TOO_FAST", "too_fast "] {
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
    (time(), time(), token(), any::<bool>(), any::<bool>(), prop_oneof![0..5_000_u32, any::<u32>()]).prop_map(
        |(arrived_ms, created_ms, token, honeypot, is_server, typed_chars)| Signals {
            arrived_ms,
            created_ms,
            token,
            is_server,
            honeypot,
            typed_chars,
        },
    )
}

proptest! {
    #[test]
    fn flags_match_their_signals(signals in signals()) {
        let Assessment { trust, flags } = assess(&signals);
        prop_assert_eq!(Flags::from_bits(flags.bits()), flags);
        prop_assert_eq!(flags.contains(Flags::HONEYPOT), signals.honeypot);
        prop_assert_eq!(trust == Trust::Server, signals.is_server);
        prop_assert_eq!(flags.contains(Flags::NO_TOKEN), signals.token == Token::Absent && !signals.is_server);
        prop_assert!(trust != Trust::None || !flags.is_empty(), "what is not vouched for does not count");
        prop_assert!(!flags.contains(Flags::TOKEN_REUSED));
        let parts = flags.names().filter_map(Flags::parse).fold(Flags::NONE, Flags::union);
        prop_assert_eq!(parts, flags);
    }

    /// Taking longer and typing less never adds a flag.
    #[test]
    fn slower_answers_are_never_more_suspicious(signals in signals(), longer in 0..MAX_ID_AGE_MS, less in any::<u32>()) {
        let timing = |signals: &Signals| {
            let fast = assess(&Signals { created_ms: signals.arrived_ms, ..*signals }).flags;
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
            assess(&Signals { token: issued(issued_ms), created_ms: issued_ms, typed_chars, ..PERSON }).flags
        };
        prop_assert!(at(max).is_empty());
        prop_assert_eq!(at(max + extra), Flags::IMPOSSIBLE_TIMING);
    }
}
