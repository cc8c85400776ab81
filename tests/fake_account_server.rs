//! The fake account itself: signatures, pages, rates, refusals and faults, over plain HTTP.
//!
//! That AWS's own models parse its answers is shown by `tests/fake_account/smoke.py`.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod fake_account;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use fake_account::request::Request;
use fake_account::signature::authorization;
use fake_account::{FakeAccount, Options};
use hyper::{HeaderMap, Method};
use serde_json::Value;

const ACCOUNT: &str = "111122223333";

fn clean() -> FakeAccount {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fake_account/accounts/contact-center.clean.json"
    );
    FakeAccount::open(&[file], &Options::default()).unwrap()
}

fn fleet(accounts: u64) -> FakeAccount {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fake_account/accounts/fleet.json"
    );
    let options = Options {
        fleet: Some(accounts),
        ..Options::default()
    };
    FakeAccount::open(&[file], &options).unwrap()
}

/// Holds what came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Returns the texts of all elements of a name.
    fn all(&self, name: &str) -> Vec<&str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let parts = self.body.split(&open).skip(1);
        parts
            .map(|part| part.split(&close).next().unwrap())
            .collect()
    }
}

/// Holds a request that is being made.
struct Ask<'a> {
    server: &'a FakeAccount,
    service: &'a str,
    region: &'a str,
    access_key: String,
    token: Option<&'a str>,
    spoils_signature: bool,
}

impl<'a> Ask<'a> {
    fn of(server: &'a FakeAccount, service: &'a str) -> Self {
        Self {
            server,
            service,
            region: "us-east-1",
            access_key: FakeAccount::credentials(ACCOUNT).0,
            token: None,
            spoils_signature: false,
        }
    }

    fn iam(server: &'a FakeAccount, form: &str) -> Answer {
        Self::of(server, "iam").form(form)
    }

    fn form(&self, form: &str) -> Answer {
        self.send(Method::POST, "/", form, &[]).unwrap()
    }

    fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "", &[]).unwrap()
    }

    fn organizations(&self, operation: &str, body: &str) -> Answer {
        let target = format!("AWSOrganizationsV20161128.{operation}");
        self.send(Method::POST, "/", body, &[("x-amz-target", &target)])
            .unwrap()
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        body: &str,
        more: &[(&'static str, &str)],
    ) -> std::io::Result<Answer> {
        let host = self.server.url().replace("http://", "");
        let mut headers = HeaderMap::new();
        headers.insert("host", host.parse().unwrap());
        let now = jiff::Timestamp::now()
            .strftime("%Y%m%dT%H%M%SZ")
            .to_string();
        headers.insert("x-amz-date", now.parse().unwrap());
        if let Some(token) = self.token {
            headers.insert("x-amz-security-token", token.parse().unwrap());
        }
        for (name, value) in more {
            headers.insert(*name, value.parse().unwrap());
        }
        let (bare, query) = path.split_once('?').unwrap_or((path, ""));
        let mut request = Request {
            method,
            path: bare.to_owned(),
            query: query.to_owned(),
            headers,
            body: body.to_owned().into(),
        };
        let mut signed =
            authorization(&request, &self.access_key, self.region, self.service).unwrap();
        if self.spoils_signature {
            signed.push('0');
        }
        request
            .headers
            .insert("authorization", signed.parse().unwrap());
        exchange(&request, path)
    }
}

/// Sends a request over a connection of its own.
fn exchange(request: &Request, path: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(request.header("host").unwrap())?;
    let mut text = format!(
        "{} {path} HTTP/1.1\r\nconnection: close\r\n",
        request.method
    );
    for (name, value) in &request.headers {
        write!(text, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    write!(text, "content-length: {}\r\n\r\n", request.body.len()).unwrap();
    stream.write_all(text.as_bytes())?;
    stream.write_all(&request.body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).unwrap_or("0").parse().unwrap();
    Ok(Answer {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    })
}

#[test]
fn pages_as_iam_pages_and_refuses_foreign_markers() {
    let server = clean();
    let first = Ask::iam(&server, "Action=ListRoles&MaxItems=30");
    assert_eq!(first.all("RoleName").len(), 30);
    assert_eq!(first.all("IsTruncated"), ["true"]);
    let marker = first.all("Marker")[0];
    let second = Ask::iam(
        &server,
        &format!("Action=ListRoles&MaxItems=30&Marker={marker}"),
    );
    assert_eq!(second.all("RoleName").len(), 10);
    assert_eq!(second.all("IsTruncated"), ["false"]);
    let foreign = Ask::iam(&server, &format!("Action=ListPolicies&Marker={marker}"));
    assert_eq!(
        (foreign.status, foreign.all("Code")),
        (400, vec!["ValidationError"])
    );
    let document = first.all("AssumeRolePolicyDocument")[0];
    assert!(document.starts_with("%7B%22Version%22%3A"), "{document}");
}

#[test]
fn follows_connect_in_tens_and_knows_every_storage_type() {
    let server = clean();
    let ask = Ask::of(&server, "connect");
    let first = ask.get("/instance?maxResults=10").json();
    let next = first["NextToken"].as_str().unwrap();
    let second = ask
        .get(&format!("/instance?maxResults=10&nextToken={next}"))
        .json();
    assert_eq!(first["InstanceSummaryList"].as_array().unwrap().len(), 10);
    assert_eq!(second["InstanceSummaryList"].as_array().unwrap().len(), 2);
    assert!(second.get("NextToken").is_none());
    assert_eq!(ask.get("/instance?maxResults=11").status, 400);
    let id = first["InstanceSummaryList"][0]["Id"].as_str().unwrap();
    let recordings = ask.get(&format!(
        "/instance/{id}/storage-configs?resourceType=CALL_RECORDINGS"
    ));
    assert_eq!(recordings.json()["StorageConfigs"][0]["StorageType"], "S3");
    let wrong = ask.get(&format!(
        "/instance/{id}/storage-configs?resourceType=NONSENSE"
    ));
    assert!(
        wrong
            .head
            .contains("x-amzn-errortype: invalidparameterexception")
    );
}

#[test]
fn refuses_what_is_not_signed_by_a_key_of_here() {
    let server = clean();
    let mut ask = Ask::of(&server, "iam");
    ask.spoils_signature = true;
    let forged = ask.form("Action=ListRoles");
    assert_eq!(
        (forged.status, forged.all("Code")),
        (403, vec!["SignatureDoesNotMatch"])
    );
    let mut ask = Ask::of(&server, "connect");
    ask.access_key = "AKIAFAKE999999999999".to_owned();
    let unknown = ask.get("/instance");
    assert_eq!(unknown.status, 403);
    assert!(
        unknown
            .head
            .contains("x-amzn-errortype: unrecognizedclientexception")
    );
    let mut headers = HeaderMap::new();
    headers.insert("host", server.url().replace("http://", "").parse().unwrap());
    let request = Request {
        method: Method::GET,
        path: "/instance".to_owned(),
        query: String::new(),
        headers,
        body: "".into(),
    };
    let unsigned = exchange(&request, "/instance").unwrap();
    assert_eq!(unsigned.status, 403);
    assert!(
        unsigned
            .head
            .contains("missingauthenticationtokenexception")
    );
    assert_eq!(server.log().unsigned, 2);
}

#[test]
fn throttles_over_the_published_rate_and_per_region() {
    let server = clean();
    let mut ask = Ask::of(&server, "connect");
    let slow =
        r#"{"rates": [{"operation": "connect:*", "rate": {"per_second": 0.001, "burst": 5}}]}"#;
    assert_eq!([0; 5].map(|_| ask.get("/instance").status), [200; 5]);
    server.reset().unwrap();
    server.control(slow).unwrap();
    let statuses = [0; 7].map(|_| ask.get("/instance").status);
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429]);
    ask.region = "eu-west-2";
    assert_eq!(ask.get("/instance").status, 200);
    let log = server.log();
    assert_eq!((log.requests, log.throttled), (8, 2));
    server.control(r#"{"enforce_rates": false}"#).unwrap();
    assert!((0..20).all(|_| ask.get("/instance").status == 200));
}

#[test]
fn answers_a_region_that_is_not_enabled_like_an_unknown_key() {
    let server = clean();
    let mut ask = Ask::of(&server, "profile");
    ask.region = "af-south-1";
    assert_eq!(ask.get("/domains").status, 403);
    ask.region = "eu-central-1";
    assert_eq!(ask.get("/domains").body, r#"{"Items":[]}"#);
}

#[test]
fn breaks_what_it_is_told_to() {
    let server = clean();
    let ask = Ask::of(&server, "iam");
    let tell = |operation: &str, fault: &str| {
        let rules = format!(r#"{{"rules": [{{"operation": "{operation}", "fault": {fault}}}]}}"#);
        server.control(&rules).unwrap();
    };
    let codes = [
        ("\"deny\"", 403, "AccessDenied"),
        ("\"expired_token\"", 403, "ExpiredToken"),
        ("\"throttle\"", 400, "Throttling"),
        ("\"internal\"", 500, "ServiceFailure"),
        ("\"unavailable\"", 503, "ServiceUnavailable"),
        ("\"not_found\"", 404, "NoSuchEntity"),
        ("\"clock_skew\"", 403, "SignatureDoesNotMatch"),
        (
            r#"{"refuse": {"status": 400, "code": "RequestTimeTooSkewed"}}"#,
            400,
            "RequestTimeTooSkewed",
        ),
    ];
    for (fault, status, code) in codes {
        tell("iam:List*", fault);
        let answer = ask.form("Action=ListRoles");
        assert_eq!((answer.status, answer.all("Code")), (status, vec![code]));
        assert_eq!(ask.form("Action=GetAccountSummary").status, 200);
    }
    tell("*", "\"empty_body\"");
    assert_eq!(ask.form("Action=ListRoles").body, "");
    tell("*", "\"truncated_body\"");
    assert!(
        !ask.form("Action=ListRoles")
            .body
            .contains("</ListRolesResponse>")
    );
    tell("*", r#"{"content_type": "text/html"}"#);
    assert!(
        ask.form("Action=ListRoles")
            .head
            .contains("content-type: text/html")
    );
    tell("*", r#"{"slow_body": {"pieces": 3, "pause_ms": 1}}"#);
    assert_eq!(ask.form("Action=ListRoles").all("RoleName").len(), 40);
    tell("*", "\"endless_pages\"");
    let marker = ask.form("Action=ListRoles").all("Marker")[0].to_owned();
    let again = ask.form(&format!("Action=ListRoles&Marker={marker}"));
    assert_eq!(again.all("Marker"), [marker]);
    tell("*", "\"repeated_page\"");
    let once = ask.form("Action=ListRoles");
    let marker = once.all("Marker")[0];
    let twice = ask.form(&format!("Action=ListRoles&Marker={marker}"));
    assert_eq!(once.all("RoleName"), twice.all("RoleName"));
    assert_eq!(twice.all("IsTruncated"), ["false"]);
    for fault in ["\"reset\"", "\"reset_in_body\""] {
        tell("*", fault);
        let error = ask
            .send(Method::POST, "/", "Action=ListRoles", &[])
            .unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
    server.reset().unwrap();
    assert_eq!(ask.form("Action=ListRoles").status, 200);
}

#[test]
fn strikes_as_often_as_it_is_told_and_only_the_thing_that_is_named() {
    let server = clean();
    let roles = Ask::iam(&server, "Action=ListRoles");
    let names = roles.all("RoleName");
    let rule = |more: &str| {
        let text = format!(r#"{{"rules": [{{"fault": "deny", {more}}}]}}"#);
        server.control(&text).unwrap();
    };
    let status = |name: &str| Ask::iam(&server, &format!("Action=GetRole&RoleName={name}")).status;
    rule(&format!(r#""parameter": "{}""#, names[3]));
    assert_eq!((status(names[3]), status(names[4])), (403, 200));
    rule(r#""after": 1, "times": 1"#);
    let three = [status(names[3]), status(names[3]), status(names[3])];
    assert_eq!(three, [200, 403, 200]);
    rule(r#""every": 2, "account": "9*""#);
    assert_eq!(status(names[3]), 200);
}

#[test]
fn makes_the_same_fleet_again_and_lends_sessions_in_it() {
    let (one, two) = (fleet(10_000), fleet(10_000));
    let mut management = Ask::of(&one, "organizations");
    management.access_key = one.first_credentials().0;
    let page = management.organizations("ListAccounts", "{}").json();
    assert_eq!(page["Accounts"].as_array().unwrap().len(), 20);
    let member = page["Accounts"][7]["Id"].as_str().unwrap().to_owned();
    let mut names = Vec::new();
    for server in [&one, &two] {
        let mut sts = Ask::of(server, "sts");
        sts.access_key = server.first_credentials().0;
        let arn = format!("arn:aws:iam::{member}:role/audit");
        let session = sts.form(&format!(
            "Action=AssumeRole&RoleSessionName=test&RoleArn={arn}"
        ));
        let token = session.all("SessionToken")[0];
        let mut iam = Ask::of(server, "iam");
        session.all("AccessKeyId")[0].clone_into(&mut iam.access_key);
        iam.token = Some(token);
        let roles = iam.form("Action=ListRoles");
        names.push(roles.all("RoleName").join(" "));
        let mut sts = Ask::of(server, "sts");
        iam.access_key.clone_into(&mut sts.access_key);
        sts.token = Some(token);
        let identity = sts.form("Action=GetCallerIdentity");
        assert_eq!(identity.all("Account"), [member.as_str()]);
    }
    assert_eq!(names[0], names[1]);
    assert_eq!(names[0].split(' ').count(), 20);
    let log = one.log();
    assert_eq!(log.accounts.unwrap()[&member]["iam:ListRoles"], 1);
    let refused = Ask {
        access_key: FakeAccount::credentials(&member).0,
        ..Ask::of(&one, "organizations")
    };
    let refused = refused.organizations("ListAccounts", "{}");
    assert_eq!(refused.json()["__type"], "AccessDeniedException");
}

#[test]
fn refuses_roles_that_are_not_there_when_told_so() {
    let server = fleet(3);
    server
        .control(r#"{"require_roles": true, "external_id": "42"}"#)
        .unwrap();
    let mut sts = Ask::of(&server, "sts");
    let (key, _) = server.first_credentials();
    let account = key["AKIAFAKE".len()..].to_owned();
    sts.access_key = key;
    let assume = |role: &str, more: &str| {
        let arn = format!("arn:aws:iam::{account}:role/{role}");
        let form = format!("Action=AssumeRole&RoleSessionName=test&RoleArn={arn}{more}");
        sts.form(&form).status
    };
    assert_eq!(assume("audit", "&ExternalId=42"), 200);
    assert_eq!(assume("audit", ""), 403);
    assert_eq!(assume("other", "&ExternalId=42"), 403);
}

#[test]
fn every_planted_resource_is_in_the_drifted_account() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fake_account/accounts/");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}")).unwrap();
    let drifted = read("contact-center.drifted.json");
    let planted: Value = serde_json::from_str(&read("planted.json")).unwrap();
    for line in planted.as_array().unwrap() {
        let resource = line["resource"].as_str().unwrap();
        let name = resource.rsplit(['/', ':']).next().unwrap();
        assert!(name == "root" || drifted.contains(name), "{line}");
    }
}
