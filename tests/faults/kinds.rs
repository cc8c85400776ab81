//! What goes wrong, and what an inventory may say about it afterwards.
//!
//! Must not know any operation.

use roledrift::inventory::UnreadReason;
use serde_json::{Value, json};

/// Describes a fault, which strikes every request of one operation unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// What the page says that happens.
    pub(crate) happens: &'static str,
    pub(crate) how: How,
    pub(crate) costs: Costs,
    pub(crate) strikes: Strikes,
}

/// Says who breaks what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The server, by a rule of this fault.
    Server(&'static str),
    /// The server, for so many requests.
    Times(&'static str, u32),
    /// The server sends a page of HTML.
    Html,
    /// The client meets a port where nobody listens.
    Refused,
}

/// Says what a fault may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Costs {
    /// Nothing: what was asked for comes all the same.
    Nothing,
    /// What was asked for is not read, for this reason.
    Answer(UnreadReason),
    /// The service says that the thing is gone, and it is taken at its word where things can go.
    Thing,
}

/// Says which operations a fault makes sense for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strikes {
    All,
    /// Those that list by pages.
    Pages,
    /// Those that ask about something that was listed before.
    Things,
}

use UnreadReason::{Denied, Failed, Malformed, Throttled, Unreachable};

#[rustfmt::skip]
pub(crate) const KINDS: &[Kind] = &[
    Kind::new("AccessDenied", "the permission is missing", How::Server(r#""deny""#), Costs::Answer(Denied)),
    Kind::new("expired token", "the session ended", How::Server(r#""expired_token""#), Costs::Answer(Failed)),
    Kind::new("clock skew", "the signature is refused as too old", How::Server(r#""clock_skew""#), Costs::Answer(Failed)),
    Kind::new("throttled", "every attempt is throttled, until retries end", How::Server(r#""throttle""#), Costs::Answer(Throttled)),
    Kind::new("throttled twice", "the third attempt is answered", How::Times(r#""throttle""#, 2), Costs::Nothing),
    Kind::new("status 500", "every attempt is answered with 500", How::Server(r#""internal""#), Costs::Answer(Failed)),
    Kind::new("status 503", "every attempt is answered with 503", How::Server(r#""unavailable""#), Costs::Answer(Failed)),
    Kind::new("connection refused", "nobody listens", How::Refused, Costs::Answer(Unreachable)),
    Kind::new("connection reset", "the connection ends before the answer", How::Server(r#""reset""#), Costs::Answer(Unreachable)),
    Kind::new("reset in the body", "the connection ends in the middle of the answer", How::Server(r#""reset_in_body""#), Costs::Answer(Malformed)),
    Kind::new("slow body", "the answer takes longer than an attempt may", How::Server(r#"{"slow_body": {"pieces": 4, "pause_ms": 60000}}"#), Costs::Answer(Unreachable)),
    Kind::new("empty body", "status 200 without a body", How::Server(r#""empty_body""#), Costs::Answer(Malformed)),
    Kind::new("truncated body", "status 200 with half of the XML or JSON, as if that were all", How::Server(r#""truncated_body""#), Costs::Answer(Malformed)),
    Kind::new("truncated once", "the same, but the second attempt is answered in full", How::Times(r#""truncated_body""#, 1), Costs::Nothing),
    Kind::new("a page of HTML", "status 200 with a sign-in page, as proxies send it", How::Html, Costs::Answer(Malformed)),
    Kind::new("wrong content type", "the answer says that it is HTML, and is not", How::Server(r#"{"content_type": "text/html"}"#), Costs::Nothing),
    Kind::of("endless pages", "every page leads to the same page", How::Server(r#""endless_pages""#), Costs::Answer(Malformed), Strikes::Pages),
    Kind::of("circling pages", "the pages lead in a circle", How::Server(r#""circling_pages""#), Costs::Answer(Malformed), Strikes::Pages),
    Kind::of("a page repeated", "the first page comes twice", How::Server(r#""repeated_page""#), Costs::Nothing, Strikes::Pages),
    Kind::of("gone", "what was listed does not exist any more", How::Server(r#""not_found""#), Costs::Thing, Strikes::Things),
];

impl Kind {
    const fn new(name: &'static str, happens: &'static str, how: How, costs: Costs) -> Self {
        Self::of(name, happens, how, costs, Strikes::All)
    }

    const fn of(
        name: &'static str,
        happens: &'static str,
        how: How,
        costs: Costs,
        strikes: Strikes,
    ) -> Self {
        Self {
            name,
            happens,
            how,
            costs,
            strikes,
        }
    }

    /// Returns the server's rules for an operation.
    pub(crate) fn rules(&self, operation: &str) -> Vec<Value> {
        let fault = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
        match self.how {
            How::Server(text) => vec![json!({"operation": operation, "fault": fault(text)})],
            How::Times(text, times) => {
                vec![json!({"operation": operation, "times": times, "fault": fault(text)})]
            }
            How::Html => {
                let text = "<html><body>Please sign in</body></html>";
                vec![
                    json!({"operation": operation, "fault": {"body": {"text": text}}}),
                    json!({"operation": operation, "fault": {"content_type": "text/html"}}),
                ]
            }
            How::Refused => Vec::new(),
        }
    }

    /// Tells whether the time limits decide: it alone runs against a real clock.
    pub(crate) fn is_slow(&self) -> bool {
        self.name == "slow body"
    }
}
