//! What holds for every text.

use insight::redact;
use proptest::prelude::*;

/// Pieces of which the tables are made, put together at random: what fits and what nearly fits, side by side.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "jan",
        "@",
        "wp.pl",
        ".",
        " at ",
        "(at)",
        " małpa ",
        " kropka ",
        "%40",
        "+48",
        "0048",
        "601",
        "123",
        "456",
        "0721",
        "22",
        "4111",
        "1111",
        "44051401359",
        "1960312401238",
        "5261040828",
        "14399840",
        "NIP ",
        "CUI ",
        "tel. ",
        "order ",
        "PL61",
        "1090",
        "1014",
        "0000",
        "0712",
        "1981",
        "2874",
        " ",
        "-",
        "/",
        "(",
        ")",
        ",",
        "+",
        "#",
        "zł",
        "[phone]",
        "[email]",
        "ż",
        "\u{a0}",
        "\n",
        "😀",
        "4111111111111111",
        "601123456",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..24).prop_map(|pieces| pieces.concat())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![pieces(), "\\PC{0,200}", "[0-9 .,+()@a-zżółć-]{0,120}"]
}

/// What is left when the placeholders are taken out, piece by piece in order, stood in the text.
fn comes_from(masked: &str, text: &str) -> bool {
    let mut rest = text;
    masked.split(['[', ']']).filter(|piece| !piece.is_empty()).all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => ["email", "phone", "iban", "card", "pesel", "cnp", "nip", "cui"].contains(&piece),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_second_time_changes_nothing(text in texts()) {
        let once = redact::text(&text);
        let twice = redact::text(&once.text);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert_eq!(twice.counts.total(), 0);
    }

    #[test]
    fn what_is_not_masked_stays_as_it_was(text in texts()) {
        let found = redact::text(&text);
        prop_assert_eq!(found.counts.total() == 0, found.text == text);
        if !text.contains("email") && !text.contains("phone") {
            prop_assert!(comes_from(&found.text, &text), "{} from {}", found.text, text);
        }
    }

    /// Without digits, and without a sign or the first letter of a word for "@", there is nothing to find.
    #[test]
    fn words_stay(text in "[^0-9@＠%(\\[{aAmM]{0,200}") {
        prop_assert_eq!(redact::text(&text).text, text);
    }

    #[test]
    fn a_number_is_found_in_every_sentence(before in "[a-zżółć ]{0,20}", after in "[a-zżółć ]{0,20}") {
        let text = format!("{before}: +48 601 123 456, {after}");
        prop_assert_eq!(redact::text(&text).counts.phone, 1);
    }
}

/// The longest texts that are taken, made of what is looked at longest.
#[test]
fn long_texts_are_read_to_the_end() {
    for piece in
        ["601123456, ", "jan@wp.pl ", "4111 ", "1 ", "@", "a@", "(at)", " at a", "%40", "PL61 ", "6", "+4", "[", "-1"]
    {
        let text = piece.repeat(16_384 / piece.len());
        let found = redact::text(&text);
        assert_eq!(redact::text(&found.text).text, found.text, "{piece}");
    }
}
