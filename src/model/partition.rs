//! The partition of an AWS account: `aws`, `aws-cn`, `aws-us-gov` and the isolated ones.

use super::text::text_type;

text_type!(
    /// Names a partition: `aws`, or `aws-` and lower-case letters.
    Partition,
    "a partition such as `aws` or `aws-us-gov`",
    |text| text == "aws"
        || text.strip_prefix("aws-").is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        })
);

impl Partition {
    /// Returns the commercial partition, `aws`.
    pub fn commercial() -> Self {
        Self("aws".into())
    }
}
