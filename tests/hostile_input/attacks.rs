//! Every kind of damage, done to every file.

use std::fs::File;

use super::answer::Answer;
use super::inputs::{Grammar, INPUTS, Input, desk};

/// What has to become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// An error.
    Told,
    /// One that names the file and a line.
    Place,
    /// Nothing changes.
    Same,
    /// It says nothing, which is no error.
    Nothing,
}

/// A kind of damage: from a good file to a bad one.
struct Attack {
    name: &'static str,
    damage: fn(Grammar, &[u8]) -> Vec<u8>,
    fate: fn(Grammar) -> Fate,
}

const DEEP: usize = 100_000;

const ATTACKS: [Attack; 15] = [
    Attack {
        name: "nothing",
        damage: |_, _| Vec::new(),
        fate: |grammar| match grammar {
            Grammar::Json => Fate::Place,
            Grammar::Lines => Fate::Told,
            Grammar::Batch | Grammar::Toml => Fate::Nothing,
        },
    },
    Attack {
        name: "a byte that is no UTF-8",
        damage: |_, good| inserted(good, good.len() / 2, &[0xff]),
        fate: |_| Fate::Place,
    },
    Attack {
        name: "a surrogate in UTF-8",
        damage: |_, good| inserted(good, good.len() / 2, &[0xed, 0xa0, 0x80]),
        fate: |_| Fate::Place,
    },
    Attack {
        name: "UTF-16",
        damage: |_, good| {
            let text = String::from_utf8_lossy(good);
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            [0xff, 0xfe].into_iter().chain(units).collect()
        },
        fate: |_| Fate::Place,
    },
    Attack {
        name: "NUL behind the first character",
        damage: |_, good| inserted(good, 1, &[0]),
        fate: |_| Fate::Place,
    },
    Attack {
        name: "NULs at the end",
        damage: |_, good| inserted(good, good.len(), &[0; 100]),
        fate: |_| Fate::Place,
    },
    Attack {
        name: "two thirds of it",
        damage: |_, good| good[..good.len() * 2 / 3].to_vec(),
        fate: |_| Fate::Place,
    },
    Attack {
        name: "it twice",
        damage: |_, good| [good, good].concat(),
        fate: |grammar| match grammar {
            Grammar::Batch => Fate::Same,
            _ => Fate::Place,
        },
    },
    Attack {
        name: "open lists",
        damage: |grammar, _| match grammar {
            Grammar::Toml => format!("x = {}", "[".repeat(DEEP)).into(),
            _ => "[".repeat(DEEP).into(),
        },
        fate: |_| Fate::Place,
    },
    Attack {
        name: "lists in lists",
        damage: |grammar, _| {
            let deep = "[".repeat(DEEP) + &"]".repeat(DEEP);
            match grammar {
                Grammar::Toml => format!("x = {deep}").into(),
                _ => deep.into(),
            }
        },
        fate: |_| Fate::Place,
    },
    Attack {
        name: "objects in objects",
        damage: |grammar, _| match grammar {
            Grammar::Toml => format!("x = {}", "{a = ".repeat(DEEP)).into(),
            _ => (r#"{"a":"#.repeat(DEEP) + "1" + &"}".repeat(DEEP)).into(),
        },
        fate: |_| Fate::Place,
    },
    Attack {
        name: "depth in every value",
        damage: |grammar, good| {
            let deep = "[".repeat(DEEP) + &"]".repeat(DEEP);
            let text = String::from_utf8_lossy(good);
            match grammar {
                Grammar::Toml => text.replacen("\"r\"", &deep, 1).into(),
                _ => text.replacen("\":", &format!("\":{deep},\"x\":"), 1).into(),
            }
        },
        fate: |_| Fate::Place,
    },
    Attack {
        name: "ends of lines of another system",
        damage: |_, good| String::from_utf8_lossy(good).replace('\n', "\r\n").into(),
        fate: |_| Fate::Same,
    },
    Attack {
        name: "ends of lines of two systems",
        damage: |_, good| {
            let text = String::from_utf8_lossy(good);
            let lines = text.split_inclusive('\n').enumerate();
            let ended = lines.map(|(number, line)| match number % 2 {
                0 => line.replace('\n', "\r\n"),
                _ => line.to_owned(),
            });
            ended.collect::<String>().into()
        },
        fate: |_| Fate::Same,
    },
    Attack {
        name: "a long line of nothing",
        damage: |_, good| {
            let mut text = vec![b' '; 900_000];
            text.push(b'\n');
            text.extend(good);
            text
        },
        fate: |_| Fate::Same,
    },
];

fn inserted(good: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    [&good[..at], bytes, &good[at..]].concat()
}

/// Looks at what became of a file that was damaged.
fn judge(input: &Input, what: &str, fate: Fate, good: &Answer, answer: &Answer) {
    match fate {
        Fate::Same => {
            assert_eq!(answer.code, good.code, "{what}: {answer:?}");
            assert_eq!(answer.err, good.err, "{what}");
        }
        Fate::Nothing => assert!(answer.code < 2, "{what}: {answer:?}"),
        Fate::Told | Fate::Place if input.grammar == Grammar::Batch => {
            assert_eq!(answer.code, 2, "{what}: {answer:?}");
            assert!(answer.err.contains("could not be answered"), "{what}");
            assert!(answer.out.contains("\"line\":"), "{what}: {answer:?}");
        }
        Fate::Told => answer.assert_error(what, ""),
        Fate::Place => {
            answer.assert_error(what, input.path.rsplit('/').next().unwrap());
            answer.assert_place(what);
        }
    }
}

#[test]
fn every_damage_to_every_file_is_told() {
    let desk = desk();
    for input in &INPUTS {
        let path = desk.path().join(input.path);
        let good = std::fs::read(&path).unwrap();
        let answer = input.read(desk.path());
        for attack in &ATTACKS {
            std::fs::write(&path, (attack.damage)(input.grammar, &good)).unwrap();
            let what = format!("{}: {}", input.name, attack.name);
            let fate = (attack.fate)(input.grammar);
            judge(input, &what, fate, &answer, &input.read(desk.path()));
        }
        std::fs::write(&path, &good).unwrap();
    }
}

#[test]
fn what_is_no_file_is_told() {
    let desk = desk();
    for input in &INPUTS {
        let path = desk.path().join(input.path);
        let file = input.path.rsplit('/').next().unwrap();
        let good = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        // A family, one of its documents or a catalogue that is not there is no file that is named.
        let is_named = !input.path.starts_with("baselines/");
        if is_named {
            let answer = input.read(desk.path());
            answer.assert_error(&format!("{}: missing", input.name), file);
        }
        #[cfg(unix)]
        for target in ["/dev/zero", "/nonexistent", "."] {
            std::os::unix::fs::symlink(target, &path).unwrap();
            // A batch goes on behind a line that is too long, and this one has no end.
            let is_endless = input.grammar == Grammar::Batch && target == "/dev/zero";
            if !is_endless && (is_named || target != ".") {
                let what = format!("{}: a link to {target}", input.name);
                input.read(desk.path()).assert_error(&what, file);
            }
            std::fs::remove_file(&path).unwrap();
        }
        std::fs::write(&path, good).unwrap();
    }
}

#[test]
fn no_file_is_read_beyond_its_limit() {
    let desk = desk();
    for input in &INPUTS {
        let path = desk.path().join(input.path);
        let good = std::fs::read(&path).unwrap();
        // A hole of NULs behind a good beginning.
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(input.most + good.len() as u64 + 1)
            .unwrap();
        let answer = input.read(desk.path());
        let what = format!("{}: too long", input.name);
        if input.grammar == Grammar::Batch {
            assert_eq!(answer.code, 2, "{what}: {answer:?}");
            let told = format!("longer than {} bytes, the most for a line", input.most);
            assert!(answer.out.contains(&told), "{what}: {answer:?}");
        } else {
            answer.assert_error(&what, input.path.rsplit('/').next().unwrap());
            let told = format!("longer than {} bytes", input.most);
            assert!(answer.err.contains(&told), "{what}: {answer:?}");
        }
        std::fs::write(&path, &good).unwrap();
    }
}
