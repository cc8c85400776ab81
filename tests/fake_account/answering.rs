//! From a request to its answer: signature, account, rate, faults, operation.
//!
//! Must not know sockets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::body::Outgoing;
use super::call::Call;
use super::faults::{Fault, Faults, Target};
use super::log::{End, Log};
use super::operation;
use super::pages::Paging;
use super::principal::{Principal, scatter};
use super::protocol::{Refusal, Response, Service};
use super::rates::Buckets;
use super::request::Request;
use super::services::regions;
use super::settings::{Control, Settings};
use super::signature::{Credential, Flaw, skew};
use super::world::World;

/// Holds everything that answers depend on.
#[derive(Debug)]
pub(crate) struct State {
    world: World,
    settings: RwLock<Arc<Settings>>,
    faults: Faults,
    buckets: Buckets,
    pub(crate) log: Log,
    answered: AtomicU64,
    /// What the server began with, and returns to when it is reset.
    initial: String,
}

/// Says what to do with a connection.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Send this, `reset` when it is going to break off.
    Send {
        response: Response,
        body: Outgoing,
        is_broken: bool,
    },
    Reset,
}

/// Says why a control request was not understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ControlError {
    #[error("not what /__control takes: {0}")]
    Format(#[from] serde_json::Error),
    #[error("no pattern: {0}")]
    Pattern(#[from] globset::Error),
}

impl State {
    /// Begins with a world, and with what a control request says.
    pub(crate) fn new(world: World, control: &str) -> Result<Self, ControlError> {
        let state = Self {
            world,
            settings: RwLock::default(),
            faults: Faults::default(),
            buckets: Buckets::default(),
            log: Log::default(),
            answered: AtomicU64::new(0),
            initial: control.to_owned(),
        };
        state.control(control)?;
        Ok(state)
    }

    /// Does what a control request says.
    pub(crate) fn control(&self, text: &str) -> Result<(), ControlError> {
        let mut control: Control = serde_json::from_str(text)?;
        if let Some(rules) = control.rules.take() {
            self.faults.set(rules)?;
        }
        let mut settings = Settings::clone(&self.settings());
        settings.apply(control)?;
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        Ok(())
    }

    /// Forgets counts, faults and settings.
    pub(crate) fn reset(&self) -> Result<(), ControlError> {
        self.log.reset();
        self.buckets.reset();
        self.faults.set(Vec::new())?;
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::default();
        self.control(&self.initial)
    }

    /// Returns the id of the account that comes first, or nothing's.
    pub(crate) fn first_account(&self) -> String {
        self.world.first().unwrap_or_default()
    }

    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: &Request) -> Outcome {
        let number = self.answered.fetch_add(1, Ordering::Relaxed);
        let id = format!("00000000-0000-4000-8000-{number:012x}");
        let settings = self.settings();
        let call = match self.identify(request, &settings) {
            Ok(call) => call,
            Err((service, refusal)) => {
                return Outcome::whole(service.refuse(&refusal, &id));
            }
        };
        self.carry_out(call, &id).await
    }

    /// Checks the signature and tells what is asked for; `Err` names who refuses.
    fn identify<'a>(
        &'a self,
        request: &Request,
        settings: &'a Settings,
    ) -> Result<Call<'a>, (Service, Refusal)> {
        let now = Timestamp::now();
        let unsigned = |service: Service, flaw| {
            self.log.count_unsigned();
            let refusal = match flaw {
                Flaw::Missing => service.unsigned(),
                Flaw::Incomplete(message) => service.incomplete_signature(&message),
                Flaw::Skewed(message) => service.wrong_signature(&message),
                Flaw::Mismatch => service.wrong_signature(MISMATCH),
            };
            (service, refusal)
        };
        let credential =
            Credential::read(request).map_err(|flaw| unsigned(guess(request), flaw))?;
        let service = Service::of(&credential.service, &request.path).ok_or_else(|| {
            let message = format!(
                "Credential should be scoped to a service of here, not '{}'",
                credential.service
            );
            unsigned(guess(request), Flaw::Incomplete(message))
        })?;
        credential
            .check(request, now)
            .map_err(|flaw| unsigned(service, flaw))?;
        let token = request.header("x-amz-security-token");
        let principal = Principal::of(&credential.access_key, token)
            .ok_or_else(|| (service, service.unknown_key()))?;
        let account = self
            .world
            .account(&principal.account)
            .ok_or_else(|| (service, service.unknown_key()))?;
        if principal.expires.is_some_and(|expires| expires <= now) {
            return Err((service, service.expired()));
        }
        let (operation, parameters) = operation::find(service, request).ok_or_else(|| {
            let asked = operation::asked(service, request);
            self.log.note_unknown(asked);
            (service, service.unknown_operation())
        })?;
        Ok(Call {
            operation,
            world: &self.world,
            settings,
            account,
            region: credential.region,
            principal,
            parameters,
            paging: Paging::default(),
            now,
        })
    }

    /// Answers a call, well or as the rules have it.
    async fn carry_out(&self, mut call: Call<'_>, id: &str) -> Outcome {
        let service = call.service();
        let faults = self.faults.strike(
            Target {
                operation: call.label(),
                account: call.target(),
                region: &call.region,
            },
            || call.parameters.values().collect(),
        );
        let mut refusal = self.over_rate(&call).then(|| service.throttled());
        let mut transport = Vec::new();
        for fault in faults {
            match fault {
                Fault::Delay {
                    ms,
                    spread_ms,
                    tail_every,
                    tail_ms,
                } => {
                    let ms = self.faults.draw(ms, spread_ms, tail_every, tail_ms);
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                }
                Fault::EndlessPages => call.paging.is_endless = true,
                Fault::CirclingPages => call.paging.is_circling = true,
                Fault::RepeatedPage => call.paging.is_repeated = true,
                Fault::PageSize(size) => call.paging.size = Some(size),
                other => match refusal_of(&other, &call) {
                    Some(told) => refusal = refusal.or(Some(told)),
                    None => transport.push(other),
                },
            }
        }
        if !service.is_global() && !regions::is_enabled(&call.account, &call.region) {
            refusal = refusal.or_else(|| Some(service.unknown_key()));
        }
        let answer = match refusal {
            Some(refusal) => Err(refusal),
            None => (call.operation.answer)(&call),
        };
        let end = match &answer {
            _ if transport.contains(&Fault::Reset) => End::Reset,
            Ok(_) => End::Answered,
            Err(refusal) if *refusal == service.throttled() => End::Throttled,
            Err(_) => End::Refused,
        };
        self.log.count(call.label(), &call.account.id, end);
        if end == End::Reset {
            return Outcome::Reset;
        }
        let response = match answer {
            Ok(content) => service.render(call.operation.name, content, id),
            Err(refusal) => service.refuse(&refusal, id),
        };
        Outcome::spoiled(response, &transport)
    }

    fn over_rate(&self, call: &Call<'_>) -> bool {
        let published = call.operation.rate;
        let Some(rate) = call.settings.rate(call.label(), published) else {
            return false;
        };
        let key = format!("{}/{}/{}", call.label(), call.account.id, call.region);
        !self.buckets.take(scatter(&key), rate, Instant::now())
    }
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/// Guesses whose words an unsigned request gets: those of the protocol that it looks like.
fn guess(request: &Request) -> Service {
    if request.headers.contains_key("x-amz-target") {
        Service::Organizations
    } else if request.path == "/" {
        Service::Iam
    } else {
        Service::Connect
    }
}

/// Returns the refusal that a fault stands for, nothing for one of the transport.
fn refusal_of(fault: &Fault, call: &Call<'_>) -> Option<Refusal> {
    let service = call.service();
    Some(match fault {
        Fault::Deny => call.denied(),
        Fault::ExpiredToken => service.expired(),
        Fault::Throttle => service.throttled(),
        Fault::Internal => service.internal(),
        Fault::Unavailable => service.unavailable(),
        Fault::NotFound => service.not_found("It was there a moment ago."),
        Fault::ClockSkew => service.wrong_signature(&skew("20200101T000000Z", call.now)),
        Fault::WrongSignature => service.wrong_signature(MISMATCH),
        Fault::DisabledRegion => service.unknown_key(),
        Fault::Refuse {
            status,
            code,
            message,
        } => Refusal {
            status: *status,
            code: code.clone(),
            message: message.clone(),
        },
        _ => return None,
    })
}

impl Outcome {
    /// Sends a response as it is.
    pub(crate) fn whole(response: Response) -> Self {
        Self::spoiled(response, &[])
    }

    /// Sends a response with the transport's faults.
    fn spoiled(mut response: Response, faults: &[Fault]) -> Self {
        for fault in faults {
            match fault {
                Fault::EmptyBody => response.body.clear(),
                Fault::TruncatedBody => {
                    let half = response.body.floor_char_boundary(response.body.len() / 2);
                    response.body.truncate(half);
                }
                Fault::Body { text } => response.body.clone_from(text),
                Fault::ContentType(kind) => response.content_type.clone_from(kind),
                _ => {}
            }
        }
        let text = std::mem::take(&mut response.body);
        let is_broken = faults.contains(&Fault::ResetInBody);
        let slow = faults.iter().find_map(|fault| match fault {
            Fault::SlowBody { pieces, pause_ms } => Some((*pieces, *pause_ms)),
            _ => None,
        });
        let body = match slow {
            _ if is_broken => Outgoing::broken(text),
            Some((pieces, ms)) => Outgoing::slow(text, pieces, Duration::from_millis(ms)),
            None => Outgoing::whole(text),
        };
        Self::Send {
            response,
            body,
            is_broken,
        }
    }
}
