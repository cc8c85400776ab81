//! Signature Version 4, checked in full: what was signed is what arrived, with the known secret.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
//! Must not know any service.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::principal::SECRET;
use super::request::{Request, pairs};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// How far the signer's clock may be off, in seconds.
const TOLERANCE: i64 = 15 * 60;

/// Holds the `Authorization` header of a request.
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    pub(crate) access_key: String,
    date: String,
    pub(crate) region: String,
    pub(crate) service: String,
    signed_headers: Vec<String>,
    signature: String,
}

/// Says what is wrong with a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// There is no `Authorization` header.
    Missing,
    /// It is not what Signature Version 4 asks for.
    Incomplete(String),
    /// The signer's clock is off.
    Skewed(String),
    /// The signature is not that of this request with this secret.
    Mismatch,
}

impl Credential {
    /// Reads the `Authorization` header.
    pub(crate) fn read(request: &Request) -> Result<Self, Flaw> {
        let header = request.header("authorization").ok_or(Flaw::Missing)?;
        let fields = header.strip_prefix("AWS4-HMAC-SHA256 ").ok_or_else(|| {
            Flaw::Incomplete("Authorization is not of AWS4-HMAC-SHA256".to_owned())
        })?;
        let field = |name: &str| {
            fields
                .split(',')
                .filter_map(|part| part.trim().split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
                .ok_or_else(|| {
                    Flaw::Incomplete(format!("Authorization header requires '{name}' parameter."))
                })
        };
        let scope: Vec<&str> = field("Credential")?.split('/').collect();
        let [access_key, date, region, service, "aws4_request"] = scope[..] else {
            let message = "Credential must have 5 parts, the last of them aws4_request";
            return Err(Flaw::Incomplete(message.to_owned()));
        };
        Ok(Self {
            access_key: access_key.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: field("SignedHeaders")?
                .split(';')
                .map(str::to_owned)
                .collect(),
            signature: field("Signature")?.to_owned(),
        })
    }

    /// Checks the signature of a request that was received `now`.
    pub(crate) fn check(&self, request: &Request, now: Timestamp) -> Result<(), Flaw> {
        let signed = |name: &str| self.signed_headers.iter().any(|header| header == name);
        for name in ["host", "x-amz-date"] {
            if !signed(name) {
                return Err(Flaw::Incomplete(format!(
                    "'{name}' must be a signed header"
                )));
            }
        }
        if request.headers.contains_key("x-amz-security-token") && !signed("x-amz-security-token") {
            return Err(Flaw::Incomplete(
                "'x-amz-security-token' must be a signed header".to_owned(),
            ));
        }
        let date = request.header("x-amz-date").unwrap_or_default();
        let at = moment(date)
            .ok_or_else(|| Flaw::Incomplete(format!("X-Amz-Date `{date}` is no date")))?;
        if !date.starts_with(&self.date) {
            return Err(Flaw::Incomplete(
                "Date in Credential scope does not match YYYYMMDD from X-Amz-Date".to_owned(),
            ));
        }
        if (now.as_second() - at.as_second()).abs() > TOLERANCE {
            return Err(Flaw::Skewed(skew(date, now)));
        }
        if self.compute(request, date)? == self.signature {
            Ok(())
        } else {
            Err(Flaw::Mismatch)
        }
    }

    fn compute(&self, request: &Request, date: &str) -> Result<String, Flaw> {
        let scope = format!(
            "{}/{}/{}/aws4_request",
            self.date, self.region, self.service
        );
        let canonical = hex(&Sha256::digest(self.canonical(request)?));
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{canonical}");
        let mut key = hmac(format!("AWS4{SECRET}").as_bytes(), &self.date);
        for part in [&self.region, &self.service, "aws4_request"] {
            key = hmac(&key, part);
        }
        Ok(hex(&hmac(&key, &text)))
    }

    /// Writes the request in the form that is signed.
    fn canonical(&self, request: &Request) -> Result<String, Flaw> {
        let mut text = format!(
            "{}\n{}\n{}\n",
            request.method,
            utf8_percent_encode(&request.path, RESERVED_IN_PATH),
            canonical_query(&request.query)
        );
        for name in &self.signed_headers {
            let values: Vec<String> = request
                .headers
                .get_all(name.as_str())
                .iter()
                .map(|value| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    value.split_whitespace().collect::<Vec<_>>().join(" ")
                })
                .collect();
            let _ = writeln!(text, "{name}:{}", values.join(","));
        }
        let body = hex(&Sha256::digest(&request.body));
        let declared = request.header("x-amz-content-sha256");
        match declared {
            Some("UNSIGNED-PAYLOAD") | None => {}
            Some(declared) if declared == body => {}
            Some(_) => return Err(Flaw::Mismatch),
        }
        let _ = write!(
            text,
            "\n{}\n{}",
            self.signed_headers.join(";"),
            declared.unwrap_or(&body)
        );
        Ok(text)
    }
}

/// Signs a request for tests, which have no SDK: returns its `Authorization` header.
///
/// The request must have its headers `host` and `x-amz-date`; a session token is signed too.
pub(crate) fn authorization(
    request: &Request,
    access_key: &str,
    region: &str,
    service: &str,
) -> Result<String, Flaw> {
    let date = request.header("x-amz-date").ok_or(Flaw::Missing)?;
    let mut signed_headers = vec!["host".to_owned(), "x-amz-date".to_owned()];
    if request.headers.contains_key("x-amz-security-token") {
        signed_headers.push("x-amz-security-token".to_owned());
    }
    let headers = signed_headers.join(";");
    let day = date.get(..8).unwrap_or_default();
    let credential = Credential {
        access_key: access_key.to_owned(),
        date: day.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
        signed_headers,
        signature: String::new(),
    };
    let signature = credential.compute(request, date)?;
    Ok(format!(
        "AWS4-HMAC-SHA256 Credential={access_key}/{day}/{region}/{service}/aws4_request, SignedHeaders={headers}, Signature={signature}"
    ))
}

fn canonical_query(query: &str) -> String {
    let mut encoded: Vec<(String, String)> = pairs(query)
        .map(|(name, value)| {
            let encode = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
            (encode(&name), encode(&value))
        })
        .collect();
    encoded.sort();
    let encoded: Vec<String> = encoded
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    encoded.join("&")
}

/// Reads `20261121T131531Z`.
fn moment(text: &str) -> Option<Timestamp> {
    jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text)
        .ok()?
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// Words the refusal of a request whose date is off, as AWS does.
pub(crate) fn skew(date: &str, now: Timestamp) -> String {
    let now = now.strftime("%Y%m%dT%H%M%SZ");
    format!("Signature expired: {date} is now earlier than {now} - 15 min.")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes keys of any length");
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
