//! `otp-plants [WORD]` plants each wrong rule, or those whose belief holds the word, in a copy of the
//! workspace, and says which recorded case of OTP finds it. It takes some minutes.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use otp_differential::plants::{PLANTS, Plant};

/// A plant has to be found within so many cases of a corpus.
const CASES: &str = "300";

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Done<bool> {
    let word = env::args().nth(1).unwrap_or_default();
    let garden = Garden::new()?;
    let agreed = garden.first_difference()?;
    if let Some(difference) = agreed {
        return Err(format!("without any plant: {difference}").into());
    }
    let mut all = true;
    for plant in PLANTS.iter().filter(|plant| plant.belief.contains(&word)) {
        let found = garden.found(plant)?;
        let told = found.as_deref().unwrap_or("NOT FOUND");
        say(&format!("{}\n    {told}", plant.belief));
        all &= found.is_some();
    }
    Ok(all)
}

/// A copy of the workspace, with a target folder of its own.
struct Garden {
    copy: PathBuf,
    target: PathBuf,
}

impl Garden {
    fn new() -> Done<Self> {
        let program = env::current_exe()?;
        let beside = program.parent().ok_or("the program is nowhere")?;
        let garden = Self {
            copy: beside.join("otp-plants.copy"),
            target: beside.join("otp-plants.target"),
        };
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut list = Command::new("git");
        list.args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let listed = list.current_dir(&from).output()?;
        for file in String::from_utf8(listed.stdout)?.split_terminator('\0') {
            garden.take(&from, file)?;
        }
        Ok(garden)
    }

    /// What has not changed keeps its time, so that it is not built again.
    fn take(&self, from: &Path, file: &str) -> Done<()> {
        let (from, to) = (from.join(file), self.copy.join(file));
        if !from.is_file() {
            return Ok(()); // deleted, and not committed yet
        }
        let text = fs::read(from)?;
        if fs::read(&to).is_ok_and(|present| present == text) {
            return Ok(());
        }
        fs::create_dir_all(to.parent().ok_or("a file without a folder")?)?;
        Ok(fs::write(to, text)?)
    }

    fn found(&self, plant: &Plant) -> Done<Option<String>> {
        let file = self.copy.join(plant.file);
        let text = fs::read_to_string(&file)?;
        fs::write(&file, text.replacen(plant.right, plant.wrong, 1))?;
        let found = self.first_difference();
        fs::write(&file, text)?;
        found
    }

    /// The line that tells which case differs first, if one does.
    fn first_difference(&self) -> Done<Option<String>> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--package", "otp-differential"]);
        cargo.args(["--bin", "otp-recorded", "--", CASES]);
        cargo
            .current_dir(&self.copy)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_PROFILE_DEV_DEBUG", "0"); // it is built anew for each plant
        let ran = cargo.output()?;
        let told = String::from_utf8(ran.stdout)?;
        if ran.status.success() {
            return Ok(None);
        }
        let line = told.lines().find(|line| line.contains(" differs, "));
        match line {
            Some(line) => Ok(Some(line.to_owned())),
            None => Err(String::from_utf8_lossy(&ran.stderr).into()),
        }
    }
}

fn say(line: &str) {
    // A closed output is no reason to stop.
    let _ = writeln!(io::stdout(), "{line}");
}
