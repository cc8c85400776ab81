//! Principals of AWS services.

use super::text::text_type;

text_type!(
    /// Names a service as a principal: `connect.amazonaws.com`.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>.
    ServicePrincipal,
    "a service principal such as `connect.amazonaws.com`",
    |text| text.contains('.')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_'))
);
