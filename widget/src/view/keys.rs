//! Where keys lead in a row of buttons. Pure.

/// The position after an arrow, Home or End; `None` for other keys. It stops at both ends: on a scale, stepping from
/// the best score to the worst would be an accident. `rtl`: the row starts at the right.
pub(super) fn step(key: &str, at: usize, count: usize, rtl: bool) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let forwards = match key {
        "ArrowDown" => true,
        "ArrowUp" => false,
        "ArrowRight" => !rtl,
        "ArrowLeft" => rtl,
        "Home" => return Some(0),
        "End" => return Some(last),
        _ => return None,
    };
    Some(if forwards { (at + 1).min(last) } else { at.saturating_sub(1) })
}

/// The score that a digit names, if it lies on the scale; a 0 right after a 1 makes 10 where there is one.
pub(super) fn digit(key: &str, after_one: bool, min: u8, max: u8) -> Option<u8> {
    let [digit @ b'0'..=b'9'] = key.as_bytes() else { return None };
    let score = if *digit == b'0' && after_one && max == 10 { 10 } else { digit - b'0' };
    (min..=max).contains(&score).then_some(score)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_step_and_stop_at_the_ends() {
        for (key, at, left_to_right, right_to_left) in [
            ("ArrowRight", 0, Some(1), Some(0)),
            ("ArrowRight", 10, Some(10), Some(9)),
            ("ArrowLeft", 0, Some(0), Some(1)),
            ("ArrowLeft", 5, Some(4), Some(6)),
            ("ArrowDown", 3, Some(4), Some(4)),
            ("ArrowDown", 10, Some(10), Some(10)),
            ("ArrowUp", 3, Some(2), Some(2)),
            ("ArrowUp", 0, Some(0), Some(0)),
            ("Home", 7, Some(0), Some(0)),
            ("End", 7, Some(10), Some(10)),
            ("Tab", 7, None, None),
            (" ", 7, None, None),
            ("", 7, None, None),
        ] {
            assert_eq!(step(key, at, 11, false), left_to_right, "{key} at {at}");
            assert_eq!(step(key, at, 11, true), right_to_left, "{key} at {at}, right to left");
        }
        assert_eq!(step("Home", 0, 0, false), None);
    }

    #[test]
    fn digits_name_scores() {
        for (key, after_one, min, max, expected) in [
            ("0", false, 0, 10, Some(0)),
            ("1", false, 0, 10, Some(1)),
            ("9", false, 0, 10, Some(9)),
            ("0", true, 0, 10, Some(10)),
            ("1", true, 0, 10, Some(1)),
            ("0", true, 1, 7, None),
            ("8", false, 1, 7, None),
            ("7", false, 1, 7, Some(7)),
            ("6", false, 1, 5, None),
            ("a", false, 0, 10, None),
            ("10", false, 0, 10, None),
            ("", false, 0, 10, None),
            ("٣", false, 0, 10, None),
        ] {
            assert_eq!(digit(key, after_one, min, max), expected, "{key}");
        }
    }
}
