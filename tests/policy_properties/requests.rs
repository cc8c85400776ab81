//! Requests near what two policies speak of: their own literals, a little off.

use roledrift::policy::{Context, Principal, Request, Value};

use crate::model::Policy;

/// What the policies mention, from which requests are made.
pub(crate) struct Neighbourhood {
    actions: Vec<String>,
    resources: Vec<String>,
    principals: Vec<Option<Principal>>,
    /// Keys with the values they are compared with.
    keys: Vec<(String, Vec<String>)>,
}

/// A stream of numbers that a case has drawn, from which every choice is taken.
pub(crate) struct Dice<'d> {
    rolls: std::iter::Cycle<std::slice::Iter<'d, u16>>,
}

impl<'d> Dice<'d> {
    pub(crate) fn new(rolls: &'d [u16]) -> Self {
        Self {
            rolls: rolls.iter().cycle(),
        }
    }

    fn roll(&mut self, sides: usize) -> usize {
        usize::from(*self.rolls.next().unwrap()) % sides
    }

    fn pick<'p>(&mut self, pool: &'p [String]) -> &'p str {
        &pool[self.roll(pool.len())]
    }

    fn one_of(&mut self, pool: &[&'static str]) -> &'static str {
        pool[self.roll(pool.len())]
    }
}

impl Neighbourhood {
    pub(crate) fn of(policies: [&Policy; 2]) -> Self {
        let mut own = Self {
            actions: vec!["ec2:Stop".to_owned()],
            resources: vec!["other".to_owned()],
            principals: vec![Some(Principal::Anonymous), None],
            keys: Vec::new(),
        };
        for statement in policies.iter().flat_map(|policy| &policy.statements) {
            own.actions.extend(statement.actions.values.iter().cloned());
            let resources = statement
                .resources
                .iter()
                .flat_map(|element| &element.values);
            own.resources.extend(resources.cloned());
            let principals = statement
                .principals
                .iter()
                .flat_map(|element| &element.values);
            own.principals
                .extend(principals.flat_map(|text| callers(text)));
            for condition in &statement.conditions {
                let known = own.keys.iter_mut().find(|(key, _)| *key == condition.key);
                let values = condition.values.iter().cloned();
                match known {
                    Some((_, known)) => known.extend(values),
                    None => own.keys.push((condition.key.clone(), values.collect())),
                }
            }
        }
        for key in ["v", "k", "w"] {
            if own.keys.iter().all(|(known, _)| known != key) {
                own.keys.push((key.to_owned(), vec!["a".to_owned()]));
            }
        }
        own
    }

    pub(crate) fn request(&self, dice: &mut Dice<'_>) -> Request {
        let principal = self.principals[dice.roll(self.principals.len())].clone();
        let context = self.context(principal.as_ref(), dice);
        let action = near(dice.pick(&self.actions), &context, dice);
        let resource = near(dice.pick(&self.resources), &context, dice);
        Request {
            action: if action.contains(':') {
                action
            } else {
                "s3:Get".to_owned()
            },
            resource: (!resource.is_empty() && dice.roll(12) > 0).then_some(resource),
            principal,
            context,
        }
    }

    /// Draws values for the keys; what follows from the caller is left to follow.
    fn context(&self, caller: Option<&Principal>, dice: &mut Dice<'_>) -> Context {
        let is_settled = matches!(caller, Some(Principal::Aws(_) | Principal::Anonymous));
        // The key names users, roles, federated user sessions and root users only.
        let has_no_arn = caller.is_some_and(|own| !matches!(own, Principal::Aws(_)));
        let mut context = Context::new();
        for (key, values) in &self.keys {
            let follows = is_settled && key.starts_with("aws:Principal");
            if follows || (has_no_arn && key == "aws:PrincipalArn") {
                continue;
            }
            let value = |dice: &mut Dice<'_>| {
                if dice.roll(5) == 0 {
                    let anything = ["", "a", "5", "4.99", "-3", "10.1.1.2", "true", "2026-05-28"];
                    return dice.one_of(&anything).to_owned();
                }
                let own = dice.pick(values).to_owned();
                near(&own, &Context::new(), dice)
            };
            let value = match dice.roll(6) {
                0 => continue,
                1 => Value::Many(vec![value(dice)]),
                2 => Value::Many(vec![value(dice), value(dice)]),
                _ => Value::One(value(dice)),
            };
            context.insert(key.as_str(), value);
        }
        // The only role of that name in its account has a path, which the session's ARN does not tell.
        if matches!(caller, Some(Principal::Aws(arn)) if arn == SESSION) {
            context.insert("aws:PrincipalArn", ROLE_WITH_PATH);
        }
        context
    }
}

/// Makes one text of a pattern: variables by the context's values, wildcards by something short, then perhaps a slip.
fn near(pattern: &str, context: &Context, dice: &mut Dice<'_>) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => text.push_str(dice.one_of(&["", "a", "b", "x:y", "ab"])),
            '?' => text.push_str(dice.one_of(&["a", "b", ":", "Q"])),
            '$' if rest.starts_with('{') => {
                let (inside, after) = rest[1..].split_once('}').unwrap_or((rest, ""));
                rest = after;
                let key = inside.split(',').next().unwrap_or(inside);
                let values = context
                    .get(key)
                    .map(|value| value.iter().collect::<Vec<_>>());
                let value = values.and_then(|values| values.first().copied());
                text.push_str(value.unwrap_or(if inside.len() == 1 { inside } else { "ab" }));
            }
            c => text.push(c),
        }
    }
    match dice.roll(8) {
        0 => text.push_str(dice.one_of(&["a", "b", "0", "*", "/x"])),
        1 => drop(text.pop()),
        2 => text = text.to_uppercase(),
        3 => text = text.replacen('a', "b", 1),
        _ => {}
    }
    text
}

const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/R/s";
const ROLE_WITH_PATH: &str = "arn:aws:iam::111122223333:role/p/R";

/// The callers that a principal of a policy is about, and some beside them.
fn callers(text: &str) -> Vec<Option<Principal>> {
    let (kind, value) = text.split_once(' ').unwrap_or(("AWS", text));
    let aws = |arn: String| Some(Principal::Aws(arn));
    match (kind, value) {
        ("Service", _) => vec![
            Some(Principal::Service("x.amazonaws.com".to_owned())),
            Some(Principal::Service("y.amazonaws.com".to_owned())),
        ],
        ("Federated", _) => vec![Some(Principal::Federated(value.to_owned()))],
        ("CanonicalUser", _) => vec![Some(Principal::CanonicalUser(value.to_owned()))],
        (_, arn) if arn.starts_with("arn") => {
            let account = arn.split(':').nth(4).unwrap_or_default();
            vec![
                aws(arn.to_owned()),
                aws(format!("arn:aws:sts::{account}:assumed-role/R/s")),
                aws(format!("arn:aws:iam::{account}:user/other")),
            ]
        }
        _ => vec![aws("arn:aws:iam::111122223333:root".to_owned())],
    }
}
