//! One pool of connections for the clients of all accounts, with the pace of many accounts before it.
//!
//! Must not know operations.

use std::sync::{Arc, OnceLock};

use aws_sdk_iam::config::interceptors::FinalizerInterceptorContextRef;
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::retries::RequestAttempts;

use super::pace::Pace;
use super::visit::Visit;

/// Makes connections once, for all clients that share it; they all have the same time limits.
#[derive(Debug, Clone, Default)]
pub(super) struct Transport {
    connector: Arc<OnceLock<SharedHttpConnector>>,
    /// Who makes connections; the SDK's own way where nobody else does.
    client: Option<SharedHttpClient>,
    /// Gives each request its turn, after the pace of the account that is visited.
    pace: Option<Arc<Pace>>,
}

impl Transport {
    /// Shares the connections of a client that exists, or makes its own.
    pub(super) fn over(client: Option<SharedHttpClient>) -> Self {
        Self {
            client,
            ..Self::default()
        }
    }

    /// Uses the same connections, no faster than a pace and that of the account that is visited.
    pub(super) fn paced(&self, pace: &Arc<Pace>) -> Self {
        Self {
            connector: Arc::clone(&self.connector),
            client: self.client.clone(),
            pace: Some(Arc::clone(pace)),
        }
    }
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.connector.get_or_init(|| {
            if let Some(client) = &self.client {
                return client.http_connector(settings, components);
            }
            // As the SDK makes its own, one for each client.
            let mut connector = Connector::builder()
                .tls_provider(tls::Provider::Rustls(
                    tls::rustls_provider::CryptoMode::AwsLc,
                ))
                .connector_settings(settings.clone())
                .proxy_config(ProxyConfig::from_env());
            connector.set_sleep_impl(components.sleep_impl());
            SharedHttpConnector::new(connector.build())
        });
        let connector = connector.clone();
        match &self.pace {
            None => connector,
            Some(pace) => SharedHttpConnector::new(Paced {
                connector,
                pace: Arc::clone(pace),
            }),
        }
    }
}

#[derive(Debug)]
struct Paced {
    connector: SharedHttpConnector,
    pace: Arc<Pace>,
}

impl HttpConnector for Paced {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (connector, common) = (self.connector.clone(), Arc::clone(&self.pace));
        HttpConnectorFuture::new(async move {
            if let Some(own) = Visit::pace() {
                own.turn().await;
            }
            common.turn().await;
            connector.call(request).await
        })
    }
}

/// Tells the pace of everybody who asks a service of answers, and that of the account that is visited.
#[derive(Debug)]
pub(super) struct Listener(pub(super) Arc<Pace>);

impl Listener {
    fn hear(&self, is_first: bool, throttled: bool) {
        if let Some(own) = Visit::pace() {
            own.heard(throttled);
        }
        // Further attempts tell nothing new, and have waited already: where only throttled accounts are
        // left, nobody else is to be slowed down.
        if is_first {
            self.0.heard(throttled);
        }
    }
}

impl Intercept for Listener {
    fn name(&self) -> &'static str {
        "roledrift::Listener"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let attempts = config.load::<RequestAttempts>();
        let is_first = attempts.is_none_or(|attempts| attempts.attempts() <= 1);
        if let Some(response) = context.response() {
            let status = response.status().as_u16();
            let says = |words: &[&str]| {
                let body = response.body().bytes().unwrap_or_default();
                let body = String::from_utf8_lossy(body);
                words.iter().any(|word| body.contains(word))
            };
            let throttled = status == 429
                || matches!(status, 400 | 503)
                    && says(&[
                        "Throttl",
                        "TooManyRequests",
                        "RequestLimitExceeded",
                        "SlowDown",
                    ]);
            self.hear(is_first, throttled);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Duration, Instant, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn further_attempts_slow_down_their_account_and_nobody_else() {
        let listener = Listener(Arc::new(Pace::of_everybody()));
        let waits = async |pace: &Pace| {
            let begun = Instant::now();
            pace.turn().await;
            pace.turn().await;
            begun.elapsed()
        };
        let visit = Visit::new(None).during(async {
            for _ in 0..100 {
                sleep(Duration::from_millis(100)).await;
                listener.hear(false, true);
            }
            waits(&Visit::pace().unwrap()).await
        });
        assert!(visit.await > Duration::from_millis(500));
        assert_eq!(waits(&listener.0).await, Duration::ZERO);
    }
}
