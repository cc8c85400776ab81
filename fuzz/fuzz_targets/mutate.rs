//! Changes that keep a document a document, beside libFuzzer's own changes of bytes.

use serde_json::{Map, Value, json};

use crate::PART;

/// Elements, operators and values that documents are made of.
const WORDS: [&str; 48] = [
    "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition",
    "Effect", "Allow", "Deny", "Statement", "Version", "2012-10-17", "2008-10-17", "AWS",
    "Service", "Federated", "*", "?", "**", "s3:*", "s3:Get*", "*:*", "arn:aws:s3:::b/*",
    "arn:aws:x:*:*:a", "111122223333", "arn:aws:iam::111122223333:root", "${aws:username}",
    "${v}", "${v, 'a'}", "${*}", "StringEquals", "StringNotLike", "StringLikeIfExists",
    "ForAllValues:StringEquals", "ForAnyValue:StringNotEquals", "ArnLike", "Null", "Bool",
    "NumericLessThan", "DateGreaterThanEquals", "NotIpAddress", "10.0.0.0/8", "2026-05-27",
    "true", "-0.5", "é\u{202e}", "",
];

/// Changes `size` bytes of `data` and returns how many there are then.
pub(crate) fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed) | 1 << 32);
    if dice.roll(3) > 0
        && let Some(text) = data.get(..size).and_then(|own| changed(own, &mut dice))
        && text.len() <= max_size
        && let Some(place) = data.get_mut(..text.len())
    {
        place.copy_from_slice(text.as_bytes());
        return text.len();
    }
    libfuzzer_sys::fuzzer_mutate(data, size, max_size)
}

fn changed(data: &[u8], dice: &mut Dice) -> Option<String> {
    let text = std::str::from_utf8(data).ok()?;
    let (one, other) = text.split_once(PART).unwrap_or((text, text));
    let mut documents: [Value; 2] = [one, other].map(|text| serde_json::from_str(text).unwrap_or_default());
    for _ in 0..=dice.roll(3) {
        let donor = pick(&mut documents[dice.roll(2)], dice).clone();
        change(pick(&mut documents[dice.roll(2)], dice), donor, dice);
    }
    Some(format!("{}{PART}{}", documents[0], documents[1]))
}

/// Goes down from a value to a random one inside it.
fn pick<'v>(mut value: &'v mut Value, dice: &mut Dice) -> &'v mut Value {
    loop {
        let length = match &*value {
            Value::Array(values) => values.len(),
            Value::Object(entries) => entries.len(),
            _ => 0,
        };
        if length == 0 || dice.roll(6) == 0 {
            return value;
        }
        let place = dice.roll(length);
        value = match value {
            Value::Array(values) => &mut values[place],
            Value::Object(entries) => entries.values_mut().nth(place).expect("an entry at the place"),
            _ => unreachable!("what has a length is a list or an object"),
        };
    }
}

fn change(value: &mut Value, donor: Value, dice: &mut Dice) {
    match value {
        _ if dice.roll(4) == 0 => *value = donor,
        Value::String(text) => change_text(text, dice),
        Value::Array(values) => change_list(values, donor, dice),
        Value::Object(entries) => change_object(entries, donor, dice),
        _ => *value = json!(dice.roll(9)),
    }
}

fn change_text(text: &mut String, dice: &mut Dice) {
    let mut at = dice.roll(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    match dice.roll(5) {
        0 => dice.word().clone_into(text),
        1 => text.insert_str(at, dice.word()),
        2 => text.truncate(at),
        3 => text.insert_str(at, &dice.word().repeat(1 + dice.roll(40))),
        _ => text.replace_range(at.., dice.word()),
    }
}

fn change_list(values: &mut Vec<Value>, donor: Value, dice: &mut Dice) {
    let at = dice.roll(values.len() + 1);
    match dice.roll(4) {
        0 => values.insert(at, donor),
        1 => values.truncate(at),
        2 if at < values.len() => drop(values.remove(at)),
        _ => values.extend(vec![donor; 1 + dice.roll(12)]),
    }
}

fn change_object(entries: &mut Map<String, Value>, donor: Value, dice: &mut Dice) {
    let at = dice.roll(entries.len().max(1));
    let name = entries.keys().nth(at).cloned().unwrap_or_default();
    let old = match dice.roll(3) {
        0 => Some(donor),
        _ => entries.remove(&name),
    };
    if let Some(old) = old.filter(|_| dice.roll(4) > 0) {
        entries.insert(dice.word().to_owned(), old);
    }
}

/// Numbers that follow from a seed (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.roll(WORDS.len())]
    }
}
