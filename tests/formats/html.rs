//! The HTML report: its documents, its policy, and that text of strangers stays text.

use roledrift::audit::{Audit, Change, Status, dossiers};
use roledrift::inventory::{DocumentText, Observed};
use roledrift::objects::Objects;
use roledrift::report::{Format, Report};
use roledrift::store::{Previous, Run, Store, Trail, history};

use crate::support::{Account, CONNECT, allow, baselines, denied, read};
use crate::{rendered, report};

/// Returns what a browser shows as text.
pub(crate) fn decoded(text: &str) -> String {
    let (_, body) = text.split_once("<body>").unwrap();
    let (body, _) = body.split_once("<script>").unwrap();
    let body = body.replace("<code>", "`").replace("</code>", "`");
    let mut plain = String::new();
    let mut rest = body.as_str();
    while let Some((before, behind)) = rest.split_once('<') {
        plain.push_str(before);
        let (tag, after) = behind.split_once('>').unwrap();
        // A source is shown as a link.
        plain.push_str(tag.strip_prefix("a href=\"").unwrap_or_default());
        if tag.starts_with("/article") || tag.starts_with("/p") || tag.starts_with("/span") {
            plain.push('\n');
        }
        rest = after;
    }
    plain.push_str(rest);
    let entities = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ];
    let unescape = |text: String, (entity, own): &(&str, &str)| text.replace(entity, own);
    entities.iter().fold(plain, unescape)
}

fn whole(account: &Account) -> String {
    rendered(&with_documents(account, account.audit()), Format::Html)
}

fn with_documents(account: &Account, audit: Audit) -> Report {
    let mut report = report(&account.0, audit);
    report.dossiers = Some(dossiers(&account.0, baselines(), &report.audit));
    report
}

#[test]
fn a_role_shows_what_it_gained_through_which_document() {
    let mut account = Account::connect();
    account.inline(
        CONNECT,
        "Extra",
        read(&allow(r#""dynamodb:DeleteTable""#, "*")),
    );
    let html = decoded(&whole(&account));
    assert!(html.contains("1 gained"), "{html}");
    assert!(html.contains("through inline policy `Extra`"), "{html}");
    assert!(html.contains("DeleteTable"), "{html}");
    assert!(
        html.contains("in force here") && html.contains("newest known"),
        "{html}"
    );
}

#[test]
fn roles_stand_under_their_family_or_with_the_other_catalogued_ones() {
    const OTHERS: &str = "Other catalogued roles";
    assert!(!whole(&Account::connect()).contains(OTHERS));
    assert!(whole(&Account::cloudtrail()).contains(OTHERS));
}

#[test]
fn a_conforming_role_gained_and_lost_nothing() {
    let account = Account::connect();
    let html = decoded(&whole(&account));
    assert!(
        html.contains("0 gained") && html.contains("0 lost"),
        "{html}"
    );
}

#[test]
fn what_was_not_read_is_no_loss_and_is_told() {
    let mut account = Account::connect();
    account.role(CONNECT).attached = denied("iam:ListAttachedRolePolicies");
    account.inline(
        CONNECT,
        "Extra",
        read(&allow(r#""s3:GetObject""#, "arn:aws:s3:::a/*")),
    );
    let html = decoded(&whole(&account));
    assert!(html.contains("0 lost"), "{html}");
    assert!(
        html.contains("Not read: iam:ListAttachedRolePolicies was denied"),
        "{html}"
    );
    assert!(html.contains("Incomplete."), "{html}");
}

#[test]
fn a_version_that_is_not_known_leads_the_timeline() {
    let mut account = Account::connect();
    let policy = account.0.policies.values_mut().next().unwrap();
    policy.default_version = Observed::Read("v999".parse().unwrap());
    let html = whole(&account);
    let unknown = html.find("Not one of the known versions").unwrap();
    assert!(unknown < html.find(">newest known<").unwrap(), "{html}");
}

#[test]
fn roles_with_equal_documents_share_their_list() {
    let mut account = Account::connect();
    let mut twin = account.role(CONNECT).clone();
    let name = format!("{CONNECT}x");
    twin.arn = twin.arn.as_str().replace(CONNECT, &name).parse().unwrap();
    twin.name = name.parse().unwrap();
    account.0.roles.push(twin);
    let report = with_documents(&account, account.audit());
    assert_eq!(report.dossiers.as_ref().unwrap().accesses.len(), 1);
    assert!(rendered(&report, Format::Html).contains("whose documents and baseline are equal"));
}

#[test]
fn an_action_on_other_resources_than_the_baselines_is_told_apart() {
    let mut account = Account::connect();
    account.role(CONNECT).attached = Observed::Read(Vec::new());
    for (action, group) in [
        ("logs:CreateLogStream", "acme"),
        ("logs:PutLogEvents", "aws/connect/acme"),
    ] {
        let resource = format!("arn:aws:logs:*:*:log-group:/{group}/*");
        let grant = allow(&format!("{action:?}"), &resource);
        account.inline(CONNECT, group, read(&grant));
    }
    let report = with_documents(&account, account.audit());
    let [access] = &report.dossiers.as_ref().unwrap().accesses[..] else {
        panic!("one role")
    };
    let logs = access.services["logs"].iter();
    let changes: Vec<_> = logs.map(|own| (own.name.as_ref(), own.change)).collect();
    for expected in [
        ("logs:CreateLogStream", Change::Other),
        ("logs:DescribeLogStreams", Change::Lost),
        ("logs:PutLogEvents", Change::Narrower),
    ] {
        let (name, change) = expected;
        assert!(changes.contains(&(name, Some(change))), "{changes:?}");
    }
}

#[test]
fn a_role_whose_policies_were_not_listed_shares_no_list() {
    let mut account = Account::connect();
    account.role(CONNECT).attached = Observed::Read(Vec::new());
    account.inline(CONNECT, "Extra", read(&allow(r#""s3:GetObject""#, "*")));
    let mut twin = account.role(CONNECT).clone();
    let name = format!("{CONNECT}x");
    twin.arn = twin.arn.as_str().replace(CONNECT, &name).parse().unwrap();
    twin.name = name.parse().unwrap();
    twin.attached = denied("iam:ListAttachedRolePolicies");
    account.0.roles.push(twin);
    let report = with_documents(&account, account.audit());
    let found = report.dossiers.as_ref().unwrap();
    assert_eq!(found.accesses.len(), 2);
    let lost = |place: usize| {
        let actions = found.accesses[found.roles[place].access.unwrap()]
            .services
            .values();
        let changes = actions.flatten().map(|action| action.change);
        changes
            .filter(|change| *change == Some(Change::Lost))
            .count()
    };
    // Only of the one whose policies are known can it be told what it lacks.
    assert!(lost(0) > 100 && lost(1) == 0, "{} {}", lost(0), lost(1));
    let html = decoded(&rendered(&report, Format::Html));
    assert!(
        html.contains("which managed policies the role has was not read"),
        "{html}"
    );
}

#[test]
fn documents_of_strangers_stay_text() {
    let hostile = "</pre></details><script>alert(1)</script><img src=x onerror=alert(1)>&lt;";
    let mut account = Account::connect();
    let json = serde_json::to_string(hostile).unwrap();
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":{json},"Effect":"Allow","Action":"s3:*","Resource":{json}}}]}}"#
    );
    account.inline(CONNECT, hostile, read(&policy));
    account.role(CONNECT).trust = Observed::Read(DocumentText::new(hostile));
    account.role(CONNECT).description = Observed::Read(Some(hostile.to_owned()));
    let html = whole(&account);
    assert_eq!(html.matches("<script").count(), 1);
    assert!(!html.contains("<img") && !html.contains("</pre></details><"));
    assert!(decoded(&html).contains(hostile));
}

#[test]
fn the_policy_allows_the_own_style_sheet_and_script_only() {
    use base64::Engine as _;
    use sha2::{Digest, Sha256};
    let account = Account::connect();
    let html = whole(&account);
    for (directive, open, close) in [
        ("style-src", "<style>", "</style>"),
        ("script-src", "<script>", "</script>"),
    ] {
        let (_, rest) = html.split_once(open).unwrap();
        let (content, _) = rest.split_once(close).unwrap();
        let digest = Sha256::digest(content.as_bytes());
        let digest = base64::engine::general_purpose::STANDARD.encode(digest);
        let digest = digest.replace('+', "&#43;");
        let policy = html.replace("&#39;", "'").replace('+', "&#43;");
        assert!(
            policy.contains(&format!("{directive} 'sha256-{digest}'")),
            "{directive}"
        );
    }
    assert!(html.contains("default-src &#39;none&#39;"));
    for outside in [
        "src=", "@import", "url(", " on", "style=\"", "<link", "<iframe",
    ] {
        let (_, body) = html.split_once("<body>").unwrap();
        let (body, _) = body.split_once("<script>").unwrap();
        let tags = body.split('<').filter_map(|part| part.split('>').next());
        let tags: Vec<&str> = tags.filter(|tag| tag.contains(outside)).collect();
        assert!(tags.is_empty() || outside == " on", "{outside}: {tags:?}");
    }
}

#[test]
fn runs_of_a_store_are_a_trend() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(Objects::in_folder(folder.path()).unwrap());
    let mut account = Account::connect();
    let mut trail = Trail::default();
    let mut since = None;
    for (number, seconds) in [(1, 3600), (2, 7200), (3, 3600)] {
        account.role(CONNECT).max_session_seconds = Observed::Read(seconds);
        let time: jiff::Timestamp = format!("2026-11-0{number}T06:00:00Z").parse().unwrap();
        account.0.collected_at = Some(time);
        let audit = account.audit();
        store
            .keep(&audit, &account.0.coverage(), None, time, time, number)
            .unwrap();
        since = Some(trail.advance(&Run::of(&audit, None, time)));
    }
    let mut report = with_documents(&account, account.audit());
    report.history = history(&store, None).unwrap().accounts.pop();
    report.since = Some(roledrift::report::Since {
        previous: Previous::Nothing,
        comparison: since.unwrap(),
    });
    assert_eq!(report.audit.count(Status::Conforms), 1);
    let html = rendered(&report, Format::Html);
    let (_, trend) = html.split_once("id=\"trend\"").unwrap();
    let (trend, _) = trend.split_once("id=\"roles\"").unwrap();
    assert_eq!(trend.matches("<tr>").count(), 4, "{trend}");
    assert_eq!(
        trend.matches("<rect class=\"medium\"").count()
            + trend.matches("<rect class=\"low\"").count(),
        1,
        "{trend}"
    );
    let first = trend.find("2026-11-03 06:00 UTC").unwrap();
    assert!(first < trend.find("2026-11-01 06:00 UTC").unwrap());
    let since = decoded(&html);
    assert!(since.contains("1 resolved"), "{since}");
    assert!(since.contains("session-duration-edited"));
}

#[test]
fn without_documents_the_page_says_so() {
    let account = Account::connect();
    let html = rendered(&report(&account.0, account.audit()), Format::Html);
    assert!(
        html.contains("made without the roles&#39; documents")
            || html.contains("made without the roles' documents")
    );
}
