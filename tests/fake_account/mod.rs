//! The fake account: an HTTP server on loopback that answers like AWS over recorded accounts.
//!
//! It speaks the wire protocols of IAM, STS, Organizations, Account, Connect, Customer Profiles and
//! campaigns v1 and v2, all at one endpoint (`AWS_ENDPOINT_URL`): the credential scope of the
//! signature tells the service and the Region, the access key tells the account. It checks
//! signatures, pages as AWS pages, enforces the published rates, and breaks what it is told to.
//! README.md in this folder tells the format of recordings and of faults.
//!
//! Nothing here knows roledrift: it is AWS's side.

#![allow(
    dead_code,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unnecessary_wraps,
    reason = "shared by targets that each use a part; test support may panic"
)]

mod account;
mod answering;
mod body;
mod call;
mod document;
mod faults;
mod fleet;
mod log;
mod operation;
mod pages;
mod principal;
mod protocol;
mod rates;
pub(crate) mod request;
mod server;
mod services;
mod settings;
pub(crate) mod signature;
mod world;
mod xml;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use answering::{ControlError, State};
use log::Summary;
use principal::{Principal, SECRET};
use protocol::Service;
use request::Request;
use signature::Credential;
use tokio::runtime::Runtime;
use world::{World, WorldError};

/// Names the operation that a signed request asks for; `None` where it is none of here.
pub(crate) fn label_of(request: &Request) -> Option<&'static str> {
    let credential = Credential::read(request).ok()?;
    let service = Service::of(&credential.service, &request.path)?;
    let (operation, _) = operation::find(service, request)?;
    Some(operation.label)
}

/// Serves accounts until it is dropped. Panics then if it was asked for what is no operation of
/// here, and nobody took note.
#[derive(Debug)]
pub(crate) struct FakeAccount {
    address: SocketAddr,
    state: Arc<State>,
    runtime: Option<Runtime>,
}

/// Chooses what is served.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// 0 takes any.
    pub(crate) port: u16,
    pub(crate) threads: usize,
    /// What `POST /__control` takes; `POST /__reset` returns to it.
    pub(crate) control: String,
    /// How many accounts the fleet has, where the file is not to say.
    pub(crate) fleet: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            threads: 2,
            control: "{}".to_owned(),
            fleet: None,
        }
    }
}

/// Says why the server did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    World(#[from] WorldError),
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error("cannot listen")]
    Listen(#[from] std::io::Error),
}

impl FakeAccount {
    /// Serves recorded accounts and worlds from files.
    pub(crate) fn open(files: &[impl AsRef<Path>], options: &Options) -> Result<Self, StartError> {
        Self::start(World::read(files)?, options)
    }

    /// Serves one recorded account, or a world, given as text.
    pub(crate) fn of(text: &str, options: &Options) -> Result<Self, StartError> {
        Self::start(World::parse(text)?, options)
    }

    fn start(mut world: World, options: &Options) -> Result<Self, StartError> {
        if let Some(accounts) = options.fleet {
            world.resize_fleet(accounts);
        }
        let state = Arc::new(State::new(world, &options.control)?);
        let (listener, address) = server::listen(options.port)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(options.threads.max(1))
            .thread_name("fake-account")
            .enable_all()
            .build()?;
        runtime.spawn(server::serve(listener, Arc::clone(&state)));
        Ok(Self {
            address,
            state,
            runtime: Some(runtime),
        })
    }

    /// Returns what `AWS_ENDPOINT_URL` must be.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the access key and the secret of a user of an account.
    pub(crate) fn credentials(account: &str) -> (String, String) {
        (Principal::access_key(account), SECRET.to_owned())
    }

    /// Returns the whole environment of a program that is to ask here, as a user of the first account.
    pub(crate) fn environment(&self) -> [(&'static str, String); 7] {
        let (key, secret) = self.first_credentials();
        [
            ("AWS_ENDPOINT_URL", self.url()),
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ]
    }

    /// Returns those of the first account.
    pub(crate) fn first_credentials(&self) -> (String, String) {
        Self::credentials(&self.state.first_account())
    }

    /// Tells what was asked so far.
    pub(crate) fn log(&self) -> Summary {
        self.state.log.summary(true)
    }

    /// Returns what was asked for and is no operation of here, and forgives it.
    pub(crate) fn take_unknown(&self) -> BTreeSet<String> {
        self.state.log.take_unknown()
    }

    /// Does what `POST /__control` does.
    pub(crate) fn control(&self, text: &str) -> Result<(), ControlError> {
        self.state.control(text)
    }

    /// Does what `POST /__reset` does.
    pub(crate) fn reset(&self) -> Result<(), ControlError> {
        self.state.reset()
    }
}

impl Drop for FakeAccount {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        // Whatever a test is about: a call that writes, or that nobody listed, is a failure.
        if !std::thread::panicking() {
            assert_eq!(self.take_unknown(), BTreeSet::new());
        }
    }
}
