//! The services, their wire protocols, and how each words a refusal.
//!
//! Must not know any account.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::xml;

/// Names a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Iam,
    Sts,
    Organizations,
    Account,
    Connect,
    Profiles,
    CampaignsV1,
    CampaignsV2,
}

/// Names how a service is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Form in, XML out.
    Query,
    /// AWS JSON 1.1.
    Json,
    /// Paths, queries and JSON.
    Rest,
}

/// Holds what an operation answers when nothing is wrong.
#[derive(Debug)]
pub(crate) enum Content {
    /// What stands inside `<…Result>`.
    Xml(String),
    Json(Value),
}

/// Holds a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// Holds a response before it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    /// The header `x-amzn-RequestId`.
    pub(crate) request_id: String,
    /// The header `x-amzn-ErrorType`.
    pub(crate) error_type: Option<String>,
    pub(crate) body: String,
}

impl Service {
    /// Tells the service from the credential scope and the path.
    pub(crate) fn of(signing_name: &str, path: &str) -> Option<Self> {
        Some(match signing_name {
            "iam" => Self::Iam,
            "sts" => Self::Sts,
            "organizations" => Self::Organizations,
            "account" => Self::Account,
            "connect" => Self::Connect,
            "profile" => Self::Profiles,
            "connect-campaigns" if path.starts_with("/v2/") => Self::CampaignsV2,
            "connect-campaigns" => Self::CampaignsV1,
            _ => return None,
        })
    }

    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Self::Iam | Self::Sts => Protocol::Query,
            Self::Organizations => Protocol::Json,
            _ => Protocol::Rest,
        }
    }

    /// Returns what the service is called in rules and logs: its prefix in IAM actions, and
    /// `connect-campaigns-v2` for the second version of an API that shares its prefix.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
            Self::Organizations => "organizations",
            Self::Account => "account",
            Self::Connect => "connect",
            Self::Profiles => "profile",
            Self::CampaignsV1 => "connect-campaigns",
            Self::CampaignsV2 => "connect-campaigns-v2",
        }
    }

    /// Returns the prefix of the service's IAM actions.
    pub(crate) fn action_prefix(self) -> &'static str {
        match self {
            Self::CampaignsV2 => "connect-campaigns",
            other => other.label(),
        }
    }

    /// Tells whether the service is one for the whole account, so that no Region is disabled.
    pub(crate) fn is_global(self) -> bool {
        matches!(self, Self::Iam | Self::Organizations | Self::Account)
    }

    fn namespace(self) -> &'static str {
        match self {
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            _ => "https://iam.amazonaws.com/doc/2010-05-08/",
        }
    }

    /// Picks the words of a refusal by protocol: query, JSON 1.1, REST-JSON.
    fn refusal(self, words: [(u16, &str); 3], message: impl Into<String>) -> Refusal {
        let [query, json, rest] = words;
        let (status, code) = match self.protocol() {
            Protocol::Query => query,
            Protocol::Json => json,
            Protocol::Rest => rest,
        };
        Refusal {
            status,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    pub(crate) fn unsigned(self) -> Refusal {
        let code = "MissingAuthenticationTokenException";
        let words = [
            (403, "MissingAuthenticationToken"),
            (400, code),
            (403, code),
        ];
        self.refusal(words, "Request is missing Authentication Token")
    }

    pub(crate) fn incomplete_signature(self, message: &str) -> Refusal {
        let code = "IncompleteSignatureException";
        self.refusal(
            [(403, "IncompleteSignature"), (400, code), (403, code)],
            message,
        )
    }

    pub(crate) fn wrong_signature(self, message: &str) -> Refusal {
        let code = "InvalidSignatureException";
        self.refusal(
            [(403, "SignatureDoesNotMatch"), (400, code), (403, code)],
            message,
        )
    }

    /// Words the refusal of an unknown key, and that of a Region which is not enabled.
    pub(crate) fn unknown_key(self) -> Refusal {
        let code = "UnrecognizedClientException";
        let words = [(403, "InvalidClientTokenId"), (400, code), (403, code)];
        self.refusal(
            words,
            "The security token included in the request is invalid.",
        )
    }

    pub(crate) fn expired(self) -> Refusal {
        let code = "ExpiredTokenException";
        let words = [(403, "ExpiredToken"), (400, code), (403, code)];
        self.refusal(
            words,
            "The security token included in the request is expired",
        )
    }

    pub(crate) fn denied(self, caller: &str, operation: &str, resource: &str) -> Refusal {
        let action = format!("{}:{operation}", self.action_prefix());
        let message = format!(
            "User: {caller} is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
        );
        let code = "AccessDeniedException";
        self.refusal([(403, "AccessDenied"), (400, code), (403, code)], message)
    }

    pub(crate) fn throttled(self) -> Refusal {
        let rest = if self == Self::Account {
            "TooManyRequestsException"
        } else {
            "ThrottlingException"
        };
        let words = [
            (400, "Throttling"),
            (400, "TooManyRequestsException"),
            (429, rest),
        ];
        self.refusal(words, "Rate exceeded")
    }

    pub(crate) fn internal(self) -> Refusal {
        let query = if self == Self::Iam {
            "ServiceFailure"
        } else {
            "InternalFailure"
        };
        let rest = if self == Self::Connect {
            "InternalServiceException"
        } else {
            "InternalServerException"
        };
        let words = [(500, query), (500, "ServiceException"), (500, rest)];
        self.refusal(
            words,
            "The request processing has failed because of an unknown error, exception or failure.",
        )
    }

    pub(crate) fn unavailable(self) -> Refusal {
        let code = "ServiceUnavailableException";
        let words = [(503, "ServiceUnavailable"), (503, code), (503, code)];
        self.refusal(words, "Service Unavailable")
    }

    pub(crate) fn invalid(self, message: impl Into<String>) -> Refusal {
        let rest = match self {
            Self::Connect => "InvalidRequestException",
            Self::Profiles => "BadRequestException",
            _ => "ValidationException",
        };
        let words = [
            (400, "ValidationError"),
            (400, "InvalidInputException"),
            (400, rest),
        ];
        self.refusal(words, message)
    }

    pub(crate) fn not_found(self, message: impl Into<String>) -> Refusal {
        let words = [
            (404, "NoSuchEntity"),
            (400, "ParentNotFoundException"),
            (404, "ResourceNotFoundException"),
        ];
        self.refusal(words, message)
    }

    pub(crate) fn unknown_operation(self) -> Refusal {
        let code = "UnknownOperationException";
        let words = [(400, "InvalidAction"), (400, code), (404, code)];
        self.refusal(words, "Could not find operation")
    }

    /// Renders an answer.
    pub(crate) fn render(self, operation: &str, content: Content, request_id: &str) -> Response {
        let body = match content {
            Content::Xml(result) => {
                let space = self.namespace();
                let mut text = String::with_capacity(result.len() + 300);
                let _ = write!(
                    text,
                    "<{operation}Response xmlns=\"{space}\"><{operation}Result>{result}</{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
                );
                text
            }
            Content::Json(value) => value.to_string(),
        };
        Response {
            status: 200,
            content_type: self.content_type().to_owned(),
            request_id: request_id.to_owned(),
            error_type: None,
            body,
        }
    }

    /// Renders a refusal.
    pub(crate) fn refuse(self, refusal: &Refusal, request_id: &str) -> Response {
        let Refusal {
            status,
            code,
            message,
        } = refusal;
        let is_query = self.protocol() == Protocol::Query;
        let body = if is_query {
            let mut text = format!(
                "<ErrorResponse xmlns=\"{}\"><Error><Type>{}</Type><Code>{code}</Code><Message>",
                self.namespace(),
                if *status < 500 { "Sender" } else { "Receiver" }
            );
            xml::escape(&mut text, message);
            let _ = write!(
                text,
                "</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
            );
            text
        } else if self.protocol() == Protocol::Json {
            json!({"__type": code, "Message": message}).to_string()
        } else if matches!(self, Self::Connect | Self::Profiles) {
            json!({"Message": message}).to_string()
        } else {
            json!({"message": message}).to_string()
        };
        Response {
            status: *status,
            content_type: self.content_type().to_owned(),
            request_id: request_id.to_owned(),
            error_type: (!is_query).then(|| code.clone()),
            body,
        }
    }

    fn content_type(self) -> &'static str {
        match self.protocol() {
            Protocol::Query => "text/xml",
            Protocol::Json => "application/x-amz-json-1.1",
            Protocol::Rest => "application/json",
        }
    }
}
