//! What a failed request means: the thing is gone, or it could not be read.

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};

use super::body::Broken;
use crate::inventory::{Unread, UnreadReason};

/// Classifies a failed request.
#[derive(Debug)]
pub(super) enum Failure {
    /// IAM knows no such role or policy: it vanished after it was listed.
    Gone,
    /// There is something, and it could not be read.
    Unread(Unread),
}

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Self {
        Self::Unread(unread)
    }
}

impl Failure {
    pub(super) fn of<E, R>(operation: &str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        if is_absent(error) {
            return Self::Gone;
        }
        Self::Unread(unread(operation, error))
    }
}

/// Tells whether a service says that what was asked for does not exist.
pub(super) fn is_absent<E, R>(error: &SdkError<E, R>) -> bool
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    matches!(
        error.code(),
        Some("NoSuchEntity" | "ResourceNotFoundException")
    )
}

/// Says why a request told nothing, for requests whose subject cannot vanish.
pub(super) fn unread<E, R>(operation: &str, error: &SdkError<E, R>) -> Unread
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let reason = match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => UnreadReason::Unreachable,
        SdkError::ResponseError(_) => UnreadReason::Malformed,
        SdkError::ServiceError(_) => by_code(error.code()),
        _ => UnreadReason::Failed,
    };
    Unread {
        reason,
        operation: operation.to_owned(),
        message: describe(error),
    }
}

/// Returns the service's own words where there are any, otherwise the chain of causes.
pub(super) fn describe<E, R>(error: &SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => match broken(error) {
            Some(broken) => broken.to_string(),
            None => causes(error),
        },
    }
}

/// Finds the guard's own words among the causes.
fn broken<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Broken> {
    std::iter::successors(Some(error), |error| error.source())
        .find_map(|error| error.downcast_ref())
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

fn by_code(code: Option<&str>) -> UnreadReason {
    match code {
        Some(
            "AccessDenied"
            | "AccessDeniedException"
            | "AuthorizationError"
            | "UnauthorizedOperation",
        ) => UnreadReason::Denied,
        Some(
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "RequestLimitExceeded"
            | "TooManyRequestsException"
            | "SlowDown",
        ) => UnreadReason::Throttled,
        // An error answer without a code is not AWS's.
        None => UnreadReason::Malformed,
        Some(_) => UnreadReason::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_denied_from_throttled_from_failed() {
        assert_eq!(by_code(Some("AccessDenied")), UnreadReason::Denied);
        assert_eq!(by_code(Some("Throttling")), UnreadReason::Throttled);
        assert_eq!(by_code(Some("ServiceFailure")), UnreadReason::Failed);
        assert_eq!(by_code(None), UnreadReason::Malformed);
    }
}
