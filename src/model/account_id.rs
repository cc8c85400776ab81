//! The number of an AWS account.

use super::text::text_type;

text_type!(
    /// Identifies an AWS account: exactly 12 digits.
    AccountId,
    "an AWS account id (12 digits)",
    |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_twelve_digits_only() {
        assert!("111122223333".parse::<AccountId>().is_ok());
        for wrong in ["", "11112222333", "1111222233334", "11112222333x", "aws"] {
            assert!(wrong.parse::<AccountId>().is_err(), "{wrong}");
        }
    }
}
