//! Keyboard navigation in a row of buttons. Pure.

/// A key, as far as the widget reacts to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// 0 to 9.
    Digit(u8),
    /// Chooses the focused button.
    Enter,
    /// Closes the survey.
    Escape,
    /// Moves to the first button.
    Home,
    /// Moves to the last button.
    End,
    /// Moves to the previous button.
    Up,
    /// Moves to the next button.
    Down,
    /// Moves to the previous button, or to the next in a right-to-left script.
    Left,
    /// Moves to the next button, or to the previous in a right-to-left script.
    Right,
    /// Any other key.
    Other,
}

impl Key {
    /// The key for a number of `host.js`.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        match number {
            digit @ 0..=9 => Self::Digit(digit as u8),
            10 => Self::Enter,
            11 => Self::Escape,
            12 => Self::Home,
            13 => Self::End,
            14 => Self::Up,
            15 => Self::Down,
            16 => Self::Left,
            17 => Self::Right,
            _ => Self::Other,
        }
    }
}

/// The position after an arrow key, Home or End; `None` for other keys. It does not wrap around: going from the best
/// score to the worst would be an accident. With `rtl` the row starts at the right.
pub(super) fn step(key: Key, at: u32, count: u32, rtl: bool) -> Option<u32> {
    let last = count.checked_sub(1)?;
    let forwards = match key {
        Key::Down => true,
        Key::Up => false,
        Key::Right => !rtl,
        Key::Left => rtl,
        Key::Home => return Some(0),
        Key::End => return Some(last),
        _ => return None,
    };
    Some(if forwards { (at + 1).min(last) } else { at.saturating_sub(1) })
}

/// The score for a digit, if it is on the scale; a 0 right after a 1 means 10 on a scale up to 10.
pub(super) fn digit(key: Key, after_one: bool, min: u8, max: u8) -> Option<u8> {
    let score = match key {
        Key::Digit(0) if after_one && max == 10 => 10,
        Key::Digit(digit) => digit,
        _ => return None,
    };
    (min..=max).contains(&score).then_some(score)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_move_by_one_and_stop_at_the_ends() {
        for (key, at, left_to_right, right_to_left) in [
            (Key::Right, 0, Some(1), Some(0)),
            (Key::Right, 10, Some(10), Some(9)),
            (Key::Left, 0, Some(0), Some(1)),
            (Key::Left, 5, Some(4), Some(6)),
            (Key::Down, 3, Some(4), Some(4)),
            (Key::Down, 10, Some(10), Some(10)),
            (Key::Up, 3, Some(2), Some(2)),
            (Key::Up, 0, Some(0), Some(0)),
            (Key::Home, 7, Some(0), Some(0)),
            (Key::End, 7, Some(10), Some(10)),
            (Key::Enter, 7, None, None),
            (Key::Escape, 7, None, None),
            (Key::Digit(3), 7, None, None),
            (Key::Other, 7, None, None),
        ] {
            assert_eq!(step(key, at, 11, false), left_to_right, "{key:?} at {at}");
            assert_eq!(step(key, at, 11, true), right_to_left, "{key:?} at {at}, right to left");
        }
        assert_eq!(step(Key::Home, 0, 0, false), None);
    }

    #[test]
    fn a_digit_selects_the_score_if_it_is_on_the_scale() {
        for (number, after_one, min, max, expected) in [
            (0, false, 0, 10, Some(0)),
            (1, false, 0, 10, Some(1)),
            (9, false, 0, 10, Some(9)),
            (0, true, 0, 10, Some(10)),
            (1, true, 0, 10, Some(1)),
            (0, true, 1, 7, None),
            (8, false, 1, 7, None),
            (7, false, 1, 7, Some(7)),
            (6, false, 1, 5, None),
            (10, false, 0, 10, None),
            (u32::MAX, true, 0, 10, None),
        ] {
            assert_eq!(digit(Key::from_number(number), after_one, min, max), expected, "{number}");
        }
    }
}
