//! Reading and writing files and the standard streams.

use std::io::{Read, Write};
use std::path::Path;

use super::exit::{Failure, Outcome};

/// Reads a whole file, or stdin for `-`.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = bytes.map_err(|source| Failure::Read {
        path: path.to_owned(),
        source,
    })?;
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

/// Writes a file whole or not at all; a link to a file is replaced, not followed.
///
/// Readable by the owner only: a recorded account is nobody else's business. What is no regular
/// file, a pipe or a terminal for instance, is written to as it is.
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
    if std::fs::metadata(path).is_ok_and(|target| !target.is_file()) {
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
