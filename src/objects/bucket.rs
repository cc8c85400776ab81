//! A bucket of Amazon S3.
//!
//! S3 shows an object whole or not at all, and the one written last.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, mpsc};

use aws_config::Region;
pub(super) use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::head_bucket::HeadBucketError;
use aws_sdk_s3::primitives::ByteStream;
use tokio::runtime::Runtime;

use super::{ObjectsError, too_large};

/// The header in which S3 says where a bucket is, also to those whom it refuses.
const REGION_HEADER: &str = "x-amz-bucket-region";

#[derive(Debug, Clone)]
pub(super) struct Bucket {
    client: Client,
    /// Answers are waited for on whatever thread: requests run on one of their own.
    runtime: Arc<Background>,
    name: String,
    prefix: String,
}

impl Bucket {
    pub(super) fn open(
        bucket: &str,
        prefix: &str,
        config: &SdkConfig,
    ) -> Result<Self, ObjectsError> {
        let mut opened = Self {
            client: Client::new(config),
            runtime: Arc::new(Background::start().map_err(|source| ObjectsError {
                doing: "open",
                place: format!("s3://{bucket}"),
                source,
            })?),
            name: bucket.to_owned(),
            prefix: prefix.to_owned(),
        };
        let region = opened.region().map_err(|source| ObjectsError {
            doing: "open",
            place: format!("s3://{bucket}"),
            source,
        })?;
        if let Some(region) = region.filter(|region| config.region() != Some(region)) {
            let config = config.clone().into_builder().region(region).build();
            opened.client = Client::new(&config);
        }
        Ok(opened)
    }

    pub(super) fn address(&self, name: &str) -> String {
        format!("s3://{}/{}", self.name, self.key(name))
    }

    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let request = self.client.put_object();
        let request = request.bucket(&self.name).key(self.key(name));
        let request = request.body(ByteStream::from(bytes.to_vec()));
        self.wait(request.send())?.map_err(|error| failed(&error))?;
        Ok(())
    }

    pub(super) fn get(&self, name: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let request = self.client.get_object();
        let request = request.bucket(&self.name).key(self.key(name));
        let answer = self.wait(async move {
            let mut answer = match request.send().await {
                Err(error) if is_absent(&error) => return Ok(None),
                answer => answer.map_err(|error| failed(&error))?,
            };
            let mut bytes = Vec::new();
            while let Some(part) = answer.body.try_next().await.map_err(io::Error::other)? {
                bytes.extend_from_slice(&part);
                if bytes.len() as u64 > most {
                    return Err(too_large(most));
                }
            }
            Ok(Some(bytes))
        });
        answer?
    }

    pub(super) fn contains(&self, name: &str) -> io::Result<bool> {
        let key = self.key(name);
        let request = self.client.list_objects_v2().bucket(&self.name);
        // Of the keys that begin so, the key itself is the first.
        let request = request.prefix(&key).max_keys(1);
        let page = self.wait(request.send())?.map_err(|error| failed(&error))?;
        let first = page.contents().first();
        Ok(first.and_then(|object| object.key()) == Some(key.as_str()))
    }

    pub(super) fn below(&self, name: &str) -> io::Result<BTreeSet<String>> {
        let above = match self.key(name) {
            key if key.is_empty() => key,
            key => format!("{key}/"),
        };
        let request = self.client.list_objects_v2().bucket(&self.name);
        let request = request.prefix(&above).delimiter("/");
        let answer = self.wait(async move {
            let mut found = BTreeSet::new();
            let mut tokens = BTreeSet::new();
            let mut next = None;
            loop {
                let page = request.clone().set_continuation_token(next.take());
                let page = page.send().await.map_err(|error| failed(&error))?;
                let objects = page.contents().iter().filter_map(|object| object.key());
                let further = page.common_prefixes().iter();
                let further = further.filter_map(|common| common.prefix());
                let names = objects.chain(further).filter_map(|key| {
                    let name = key.strip_prefix(&above)?.trim_end_matches('/');
                    (!name.is_empty()).then(|| name.to_owned())
                });
                found.extend(names);
                if page.is_truncated() != Some(true) {
                    return Ok(found);
                }
                next = page.next_continuation_token().map(ToOwned::to_owned);
                if next
                    .as_ref()
                    .is_none_or(|token| !tokens.insert(token.clone()))
                {
                    return Err(io::Error::other("the list of objects has no end"));
                }
            }
        });
        answer?
    }

    fn key(&self, name: &str) -> String {
        match (self.prefix.as_str(), name) {
            ("", name) => name.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, name) => format!("{prefix}/{name}"),
        }
    }

    /// Asks where the bucket is: a request to another Region would be refused.
    fn region(&self) -> io::Result<Option<Region>> {
        let named = |name: &str| Region::new(name.to_owned());
        match self.wait(self.client.head_bucket().bucket(&self.name).send())? {
            Ok(answer) => Ok(answer.bucket_region().map(named)),
            Err(error) => {
                let response = error.raw_response();
                let elsewhere = response.and_then(|response| response.headers().get(REGION_HEADER));
                match elsewhere {
                    // What may not be asked here may still be allowed where it matters.
                    Some(name) if !is_missing(&error) => Ok(Some(named(name))),
                    _ => Err(failed(&error)),
                }
            }
        }
    }

    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> io::Result<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            // Nobody waits any more only where this thread is gone.
            let _ = sender.send(work.await);
        });
        receiver.recv().map_err(io::Error::other)
    }
}

/// Holds a runtime that may be dropped from within another one.
#[derive(Debug)]
struct Background(Option<Runtime>);

impl Background {
    fn start() -> io::Result<Self> {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime
            .worker_threads(1)
            .thread_name("objects")
            .enable_all();
        runtime.build().map(Some).map(Self)
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.0 {
            runtime.spawn(work);
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn is_missing(error: &SdkError<HeadBucketError>) -> bool {
    error
        .as_service_error()
        .is_some_and(HeadBucketError::is_not_found)
}

fn is_absent<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.code() == Some("NoSuchKey")
}

fn failed<E>(error: &SdkError<E>) -> io::Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let status = error
        .raw_response()
        .map(|response| response.status().as_u16());
    let kind = match (status, error.code()) {
        (Some(401 | 403), _) => io::ErrorKind::PermissionDenied,
        (Some(404), _) => io::ErrorKind::NotFound,
        _ => io::ErrorKind::Other,
    };
    let said = match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => match status {
            Some(403) => "access denied".to_owned(),
            Some(404) => "no such bucket".to_owned(),
            _ => DisplayErrorContext(error).to_string(),
        },
    };
    io::Error::new(kind, said)
}
