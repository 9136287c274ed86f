//! Properties of redaction on any text.

use insight::redact;
use proptest::prelude::*;

/// Random combinations of the pieces of the test tables: matches and near matches side by side.
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

/// Whether the pieces between the placeholders occur in the text, in order.
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
    fn redaction_is_idempotent(text in texts()) {
        let once = redact::text(&text);
        let twice = redact::text(&once.text);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert_eq!(twice.counts.total(), 0);
    }

    #[test]
    fn text_outside_masks_is_unchanged(text in texts()) {
        let found = redact::text(&text);
        prop_assert_eq!(found.counts.total() == 0, found.text == text);
        if !text.contains("email") && !text.contains("phone") {
            prop_assert!(comes_from(&found.text, &text), "{} from {}", found.text, text);
        }
    }

    /// Without digits, without an "@" sign and without the first letter of a word for it, nothing can match.
    #[test]
    fn words_are_kept(text in "[^0-9@＠%(\\[{aAmM]{0,200}") {
        prop_assert_eq!(redact::text(&text).text, text);
    }

    #[test]
    fn a_number_is_found_in_every_sentence(before in "[a-zżółć ]{0,20}", after in "[a-zżółć ]{0,20}") {
        let text = format!("{before}: +48 601 123 456, {after}");
        prop_assert_eq!(redact::text(&text).counts.phone, 1);
    }
}

/// Texts of maximum length, made of the pieces that are most expensive to scan.
#[test]
fn long_texts_are_redacted_completely() {
    for piece in
        ["601123456, ", "jan@wp.pl ", "4111 ", "1 ", "@", "a@", "(at)", " at a", "%40", "PL61 ", "6", "+4", "[", "-1"]
    {
        let text = piece.repeat(16_384 / piece.len());
        let found = redact::text(&text);
        assert_eq!(redact::text(&found.text).text, found.text, "{piece}");
    }
}
