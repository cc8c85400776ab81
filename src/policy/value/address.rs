//! IP addresses and ranges.

use std::net::IpAddr;

use ipnet::IpNet;

/// Reads an address.
pub(crate) fn parse_address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// Reads a range in CIDR notation; a bare address is the range that holds only it.
///
/// Bits behind the prefix are ignored.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress>.
pub(crate) fn parse_range(text: &str) -> Option<IpNet> {
    let range: Option<IpNet> = text.parse().ok();
    range
        .or_else(|| parse_address(text).map(IpNet::from))
        .map(|range| range.trunc())
}
