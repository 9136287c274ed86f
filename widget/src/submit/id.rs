//! Ids of submissions: UUID version 7 (RFC 9562, section 5.7).

use alloc::string::String;

/// An id from the time (milliseconds since 1970) and 96 random bits, of which 74 are used.
#[must_use]
pub fn uuid_v7(now_ms: u64, random: [u32; 3]) -> String {
    let [a, b, c] = random.map(u64::from);
    // 48 bits of time, version 7, 12 random bits; variant 2, 62 random bits.
    let high = now_ms << 16 | 0x7000 | (a & 0xfff);
    let low = 0b10 << 62 | (b << 32 | c) & (u64::MAX >> 2);
    let mut id = String::with_capacity(36);
    for at in 0..32_u32 {
        if matches!(at, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        let half = if at < 16 { high } else { low };
        let digit = (half >> (60 - at % 16 * 4) & 0xf) as u8;
        id.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_standard() {
        // The example of RFC 9562, appendix A.6.
        assert_eq!(
            uuid_v7(0x017f_22e2_79b0, [0xcc3, 0x18c4_dc0c, 0x0c07_398f]),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        );
        assert_eq!(uuid_v7(0, [0; 3]), "00000000-0000-7000-8000-000000000000");
        assert_eq!(uuid_v7((1 << 48) - 1, [u32::MAX; 3]), "ffffffff-ffff-7fff-bfff-ffffffffffff");
    }

    #[test]
    fn the_service_accepts_them() {
        assert!(survey::SubmissionId::parse(&uuid_v7(1_793_000_000_000, [1, 2, 3])).is_ok());
    }
}
