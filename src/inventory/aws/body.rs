//! Answers without a body, or with half of one, are no answers.
//!
//! The SDK takes an XML document that ends anywhere for the whole, and no body at all for an object
//! without members: a role would lose its policies, a Region its instances, and nothing would say so.
//! Such an answer is asked for again, and is an error in the end. Must not know any operation: all of
//! those that read an account answer with a document.

use aws_sdk_iam::config::interceptors::{
    AfterDeserializationInterceptorContextRef, InterceptorContext,
};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// Makes a client that believes whole answers only.
macro_rules! guarded {
    ($sdk:ident, $client:expr) => {{
        let client = $client;
        $sdk::Client::from_conf(
            client
                .config()
                .to_builder()
                .interceptor(crate::inventory::aws::body::Guard)
                .retry_classifier(crate::inventory::aws::body::Guard)
                .build(),
        )
    }};
}
pub(super) use guarded;

/// Says what an answer lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    #[error("the answer has no content")]
    Empty,
    #[error("the answer breaks off")]
    Half,
}

/// Refuses broken answers, and has them asked for again.
#[derive(Debug)]
pub(super) struct Guard;

impl Intercept for Guard {
    fn name(&self) -> &'static str {
        "roledrift::Guard"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Ok(check(context.response())?)
    }
}

impl ClassifyRetry for Guard {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(check) {
            Some(Err(_)) => RetryAction::transient_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "roledrift::Guard"
    }
}

/// Checks an answer that is no refusal; one whose body was not read has failed already.
fn check(response: &HttpResponse) -> Result<(), Broken> {
    match response.body().bytes() {
        Some(body) if response.status().is_success() => whole(body),
        _ => Ok(()),
    }
}

/// Tells whether a document has its end: that of its root element, or of its JSON object.
///
/// What is no answer of AWS's at all, a proxy's page for instance, is for the SDK to refuse: asking
/// again would not help.
fn whole(body: &[u8]) -> Result<(), Broken> {
    let body = body.trim_ascii();
    let is_whole = match body.first() {
        None => return Err(Broken::Empty),
        Some(b'<') => is_closed(body),
        Some(b'{') => serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok(),
        Some(_) => true,
    };
    if is_whole { Ok(()) } else { Err(Broken::Half) }
}

/// Tells whether XML ends with the end of the element that it begins with, whose name no other
/// element has: `ListRolesResponse`.
fn is_closed(xml: &[u8]) -> bool {
    let mut tags = xml.split(|byte| *byte == b'<').skip(1);
    // Not the declaration, a document type or a comment.
    let Some(root) = tags.find(|tag| !matches!(tag.first(), Some(b'?' | b'!') | None)) else {
        return false;
    };
    let name = root
        .split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
        .next()
        .unwrap_or_default();
    if !name.ends_with(b"Response") {
        return true;
    }
    let Some(last) = xml.strip_suffix(b">") else {
        return false;
    };
    let is_empty_element = tags.next().is_none() && last.ends_with(b"/");
    let end = last.trim_ascii_end().strip_suffix(name);
    is_empty_element || end.is_some_and(|rest| rest.ends_with(b"</"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_document_passes() {
        for body in [
            "{}",
            " {\"a\": [1, \"<\"]}\n",
            "<Response/>",
            "<Response x=\"y\"></Response >\n",
            "<?xml version=\"1.0\"?>\n<!-- B --><Response xmlns=\"x\"><B>/</B></Response>",
            "<html><p>Please sign in",
            "no",
        ] {
            assert_eq!(whole(body.as_bytes()), Ok(()), "{body}");
        }
    }

    #[test]
    fn nothing_is_no_document() {
        assert_eq!(whole(b""), Err(Broken::Empty));
        assert_eq!(whole(b" \r\n"), Err(Broken::Empty));
    }

    #[test]
    fn every_beginning_of_a_document_is_half_of_it() {
        let documents = [
            (
                "<Response>",
                "<A x=\"/Response>\"><B>b</B></A><C/></Response>",
            ),
            ("{", "\"items\": [{\"name\": \"}\"}], \"next\": \"x\"}"),
        ];
        for (start, rest) in documents {
            let document = format!("{start}{rest}");
            for end in start.len()..document.len() {
                let beginning = &document[..end];
                assert_eq!(
                    whole(beginning.as_bytes()),
                    Err(Broken::Half),
                    "{beginning}"
                );
            }
        }
    }
}
