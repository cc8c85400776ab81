//! Reading and writing files and the standard streams.

use std::io::{Read, Write};
use std::path::Path;

use super::exit::{Failure, Outcome};

/// Says what a file is, and with that how long it may be (`docs/limits.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// A snapshot, or what `get-account-authorization-details` prints.
    Account,
    /// A JSON report.
    Report,
    Policy,
    Lock,
    Baseline,
    Config,
    Accounts,
    Shards,
}

impl Input {
    /// Returns the most bytes that it may have.
    pub(super) const fn most(self) -> usize {
        match self {
            Self::Account | Self::Report => 256 << 20,
            Self::Lock | Self::Shards => 64 << 20,
            Self::Baseline | Self::Accounts => 16 << 20,
            Self::Config => 4 << 20,
            Self::Policy => 1 << 20,
        }
    }

    /// Returns what a message calls it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Account => "a recorded account",
            Self::Report => "a report",
            Self::Policy => "a policy document",
            Self::Lock => "a lock file",
            Self::Baseline => "a baseline file",
            Self::Config => "a configuration",
            Self::Accounts => "a list of accounts",
            Self::Shards => "a file of shards",
        }
    }
}

/// Opens a file, or stdin for `-`.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    match std::fs::File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(source) => Err(Failure::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Returns how long a file is; 0 for what has no length of its own, such as a pipe.
fn length(path: &Path) -> usize {
    let metadata = std::fs::metadata(path).ok();
    let regular = metadata.filter(std::fs::Metadata::is_file);
    regular.map_or(0, |own| usize::try_from(own.len()).unwrap_or(usize::MAX))
}

/// Reads a whole file, or stdin for `-`; one that is too long is not read to its end.
pub(super) fn read(path: &Path, input: Input) -> Result<String, Failure> {
    let most = input.most();
    let failed = |source| Failure::Read {
        path: path.to_owned(),
        source,
    };
    let too_long = || Failure::TooLong {
        path: path.to_owned(),
        input,
    };
    let file = open(path)?;
    let length = length(path);
    if length > most {
        return Err(too_long());
    }
    let mut bytes = Vec::new();
    // One more byte tells the end without more room.
    bytes
        .try_reserve_exact(length.saturating_add(1))
        .map_err(|error| failed(error.into()))?;
    file.take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() > most {
        return Err(too_long());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
        Failure::Encoding {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before
                .rsplit('\n')
                .next()
                .unwrap_or_default()
                .chars()
                .count()
                + 1,
        }
    })
}

/// Writes a file whole or not at all; a link is replaced, not followed.
///
/// Readable by the owner only: a recorded account is nobody else's business. What is no regular
/// file, a pipe or a terminal for instance, is written to as it is. Only links of the system are
/// followed to one, such as `/dev/stdout`.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_with(path, bytes, &tempfile::Builder::new())
}

/// Writes a file whole or not at all, readable as other files of the user are.
pub(super) fn write_shared(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The process's mask takes from that.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    write_with(path, bytes, &builder)
}

fn write_with(
    path: &Path,
    bytes: &[u8],
    builder: &tempfile::Builder<'_, '_>,
) -> Result<(), Failure> {
    fill(path, builder, |file| file.write_all(bytes))
}

/// Writes a file whole or not at all while it is made, as [`write`] does.
pub(super) fn write_while(
    path: &Path,
    show: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    fill(path, &tempfile::Builder::new(), |file| {
        let mut file = std::io::BufWriter::new(file);
        show(&mut file)?;
        file.flush()
    })
}

fn fill(
    path: &Path,
    builder: &tempfile::Builder<'_, '_>,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let failed = |source| Failure::Write {
        path: path.to_owned(),
        source,
    };
    if is_stream(path).map_err(failed)? {
        let mut target = std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(failed)?;
        return write(&mut target).map_err(failed);
    }
    let mut file = builder.tempfile_in(folder(path)).map_err(failed)?;
    write(&mut file).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Tells whether a path names something that is written to as it is.
fn is_stream(path: &Path) -> std::io::Result<bool> {
    let (Ok(entry), Ok(target)) = (std::fs::symlink_metadata(path), std::fs::metadata(path)) else {
        return Ok(false);
    };
    if target.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    let is_followed = !entry.is_symlink() || path.starts_with("/dev") || path.starts_with("/proc");
    Ok(is_followed && !target.is_file())
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes to stdout while the text is made; styles are taken out of it where `styled` and stdout is
/// no terminal or the user wants none.
pub(super) fn stdout_while(
    styled: bool,
    show: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let written = if styled {
        let mut stream =
            std::io::BufWriter::new(anstream::AutoStream::auto(std::io::stdout()).lock());
        show(&mut stream).and_then(|()| stream.flush())
    } else {
        let mut stream = std::io::BufWriter::new(std::io::stdout().lock());
        show(&mut stream).and_then(|()| stream.flush())
    };
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Stdout(error)),
        _ => Ok(()),
    }
}

/// Takes the styles out of what is written.
pub(super) struct Plain<'a> {
    out: &'a mut dyn Write,
    styles: anstream::adapter::StripBytes,
}

impl<'a> Plain<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            styles: anstream::adapter::StripBytes::new(),
        }
    }
}

impl Write for Plain<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for text in self.styles.strip_next(bytes) {
            self.out.write_all(text)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// Writes to stdout as it is.
pub(super) fn write_stdout(bytes: &[u8]) -> Result<Outcome, Failure> {
    write_stream(std::io::stdout().lock(), bytes)
}

/// Writes to stdout, styles taken out where it is no terminal or the user wants none.
pub(super) fn write_styled(bytes: &[u8]) -> Result<Outcome, Failure> {
    write_stream(anstream::AutoStream::auto(std::io::stdout()).lock(), bytes)
}

/// A reader that went away (`roledrift … | head`) changes nothing about what was found.
fn write_stream(mut stream: impl Write, bytes: &[u8]) -> Result<Outcome, Failure> {
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Stdout(error)),
        _ => Ok(Outcome::Clean),
    }
}
