//! What every format carries.

use roledrift::audit::{Confidence, Origin, Selection, audit};
use roledrift::inventory::{Inventory, Observed, snapshot};
use roledrift::report::Format;

use crate::support::{Account, CLOUDTRAIL, CONNECT, allow, baselines, denied, read};
use crate::{MACHINE, decoded, rendered, report};

fn example() -> Inventory {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/contact-center.json");
    snapshot::read(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_format_tells_every_fact_of_a_finding() {
    let mut account = Account::connect();
    account.role(CONNECT).trust = read(
        r#"{"Version":"2012-10-17","Statement":[
      {"Sid":"Everybody","Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#,
    );
    let report = report(&account.0, account.audit());
    let [finding] = report.audit.findings.as_slice() else {
        panic!("{:?}", report.audit.findings);
    };
    let proof = finding.proof.as_ref().unwrap();
    for format in MACHINE {
        let text = decoded(&rendered(&report, format), format);
        // Security Hub and OCSF have words of their own for severities.
        let severity = match format {
            Format::Asff => "CRITICAL",
            Format::Ocsf => "Critical",
            _ => "critical",
        };
        for fact in [
            finding.id.as_str(),
            finding.rule.id,
            severity,
            finding.resource.as_str(),
            "trust",
            "Everybody",
            finding.origin.as_str(),
            &finding.summary,
            &proof.request.to_string(),
            &proof.reference,
            finding
                .rule
                .remediation
                .get(..400)
                .unwrap_or(finding.rule.remediation),
            finding.rule.source,
            report.audit.account.as_str(),
            "2026-11-02T06:00:00Z",
            "roledrift",
            env!("CARGO_PKG_VERSION"),
        ] {
            assert!(text.contains(fact), "{}: {fact}\n{text}", format.as_str());
        }
    }
}

#[test]
fn no_format_shows_an_incomplete_audit_as_clean() {
    let mut account = Account::connect();
    account.role(CONNECT).inline = denied("iam:ListRolePolicies");
    account.0.listing = denied("iam:ListRoles");
    let skipped = ["unread-input".to_owned()];
    let selection = Selection::new(&[], &skipped, &[]).unwrap();
    let audit = audit(&account.0, baselines(), &selection);
    assert!(audit.findings.is_empty() && !audit.is_complete());
    let report = report(&account.0, audit);
    for format in MACHINE {
        let text = decoded(&rendered(&report, format), format);
        for operation in ["iam:ListRolePolicies", "iam:ListRoles"] {
            assert!(text.contains(operation), "{}: {text}", format.as_str());
        }
    }
    let of = |format| rendered(&report, format);
    assert!(of(Format::Sarif).contains("\"executionSuccessful\": false"));
    assert!(of(Format::Ocsf).contains("\"status\":\"Warning\""));
    assert!(of(Format::Asff).contains("\"Status\": \"NOT_AVAILABLE\""));
    assert!(of(Format::Junit).contains("<error message="));
    assert!(of(Format::Github).starts_with("::warning title="));
    assert!(of(Format::Ndjson).contains("\"complete\":false"));
    assert!(of(Format::Html).contains("<strong>Incomplete.</strong>"));
}

#[test]
fn what_a_finding_says_of_itself_has_names_that_stay() {
    let origins = [
        (Origin::Aws, "aws"),
        (Origin::Service, "service"),
        (Origin::Account, "account"),
        (Origin::Undetermined, "undetermined"),
    ];
    for (origin, name) in origins {
        assert_eq!(origin.as_str(), name);
    }
    let confidences = [
        (Confidence::Exact, "exact"),
        (Confidence::ByCount, "by-count"),
        (Confidence::ConfigurationUnread, "configuration-unread"),
    ];
    for (confidence, name) in confidences {
        assert_eq!(confidence.as_str(), name);
    }
}

#[test]
fn each_status_of_a_role_has_its_name() {
    let mut account = Account::connect();
    let status = |account: &Account| {
        let report = report(&account.0, account.audit());
        let json: serde_json::Value =
            serde_json::from_str(&rendered(&report, Format::Json)).unwrap();
        json["roles"][0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&account), "conforms");
    account.role(CONNECT).inline = denied("iam:ListRolePolicies");
    assert_eq!(status(&account), "inconclusive");
    let mut account = Account::cloudtrail();
    account.attach(
        CLOUDTRAIL,
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "v1",
        &allow(r#""*""#, "*"),
    );
    assert_eq!(status(&account), "drifted");
    let mut account = Account::empty();
    let principal = "new.amazonaws.com";
    account.add_role(
        "AWSServiceRoleForSomethingNew",
        &format!("/aws-service-role/{principal}/"),
        principal,
    );
    assert_eq!(status(&account), "uncatalogued");
}

#[test]
fn an_account_without_roles_is_still_an_account() {
    let account = Account::empty();
    let report = report(&account.0, account.audit());
    for format in MACHINE {
        let text = rendered(&report, format);
        match format {
            // Both are lists of findings and nothing else.
            Format::Ocsf => assert_eq!(text, "[]\n"),
            Format::Asff => assert_eq!(text, "{\n  \"Findings\": []\n}\n"),
            _ => assert!(text.contains("111122223333"), "{text}"),
        }
    }
    assert!(rendered(&report, Format::Sarif).contains("\"executionSuccessful\": true"));
}

#[test]
fn the_same_audit_gives_the_same_bytes() {
    let inventory = example();
    let run = || {
        report(
            &inventory,
            audit(&inventory, baselines(), &Selection::default()),
        )
    };
    for format in MACHINE {
        assert_eq!(rendered(&run(), format), rendered(&run(), format));
    }
}

#[test]
fn formats_that_require_a_time_say_1970_where_none_is_known() {
    let mut account = Account::connect();
    account.0.collected_at = None;
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    let report = report(&account.0, account.audit());
    let asff = rendered(&report, Format::Asff);
    assert!(
        asff.contains("\"CreatedAt\": \"1970-01-01T00:00:00Z\""),
        "{asff}"
    );
    assert!(!asff.contains("roledrift/read"));
    let ocsf = rendered(&report, Format::Ocsf);
    assert!(
        ocsf.contains("\"time\":0,") && ocsf.contains("\"collected_at\":null"),
        "{ocsf}"
    );
}

#[test]
fn each_line_of_ndjson_fits_its_published_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/ndjson.schema.json");
    let schema = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let inventory = example();
    let audit = audit(&inventory, baselines(), &Selection::default());
    let report = report(&inventory, audit);
    let text = rendered(&report, Format::Ndjson);
    let mut kinds = Vec::new();
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
        kinds.push(value["kind"].as_str().unwrap().to_owned());
    }
    let count = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
    assert_eq!(count("finding"), report.audit.findings.len());
    assert_eq!(count("unread"), report.coverage.unread().count());
    assert!(count("undecided") > 0);
    assert_eq!(
        (count("summary"), kinds.last().unwrap().as_str()),
        (1, "summary")
    );
}

#[test]
fn a_selection_that_is_not_everything_is_named() {
    let mut account = Account::connect();
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    let rules = ["session-duration-edited".to_owned()];
    let selection = Selection::new(&rules, &[], &["*Connect*".to_owned()]).unwrap();
    let audit = audit(&account.0, baselines(), &selection);
    let report = report(&account.0, audit);
    for format in MACHINE {
        let text = decoded(&rendered(&report, format), format);
        assert!(text.contains("*Connect*"), "{}: {text}", format.as_str());
    }
}

#[test]
fn a_junit_case_is_a_rule_and_keeps_its_name() {
    let mut account = Account::with_instance();
    let names = |account: &Account| -> Vec<String> {
        let report = report(&account.0, account.audit());
        let text = rendered(&report, Format::Junit);
        let cases = text.split("<testcase ").skip(1);
        cases
            .map(|case| case.split(['>', '/']).next().unwrap().to_owned())
            .collect()
    };
    let before = names(&account);
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    let after = names(&account);
    assert_eq!(before, after);
    let report = report(&account.0, account.audit());
    let text = rendered(&report, Format::Junit);
    assert_eq!(text.matches("<failure ").count(), 1);
    assert!(text.contains(r#"<testcase name="session-duration-edited""#));
    // A rule has a case where it decides: about the account, about each role, or both.
    let suites: Vec<&str> = text.split("<testsuite ").skip(1).collect();
    let has = |suite: &str, rule: &str| suite.contains(&format!(r#"<testcase name="{rule}""#));
    let [of_account, of_role] = suites[..] else {
        panic!("one suite for the account and one for its role: {text}")
    };
    assert!(has(of_account, "instance-without-role") && !has(of_role, "instance-without-role"));
    assert!(!has(of_account, "session-duration-edited"));
}
