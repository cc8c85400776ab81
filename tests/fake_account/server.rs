//! Sockets: accepts connections on loopback, reads requests, sends answers, resets where told.
//!
//! Must not know AWS.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::answering::{Outcome, State};
use super::body::Outgoing;
use super::protocol::Response;
use super::request::Request;

/// No request of these APIs is longer.
const LONGEST: usize = 1 << 20;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Says that a connection is to be reset instead of an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is reset on purpose")]
struct ResetOnPurpose;

/// Listens on loopback; port 0 takes any.
pub(crate) fn listen(port: u16) -> std::io::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves connections until the runtime ends.
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    state: Arc<State>,
) -> std::io::Result<Infallible> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        // Too many open files and the like pass.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            continue;
        };
        tokio::spawn(connection(stream, Arc::clone(&state)));
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    let _ = stream.set_nodelay(true);
    let is_reset = AtomicBool::new(false);
    let service = service_fn(async |request: hyper::Request<Incoming>| {
        let outcome = respond(request, &state).await;
        let (Outcome::Reset
        | Outcome::Send {
            is_broken: true, ..
        }) = &outcome
        else {
            return send(outcome);
        };
        is_reset.store(true, Ordering::Relaxed);
        send(outcome)
    });
    let mut served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ended = (&mut served).await;
    if ended.is_err() && is_reset.load(Ordering::Relaxed) {
        // Closing without lingering sends a reset instead of an orderly end.
        let stream = served.into_parts().io.into_inner();
        let _ = stream.set_zero_linger();
    }
}

async fn respond(request: hyper::Request<Incoming>, state: &State) -> Outcome {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LONGEST).collect().await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long");
    };
    let request = Request {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: body.to_bytes(),
    };
    match request.path.as_str() {
        path if path.starts_with("/__") => control(&request, state),
        _ => state.answer(&request).await,
    }
}

/// Answers what is not AWS's: `/__control`, `/__log`, `/__reset`.
fn control(request: &Request, state: &State) -> Outcome {
    let result = match (&request.method, request.path.as_str()) {
        (&Method::POST, "/__control") => state.control(&String::from_utf8_lossy(&request.body)),
        (&Method::POST, "/__reset") => state.reset(),
        (&Method::GET, "/__log") => {
            let summary = state.log.summary(request.query.contains("accounts"));
            let text = serde_json::to_string_pretty(&summary).unwrap_or_default();
            return plain(StatusCode::OK, &format!("{text}\n"));
        }
        _ => return plain(StatusCode::NOT_FOUND, "no such control"),
    };
    match result {
        Ok(()) => plain(StatusCode::OK, "{}\n"),
        Err(error) => plain(StatusCode::BAD_REQUEST, &format!("{error}\n")),
    }
}

fn plain(status: StatusCode, text: &str) -> Outcome {
    Outcome::whole(Response {
        status: status.as_u16(),
        content_type: "application/json".to_owned(),
        request_id: "control".to_owned(),
        error_type: None,
        body: text.to_owned(),
    })
}

fn send(outcome: Outcome) -> Result<hyper::Response<Outgoing>, ResetOnPurpose> {
    let Outcome::Send { response, body, .. } = outcome else {
        return Err(ResetOnPurpose);
    };
    let mut sent = hyper::Response::new(body);
    *sent.status_mut() = StatusCode::from_u16(response.status).unwrap_or_default();
    let headers = [
        (CONTENT_TYPE, Some(response.content_type)),
        (REQUEST_ID, Some(response.request_id)),
        (ERROR_TYPE, response.error_type),
    ];
    for (name, value) in headers {
        if let Some(value) = value
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            sent.headers_mut().insert(name, value);
        }
    }
    Ok(sent)
}
