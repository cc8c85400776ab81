//! Who signs: access keys and session tokens that name their account.
//!
//! Must not know any operation.

use jiff::Timestamp;

/// The secret of every access key here.
pub(crate) const SECRET: &str = "fake-secret-of-every-account";

/// Access keys of accounts, and of sessions in them, begin so; twelve digits follow.
const LONG_LIVED: &str = "AKIAFAKE";
const SESSION: &str = "ASIAFAKE";

/// Names the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    /// Twelve digits.
    pub(crate) account: String,
    /// The role and session name of an assumed role.
    pub(crate) session: Option<(String, String)>,
    /// When the session ends.
    pub(crate) expires: Option<Timestamp>,
}

impl Principal {
    /// Returns the access key of an account's user.
    pub(crate) fn access_key(account: &str) -> String {
        format!("{LONG_LIVED}{account}")
    }

    /// Returns access key and session token of a role's session.
    pub(crate) fn session_keys(
        account: &str,
        role: &str,
        session: &str,
        expires: Timestamp,
    ) -> (String, String) {
        let token = format!("FAKE/{account}/{role}/{session}/{}", expires.as_second());
        (format!("{SESSION}{account}"), token)
    }

    /// Tells whom an access key and token belong to; nothing for keys that are not of here.
    pub(crate) fn of(access_key: &str, token: Option<&str>) -> Option<Self> {
        if let Some(account) = access_key.strip_prefix(LONG_LIVED) {
            return Some(Self {
                account: digits(account)?,
                session: None,
                expires: None,
            });
        }
        let account = digits(access_key.strip_prefix(SESSION)?)?;
        let mut parts = token?.split('/');
        let mut next = || parts.next();
        if next()? != "FAKE" || next()? != account {
            return None;
        }
        let session = (next()?.to_owned(), next()?.to_owned());
        let expires = Timestamp::from_second(next()?.parse().ok()?).ok()?;
        Some(Self {
            account,
            session: Some(session),
            expires: Some(expires),
        })
    }

    /// Returns the caller's ARN, as `GetCallerIdentity` and refusals name it.
    pub(crate) fn arn(&self, partition: &str) -> String {
        let account = &self.account;
        match &self.session {
            Some((role, session)) => {
                format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}")
            }
            None => format!("arn:{partition}:iam::{account}:user/audit"),
        }
    }

    /// Returns the caller's unique id.
    pub(crate) fn id(&self) -> String {
        match &self.session {
            Some((role, session)) => format!("{}:{session}", unique_id("AROA", role)),
            None => unique_id("AIDA", &self.account),
        }
    }
}

fn digits(text: &str) -> Option<String> {
    (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

/// Returns an id such as IAM gives: a prefix and 17 characters that depend on what it names.
pub(crate) fn unique_id(prefix: &str, of: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = scatter(of);
    let mut id = prefix.to_owned();
    for _ in 0..17 {
        id.push(char::from(ALPHABET[(bits & 31) as usize]));
        bits = mix(bits);
    }
    id
}

/// Returns a number that depends on every byte of a text (FNV-1a, then mixed).
pub(crate) fn scatter(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(hash)
}

/// Returns the number that follows another in a fixed sequence without visible pattern
/// (`SplitMix64`).
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
