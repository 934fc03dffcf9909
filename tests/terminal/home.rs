//! A home folder of its own for the real program, with a desk in it.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use crate::pty::Pty;

/// A home folder of its own with a desk of three incidents.
pub struct Home(pub tempfile::TempDir);

impl Home {
    pub fn with_a_desk() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        home.run(&["init", "--label", "lab"]);
        for title in ["VPN down in Lyon", "Mail is slow", "Printer jams"] {
            home.run(&["new", "incident", "--title", title]);
        }
        home
    }

    pub fn without_a_desk() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    /// A desk of that many incidents with titles as long as titles are, the first number on top of the list.
    pub fn with_tickets(count: usize) -> Home {
        let home = Home::without_a_desk();
        home.run(&["init", "--label", "lab"]);
        let (things, faults) =
            (["VPN", "Mail", "Printer", "Badge reader", "Scanner"], ["is slow", "fails", "hangs again"]);
        let places =
            ["in Lyon on the second floor", "at the warehouse", "for all of finance", "since the update of Monday"];
        let title = |n: usize| format!("{} {} {}", things[n % 5], faults[n % 3], places[n % 4]);
        let rows: String = (1..=count).map(|n| format!("{n},{}\n", title(n))).collect();
        let file = home.path("tickets.csv");
        std::fs::write(&file, format!("id,title\n{rows}")).unwrap();
        home.run(&["import", "csv", file.to_str().unwrap(), "--map", "generic"]);
        home
    }

    /// A file or folder in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The desk file.
    pub fn desk(&self) -> PathBuf {
        self.path("data/deskhand/desk.desk")
    }

    /// A script on the PATH of the programs that are started with [`Home::search_path`].
    pub fn script(&self, name: &str, text: &str) -> String {
        let folder = self.path("bin");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// The PATH with the scripts before everything else.
    pub fn search_path(&self) -> String {
        format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap())
    }

    fn variables(&self) -> Vec<(String, String)> {
        let path = |name: &str| self.path(name).to_string_lossy().into_owned();
        vec![
            (String::from("HOME"), path("")),
            (String::from("XDG_CONFIG_HOME"), path("config")),
            (String::from("XDG_STATE_HOME"), path("state")),
            (String::from("XDG_DATA_HOME"), path("data")),
            (String::from("XDG_CACHE_HOME"), path("cache")),
            (String::from("TZ"), String::from("UTC")),
            (String::from("LC_ALL"), String::from("C.UTF-8")),
            (String::from("TERM"), String::from("xterm-256color")),
        ]
    }

    pub fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_deskhand"))
            .args(arguments)
            .env_remove("DESKHAND_DB")
            .envs(self.variables())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Writes their config.toml.
    pub fn configure(&self, text: &str) {
        let folder = self.0.path().join("config/deskhand");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), text).unwrap();
    }

    pub fn screens(&self, extra: &[(&str, &str)]) -> Pty {
        self.start(&[], extra, (24, 80))
    }

    pub fn start(&self, arguments: &[&str], extra: &[(&str, &str)], size: (u16, u16)) -> Pty {
        self.start_by(&[], arguments, extra, size)
    }

    /// The same by way of another program, such as a shell, which gets the command line as its last arguments.
    pub fn start_by(&self, way: &[&str], arguments: &[&str], extra: &[(&str, &str)], size: (u16, u16)) -> Pty {
        let variables = self.variables();
        let mut all: Vec<(&str, &str)> = variables.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        all.extend_from_slice(extra);
        let words = [way, &[env!("CARGO_BIN_EXE_deskhand")], arguments].concat();
        Pty::start(words[0], &words[1..], &all, size)
    }
}
