//! Runs commands with progress output: a line at the start, a heartbeat, and the duration at the end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Interval between heartbeat lines of a long step.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Number of trailing output lines shown for a failed command.
const TAIL: usize = 30;

/// Runs `work`, printing a line before and after it.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("  ..    {what}");
    let begin = Instant::now();
    let result = work();
    let mark = if result.is_ok() { "ok" } else { "FAIL" };
    println!("  {mark:<4}  {what} ({})", duration(begin.elapsed()));
    result
}

/// Prints the line of a step that was up to date.
pub fn already(what: &str) {
    println!("  ok    {what}");
}

/// `0.4 s`, `12 s`, `3 min 20 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..120 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// The result of a command.
pub struct Outcome {
    /// The exit status.
    pub status: ExitStatus,
    /// Standard output and standard error, interleaved.
    pub output: String,
    /// The log file with the same output.
    pub log: PathBuf,
}

/// Runs a command with its output in `log` and prints heartbeat lines.
///
/// # Errors
/// The command cannot be started, or runs longer than `limit`.
pub fn capture(command: &mut Command, log: &Path, limit: Option<Duration>) -> Result<Outcome> {
    let begin = Instant::now();
    monitor(command, log, |child| {
        if limit.is_none_or(|limit| begin.elapsed() <= limit) {
            return Ok(());
        }
        child.kill()?;
        child.wait()?;
        bail!("timed out after {}; see {}", duration(begin.elapsed()), log.display());
    })
}

/// Like [`capture`], with a callback that is run while the command is running.
///
/// # Errors
/// The command cannot be started, or `look` returns an error.
pub fn monitor(command: &mut Command, log: &Path, mut look: impl FnMut(&mut Child) -> Result<()>) -> Result<Outcome> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .with_context(|| format!("cannot start `{program}`"))?;

    let begin = Instant::now();
    let mut said = begin;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        look(&mut child).with_context(|| format!("`{program}`"))?;
        if said.elapsed() > HEARTBEAT {
            said = Instant::now();
            println!("        {} so far: {}", duration(begin.elapsed()), last_line(log));
        }
        thread::sleep(Duration::from_millis(25));
    };
    let output = String::from_utf8_lossy(&fs::read(log)?).into_owned();
    Ok(Outcome { status, output, log: log.to_path_buf() })
}

/// Runs a command that has to succeed.
///
/// # Errors
/// The command cannot be started or fails; the message has its last lines and the path of the log.
pub fn run(command: &mut Command, log: &Path) -> Result<String> {
    let outcome = capture(command, log, None)?;
    if outcome.status.success() {
        return Ok(outcome.output);
    }
    bail!("{}", outcome.failure(&describe(command)))
}

impl Outcome {
    /// An error message with the exit status, the last lines of output and the path of the log.
    pub fn failure(&self, what: &str) -> String {
        format!(
            "`{what}` failed ({}). Last lines of output:\n{}\nFull output: {}",
            self.status,
            tail(&self.output, TAIL),
            self.log.display()
        )
    }
}

/// The last `count` lines, indented.
pub fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(count);
    let shown: Vec<String> = lines.iter().skip(from).map(|line| format!("    {line}")).collect();
    shown.join("\n")
}

/// The command line as typed in a shell, without the folder of the program.
fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The last non-empty line of a log, shortened to fit a terminal.
fn last_line(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(no output yet)");
    line.chars().take(90).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_formatted_briefly() {
        let say = |millis| duration(Duration::from_millis(millis));
        assert_eq!(say(420), "0.4 s");
        assert_eq!(say(12_900), "12 s");
        assert_eq!(say(200_000), "3 min 20 s");
    }

    #[test]
    fn tail_returns_the_last_lines() {
        assert_eq!(tail("a\nb\nc\n", 2), "    b\n    c");
        assert_eq!(tail("a", 9), "    a");
    }
}
