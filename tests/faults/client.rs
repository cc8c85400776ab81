//! Real SDK clients against the fake account, with a clock that tests can afford.
//!
//! Pacing waits on the runtime's clock, which is held and jumps. What the SDK waits for takes real
//! time, because an answer that is under way must not look like one that never comes: pauses before
//! another attempt are cut to almost nothing, and time limits to a twentieth.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_iam::config::retry::{RetryPartition, TokenBucket};
use aws_sdk_iam::config::{
    AsyncSleep, Credentials, RuntimeComponents, SharedAsyncSleep, SharedCredentialsProvider, Sleep,
};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use roledrift::inventory::aws::{OwnerClients, RegionalClients, Source};

use super::accounts::HOME;
use super::fake_account::request::Request;
use super::fake_account::{FakeAccount, label_of};

/// Attempts per request, and time limits, as `roledrift scan` has them.
const ATTEMPTS: u32 = 6;
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);
const OPERATION_TIMEOUT: Duration = Duration::from_mins(2);
/// Where nobody listens.
const CLOSED: &str = "http://127.0.0.1:1";

/// Returns a runtime whose clock is nobody's to hold.
pub(crate) fn real_time() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap()
    })
}

/// Waits in real time, on whatever runtime.
pub(crate) async fn sleep(duration: Duration) {
    // Made over there: a wait belongs to the clock of the runtime that it is made in.
    let woken = real_time().spawn(async move { tokio::time::sleep(duration).await });
    woken.await.unwrap();
}

#[derive(Debug)]
struct Hurried;

impl AsyncSleep for Hurried {
    fn sleep(&self, duration: Duration) -> Sleep {
        let is_limit = duration >= Duration::from_secs(30);
        Sleep::new(sleep(duration / if is_limit { 20 } else { 500 }))
    }
}

/// Sends the requests of one operation to where nobody listens.
#[derive(Debug, Clone)]
struct Refusing {
    client: SharedHttpClient,
    operation: Option<&'static str>,
}

#[derive(Debug)]
struct RefusingConnector {
    connector: SharedHttpConnector,
    operation: &'static str,
}

impl HttpClient for Refusing {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, components);
        match self.operation {
            None => connector,
            Some(operation) => SharedHttpConnector::new(RefusingConnector {
                connector,
                operation,
            }),
        }
    }
}

impl HttpConnector for RefusingConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        if label_of(&seen(&request)) == Some(self.operation) {
            let (_, path) = split(request.uri());
            request.set_uri(format!("{CLOSED}{path}")).unwrap();
        }
        self.connector.call(request)
    }
}

/// Returns a URI's origin, and what follows it.
fn split(uri: &str) -> (&str, &str) {
    let start = uri.find("://").map_or(0, |scheme| scheme + 3);
    let path = uri[start..]
        .find('/')
        .map_or(uri.len(), |path| start + path);
    uri.split_at(path)
}

/// Returns a request as the server would see it.
fn seen(request: &HttpRequest) -> Request {
    let (_, target) = split(request.uri());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = hyper::HeaderMap::new();
    for (name, value) in request.headers() {
        let name: hyper::header::HeaderName = name.parse().unwrap();
        headers.insert(name, value.parse().unwrap());
    }
    Request {
        method: request.method().parse().unwrap(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: hyper::body::Bytes::copy_from_slice(request.body().bytes().unwrap_or_default()),
    }
}

/// Configures clients of an account; `refused` is an operation that finds nobody.
pub(crate) fn configuration(
    server: &FakeAccount,
    refused: Option<&'static str>,
    is_limited: bool,
) -> SdkConfig {
    let (key, secret) = server.first_credentials();
    let credentials = Credentials::new(key, secret, None, None, "test");
    let limits = if is_limited {
        TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build()
    } else {
        TimeoutConfig::disabled()
    };
    let client = aws_smithy_http_client::Builder::new().build_http();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(server.url())
        .region(aws_config::Region::new(HOME))
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .sleep_impl(SharedAsyncSleep::new(Hurried))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .timeout_config(limits)
        .http_client(Refusing {
            client,
            operation: refused,
        })
        .build()
}

/// Makes a client of an SDK crate with retries of the cell's own.
macro_rules! client {
    ($sdk:ident, $config:expr, $retries:expr) => {
        $sdk::Client::from_conf(
            $sdk::config::Builder::from($config)
                .retry_partition($retries.clone())
                .build(),
        )
    };
}

/// Makes a source whose retries are nobody else's.
pub(crate) fn source(config: &SdkConfig) -> Source {
    static CELLS: AtomicU64 = AtomicU64::new(0);
    let name = format!("cell {}", CELLS.fetch_add(1, Ordering::Relaxed));
    let retries = RetryPartition::custom(name)
        .token_bucket(TokenBucket::default())
        .build();
    let account = client!(aws_sdk_account, config, retries);
    let (of_region, own) = (config.clone(), retries.clone());
    let owners = OwnerClients::new(account, move |region| {
        let region = aws_config::Region::new(region.to_string());
        let config = of_region.clone().into_builder().region(region).build();
        RegionalClients {
            connect: client!(aws_sdk_connect, &config, own),
            campaigns: client!(aws_sdk_connectcampaigns, &config, own),
            campaigns_v2: client!(aws_sdk_connectcampaignsv2, &config, own),
            profiles: client!(aws_sdk_customerprofiles, &config, own),
        }
    });
    let iam = client!(aws_sdk_iam, config, retries);
    Source::new(iam, client!(aws_sdk_sts, config, retries)).with_owners(owners)
}
