//! Which signs give which flags, at every border.

use proptest::prelude::*;
use survey::plausibility::{
    CLOCKS_MS, FASTEST_MS, FASTEST_TYPING, Flags, OLDEST_ID_MS, OLDEST_TOKEN_MS, Signals, Token, assess,
};

/// Some moment.
const NOW: i64 = 1_795_000_000_000;
const MINUTE: i64 = 60_000;

/// A person: fetched the survey two minutes ago, began a minute later, wrote a sentence.
const PERSON: Signals = Signals {
    arrived_ms: NOW,
    made_ms: NOW - MINUTE,
    token: Token::Issued { ms: NOW - 2 * MINUTE },
    honeypot: false,
    revision: 1,
    typed_chars: 60,
};

const fn issued(ms: i64) -> Token {
    Token::Issued { ms }
}

/// What is typed does not matter here.
const SILENT: Signals = Signals { typed_chars: 0, ..PERSON };

#[test]
fn signs_and_their_flags() {
    let fetched = |before: i64| Signals { token: issued(NOW - before), made_ms: NOW - before, ..SILENT };
    let made = |after_arrival: i64| Signals { made_ms: NOW + after_arrival, token: Token::Absent, ..SILENT };
    let opened = |for_so_long: i64| Signals { token: issued(PERSON.made_ms - for_so_long), ..SILENT };
    let typed = |chars: u32, before: i64| Signals { typed_chars: chars, ..fetched(before) };
    for (what, signals, flags) in [
        ("a person", PERSON, vec![]),
        ("a person who comes back", Signals { revision: 7, ..PERSON }, vec![]),
        ("nothing came", Signals { token: Token::Absent, ..PERSON }, vec!["no_token"]),
        ("something else came", Signals { token: Token::Bad, ..PERSON }, vec!["bad_token"]),
        ("a filled-in form", Signals { honeypot: true, ..PERSON }, vec!["honeypot"]),
        ("at once", fetched(0), vec!["too_fast"]),
        ("a moment too fast", fetched(FASTEST_MS - 1), vec!["too_fast"]),
        ("as fast as anybody", fetched(FASTEST_MS), vec![]),
        ("a fast second page", Signals { revision: 2, ..fetched(FASTEST_MS - 1) }, vec![]),
        ("clocks of two machines", Signals { token: issued(NOW + 5), ..SILENT }, vec!["too_fast"]),
        ("a page's clock is ahead", made(CLOCKS_MS), vec!["no_token"]),
        ("from the future", made(CLOCKS_MS + 1), vec!["impossible_timing", "no_token"]),
        ("a month in a pocket", made(-OLDEST_ID_MS), vec!["no_token"]),
        ("more than a month", made(-OLDEST_ID_MS - 1), vec!["impossible_timing", "no_token"]),
        ("answered before it was fetched, nearly", opened(-CLOCKS_MS), vec!["too_fast"]),
        ("a page's clock is behind", Signals { arrived_ms: NOW + 10 * MINUTE, ..opened(-CLOCKS_MS) }, vec![]),
        (
            "answered before it was fetched",
            Signals { arrived_ms: NOW + 20 * MINUTE, ..opened(-CLOCKS_MS - 1) },
            vec!["impossible_timing"],
        ),
        ("a tab of the morning", opened(OLDEST_TOKEN_MS), vec![]),
        ("a tab of yesterday", opened(OLDEST_TOKEN_MS + 1), vec!["bad_token"]),
        ("forty characters a second", typed(40, 1_000), vec![]),
        ("forty-one", typed(41, 1_000), vec!["impossible_timing"]),
        ("forty-one in a little more", typed(41, 1_025), vec![]),
        ("typed at once", typed(1, 0), vec!["too_fast", "impossible_timing"]),
        ("also in a later revision", Signals { revision: 3, ..typed(500, 2_000) }, vec!["impossible_timing"]),
        ("without a token nothing is known of typing", Signals { typed_chars: u32::MAX, ..made(0) }, vec!["no_token"]),
        (
            "everything at once",
            Signals { honeypot: true, made_ms: NOW + 13 * 60 * MINUTE, token: issued(NOW), ..PERSON },
            vec!["too_fast", "impossible_timing", "honeypot", "bad_token"],
        ),
    ] {
        assert_eq!(assess(&signals).names().collect::<Vec<_>>(), flags, "{what}: {signals:?}");
    }
}

#[test]
fn flags_are_stored_and_named() {
    let mut all = Flags::NONE;
    for (flag, name) in Flags::ALL {
        assert_eq!(flag.bits().count_ones(), 1, "{name}");
        assert!(!all.contains(flag), "{name} has a bit of its own");
        all = all.union(flag);
        assert_eq!(Flags::parse(name), Some(flag));
        assert_eq!(flag.names().collect::<Vec<_>>(), [name]);
        assert_eq!(Flags::from_bits(flag.bits()), flag);
    }
    // Stored numbers keep their meaning.
    let bits = Flags::ALL.map(|(flag, name)| (flag.bits(), name));
    let expected = [
        (1, "too_fast"),
        (2, "impossible_timing"),
        (4, "honeypot"),
        (8, "no_token"),
        (16, "bad_token"),
        (32, "no_challenge"),
    ];
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
        (-OLDEST_ID_MS..OLDEST_ID_MS).prop_map(|ago| issued(NOW - ago)),
    ]
}

fn signals() -> impl Strategy<Value = Signals> {
    let time = || prop_oneof![any::<i64>(), (-OLDEST_ID_MS..OLDEST_ID_MS).prop_map(|ago| NOW - ago)];
    (time(), time(), token(), any::<bool>(), 0..4_u32, prop_oneof![0..5_000_u32, any::<u32>()]).prop_map(
        |(arrived_ms, made_ms, token, honeypot, revision, typed_chars)| Signals {
            arrived_ms,
            made_ms,
            token,
            honeypot,
            revision,
            typed_chars,
        },
    )
}

proptest! {
    #[test]
    fn every_sign_is_judged(signals in signals()) {
        let flags = assess(&signals);
        prop_assert_eq!(Flags::from_bits(flags.bits()), flags);
        prop_assert_eq!(flags.contains(Flags::HONEYPOT), signals.honeypot);
        prop_assert_eq!(flags.contains(Flags::NO_TOKEN), signals.token == Token::Absent);
        prop_assert!(!flags.contains(Flags::NO_CHALLENGE));
        let parts = flags.names().filter_map(Flags::parse).fold(Flags::NONE, Flags::union);
        prop_assert_eq!(parts, flags);
    }

    /// Whoever takes longer and types less is never odder.
    #[test]
    fn patience_is_never_odd(signals in signals(), longer in 0..OLDEST_ID_MS, less in any::<u32>()) {
        let timing = |signals: &Signals| {
            let fast = assess(&Signals { made_ms: signals.arrived_ms, ..*signals });
            (fast.contains(Flags::TOO_FAST), fast.contains(Flags::IMPOSSIBLE_TIMING))
        };
        if let Token::Issued { ms } = signals.token {
            let calm = Signals {
                token: issued(ms.saturating_sub(longer)),
                typed_chars: signals.typed_chars.min(less),
                ..signals
            };
            let (before, after) = (timing(&signals), timing(&calm));
            prop_assert!(before.0 || !after.0);
            prop_assert!(before.1 || !after.1);
        }
    }

    #[test]
    fn typing_is_measured_from_the_token(seconds in 1..3_600_i64, extra in 1..100_u32) {
        let most = u32::try_from(seconds * FASTEST_TYPING).unwrap_or(u32::MAX);
        let at = |typed_chars| {
            let begun = NOW - 1_000 * seconds;
            assess(&Signals { token: issued(begun), made_ms: begun, typed_chars, ..PERSON })
        };
        prop_assert!(at(most).is_empty());
        prop_assert_eq!(at(most + extra), Flags::IMPOSSIBLE_TIMING);
    }
}
