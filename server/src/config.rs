//! Configuration: one TOML file, every key also a flag and an environment variable (DESIGN D16, D19).
//!
//! A flag wins over its variable, that over the file, that over the default. Invariant: an unknown key is refused.

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use olly_compat_clickhouse::auth::{Auth, User};
use olly_ingest::Retention;
use olly_storage::shard::ShardOptions;
use olly_types::{TenantId, limits};
use serde::Deserialize;
use std::ffi::OsString;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

/// Addresses of the listeners, as they are given.
#[derive(Args, Clone, Debug, Default)]
pub struct Listeners {
    /// ClickHouse native protocol: an address or `off` [default: 127.0.0.1:9000]
    #[arg(long, value_name = "ADDRESS", env = "OLLYSTACK_CLICKHOUSE_NATIVE")]
    pub clickhouse_native: Option<String>,
    /// ClickHouse HTTP interface: an address or `off` [default: 127.0.0.1:8123]
    #[arg(long, value_name = "ADDRESS", env = "OLLYSTACK_CLICKHOUSE_HTTP")]
    pub clickhouse_http: Option<String>,
    /// OTLP over gRPC: an address or `off` [default: 127.0.0.1:4317]
    #[arg(long, value_name = "ADDRESS", env = "OLLYSTACK_OTLP_GRPC")]
    pub otlp_grpc: Option<String>,
    /// OTLP over HTTP: an address or `off` [default: 127.0.0.1:4318]
    #[arg(long, value_name = "ADDRESS", env = "OLLYSTACK_OTLP_HTTP")]
    pub otlp_http: Option<String>,
    /// /health, /ready and /metrics: an address or `off` [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", env = "OLLYSTACK_CONSOLE")]
    pub console: Option<String>,
}

/// Flags of `ollystack server`; each has a variable `OLLYSTACK_…` and a key in the file.
#[derive(Args, Clone, Debug, Default)]
pub struct ServerArgs {
    /// Folder of the node's data; made when missing
    #[arg(long, value_name = "DIR", env = "OLLYSTACK_DATA")]
    pub data: Option<PathBuf>,
    /// TOML file with the same keys as the flags
    #[arg(long, value_name = "FILE", env = "OLLYSTACK_CONFIG")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub listeners: Listeners,
    /// Node to node; serves the node's identity and version: an address or `off` [default: off]
    #[arg(long, value_name = "ADDRESS", env = "OLLYSTACK_CLUSTER")]
    pub cluster: Option<String>,
    /// Memory budget of the process, e.g. `512MiB`, `8GiB`; at least 256MiB [default: 2GiB]
    #[arg(long, value_name = "SIZE", env = "OLLYSTACK_MEMORY")]
    pub memory: Option<String>,
    /// Largest memtable of a table in a group before it is written as a part, at most a sixteenth of the budget
    /// [default: 128MiB, or that sixteenth]
    #[arg(long, value_name = "SIZE", env = "OLLYSTACK_MEMTABLE")]
    pub memtable: Option<String>,
    /// How long logs are kept, e.g. `12h`, `30d` [default: 30d]
    #[arg(long, value_name = "DURATION", env = "OLLYSTACK_RETENTION_LOGS")]
    pub retention_logs: Option<String>,
    /// How long traces are kept [default: 30d]
    #[arg(long, value_name = "DURATION", env = "OLLYSTACK_RETENTION_TRACES")]
    pub retention_traces: Option<String>,
    /// How long metrics are kept [default: 30d]
    #[arg(long, value_name = "DURATION", env = "OLLYSTACK_RETENTION_METRICS")]
    pub retention_metrics: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    clickhouse_native: Option<String>,
    clickhouse_http: Option<String>,
    otlp_grpc: Option<String>,
    otlp_http: Option<String>,
    console: Option<String>,
    cluster: Option<String>,
    memory: Option<String>,
    memtable: Option<String>,
    retention_logs: Option<String>,
    retention_traces: Option<String>,
    retention_metrics: Option<String>,
    #[serde(default)]
    users: Vec<FileUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FileUser {
    name: String,
    password_sha256: String,
    #[serde(default)]
    tenant: u32,
}

const KEYS: &[&str] = &[
    "data",
    "clickhouse-native",
    "clickhouse-http",
    "otlp-grpc",
    "otlp-http",
    "console",
    "cluster",
    "memory",
    "memtable",
    "retention-logs",
    "retention-traces",
    "retention-metrics",
    "users",
    "name",
    "password-sha256",
    "tenant",
];

/// Least memory budget (docs/operate/process.md): code and threads take about 50 MiB, ingest at full speed as much again, and
/// 12 % is set aside for flushes. Measured: with half of this, such ingest left nothing for queries.
const LEAST_MEMORY: u64 = 256 << 20;

/// A listener's address; None: off.
pub type Listen = Option<SocketAddr>;

/// The configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub data: PathBuf,
    pub clickhouse_native: Listen,
    pub clickhouse_http: Listen,
    pub otlp_grpc: Listen,
    pub otlp_http: Listen,
    pub console: Listen,
    pub cluster: Listen,
    /// Bytes.
    pub memory: u64,
    /// Bytes of a table's memtable before it is flushed.
    pub memtable: u64,
    pub retention: Retention,
    pub auth: Auth,
}

impl Config {
    /// # Errors
    /// Names the key and what it takes.
    pub fn read(args: &ServerArgs) -> Result<Config> {
        let file = match &args.config {
            Some(path) => read_file(path)?,
            None => File::default(),
        };
        let given = &args.listeners;
        let listen = |key: &str, flag: &Option<String>, file: &Option<String>, default: &str| {
            address(flag.as_deref().or(file.as_deref()).unwrap_or(default)).with_context(|| format!("--{key}"))
        };
        let kept = |key: &str, flag: &Option<String>, file: &Option<String>| {
            seconds(flag.as_deref().or(file.as_deref()).unwrap_or("30d")).with_context(|| format!("--{key}"))
        };
        let memory = match args.memory.as_ref().or(file.memory.as_ref()) {
            Some(text) => size(text).context("--memory")?,
            None => limits::MEMORY_BUDGET,
        };
        if memory < LEAST_MEMORY {
            bail!("--memory: at least {}MiB are needed, got {memory} bytes", LEAST_MEMORY >> 20);
        }
        let most = ShardOptions::largest_memtable(memory);
        let memtable = match args.memtable.as_ref().or(file.memtable.as_ref()) {
            Some(text) => size(text).context("--memtable")?,
            None => limits::MEMTABLE_BYTES.min(most),
        };
        if memtable > most {
            bail!("--memtable: {memtable} bytes are more than a sixteenth of --memory ({most} bytes)");
        }
        if memtable < 64 << 10 {
            bail!("--memtable: at least 64KiB are needed, got {memtable} bytes");
        }
        for (i, user) in file.users.iter().enumerate() {
            if file.users.iter().take(i).any(|u| u.name == user.name) {
                bail!("the configuration has two [[users]] of the name '{}'; each needs a name of its own", user.name);
            }
        }
        let users = file
            .users
            .iter()
            .map(|u| User::new(&u.name, &u.password_sha256, TenantId(u.tenant)).map_err(|e| anyhow!("{e}")));
        let config = Config {
            data: args
                .data
                .clone()
                .or(file.data.clone())
                .ok_or_else(|| anyhow!("--data DIR is needed: the folder of the node's data"))?,
            clickhouse_native: listen(
                "clickhouse-native",
                &given.clickhouse_native,
                &file.clickhouse_native,
                "127.0.0.1:9000",
            )?,
            clickhouse_http: listen(
                "clickhouse-http",
                &given.clickhouse_http,
                &file.clickhouse_http,
                "127.0.0.1:8123",
            )?,
            otlp_grpc: listen("otlp-grpc", &given.otlp_grpc, &file.otlp_grpc, "127.0.0.1:4317")?,
            otlp_http: listen("otlp-http", &given.otlp_http, &file.otlp_http, "127.0.0.1:4318")?,
            console: listen("console", &given.console, &file.console, "127.0.0.1:8080")?,
            cluster: listen("cluster", &args.cluster, &file.cluster, "off")?,
            memory,
            memtable,
            retention: Retention {
                logs: kept("retention-logs", &args.retention_logs, &file.retention_logs)?,
                traces: kept("retention-traces", &args.retention_traces, &file.retention_traces)?,
                metrics: kept("retention-metrics", &args.retention_metrics, &file.retention_metrics)?,
            },
            auth: Auth { users: users.collect::<Result<_>>()? },
        };
        config.refuse_open_doors()?;
        Ok(config)
    }

    /// Listeners whose address nobody chose get a free port where theirs is taken (for the demo): their names and the
    /// addresses that are taken.
    pub fn on_free_ports(mut self, given: &Listeners) -> (Config, Vec<(&'static str, SocketAddr)>) {
        let listeners = [
            ("clickhouse-native", &mut self.clickhouse_native, &given.clickhouse_native),
            ("clickhouse-http", &mut self.clickhouse_http, &given.clickhouse_http),
            ("otlp-grpc", &mut self.otlp_grpc, &given.otlp_grpc),
            ("otlp-http", &mut self.otlp_http, &given.otlp_http),
            ("console", &mut self.console, &given.console),
        ];
        let mut taken = Vec::new();
        for (name, address, given) in listeners {
            if let Some(address) = address
                && given.is_none()
                && std::net::TcpListener::bind(*address).is_err()
            {
                taken.push((name, *address));
                address.set_port(0);
            }
        }
        (self, taken)
    }

    /// DESIGN D21: an address that others reach needs a credential.
    fn refuse_open_doors(&self) -> Result<()> {
        let all = [
            ("clickhouse-native", self.clickhouse_native),
            ("clickhouse-http", self.clickhouse_http),
            ("otlp-grpc", self.otlp_grpc),
            ("otlp-http", self.otlp_http),
            ("console", self.console),
            ("cluster", self.cluster),
        ];
        for (name, address) in all {
            if let Some(address) = address
                && !address.ip().is_loopback()
                && self.auth.users.is_empty()
            {
                bail!(
                    "--{name} {address} can be reached from other machines, and no user is configured. Listen on 127.0.0.1, or add \
                     [[users]] with name and password-sha256 to the configuration file"
                );
            }
        }
        Ok(())
    }
}

fn read_file(path: &Path) -> Result<File> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).map_err(|e| {
        let message = e.message().to_string();
        let hint =
            message.split('`').nth(1).and_then(nearest).map_or(String::new(), |k| format!("; did you mean `{k}`?"));
        anyhow!("{}: {}{hint}", path.display(), e.to_string().trim_end())
    })
}

/// The known key with the fewest edits from `key`, if it is near.
fn nearest(key: &str) -> Option<&'static str> {
    KEYS.iter().map(|k| (edits(k, key), *k)).min().filter(|(n, _)| *n <= 1 + key.len() / 3).map(|(_, k)| k)
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, y) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(0);
            let left = row.get(j).copied().unwrap_or(0);
            let best = (diagonal + usize::from(x != *y)).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = best;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}

fn address(text: &str) -> Result<Listen> {
    if text == "off" {
        return Ok(None);
    }
    match text.parse() {
        Ok(address) => Ok(Some(address)),
        // A name; where it has several addresses, the first of IPv4.
        Err(_) => match text.to_socket_addrs().map(Iterator::collect::<Vec<_>>) {
            Ok(all) if !all.is_empty() => Ok(all.iter().find(|a| a.is_ipv4()).or(all.first()).copied()),
            _ => bail!("'{text}' is neither `off` nor an address such as 127.0.0.1:8123"),
        },
    }
}

/// `1048576`, `512KiB`, `64M`, `2GiB`, `1TiB`: powers of 1024.
fn size(text: &str) -> Result<u64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        "t" => 1u64 << 40,
        _ => bail!("'{text}' is no size such as 512MiB or 8GiB"),
    };
    let n: u64 = digits.trim().parse().map_err(|_| anyhow!("'{text}' is no size such as 512MiB or 8GiB"))?;
    n.checked_mul(factor).ok_or_else(|| anyhow!("'{text}' is too large"))
}

/// `90s`, `15m`, `12h`, `30d`, `4w`.
fn seconds(text: &str) -> Result<i64> {
    let bad = || anyhow!("'{text}' is no duration such as 12h or 30d");
    let unit = text.chars().last().ok_or_else(bad)?;
    let n: i64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| bad())?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(bad()),
    };
    n.checked_mul(factor).filter(|n| *n > 0 && *n < 200 * 365 * 86_400).ok_or_else(bad)
}

/// Variables called OLLYSTACK_… that nobody reads: most likely misspelt. Kubernetes sets some for a service called ollystack.
pub fn unknown_variables(variables: impl Iterator<Item = (OsString, OsString)>) -> Vec<String> {
    let command = ServerArgs::augment_args(clap::Command::new("server"));
    let known = |name: &str| command.get_arguments().any(|a| a.get_env().is_some_and(|e| e == name));
    let others = ["OLLYSTACK_LOG", "OLLYSTACK_PASSWORD"];
    let names = variables.filter_map(|(name, _)| name.into_string().ok()).filter(|name| {
        name.starts_with("OLLYSTACK_")
            && !name.starts_with("OLLYSTACK_SERVICE_")
            && !name.starts_with("OLLYSTACK_PORT")
            && !others.contains(&name.as_str())
            && !known(name)
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_durations_addresses() {
        assert_eq!(size("2GiB").unwrap(), 2 << 30);
        assert_eq!(size("64m").unwrap(), 64 << 20);
        assert!(size("2X").is_err() && size("").is_err() && size("99999999999TiB").is_err());
        assert_eq!(seconds("30d").unwrap(), 30 * 86_400);
        assert!(seconds("30").is_err() && seconds("-1d").is_err() && seconds("").is_err());
        assert_eq!(address("off").unwrap(), None);
        assert!(address("localhost").is_err());
    }

    #[test]
    fn open_doors_and_unknown_keys_are_refused() {
        let args = |http: &str| ServerArgs {
            data: Some("x".into()),
            listeners: Listeners { clickhouse_http: Some(http.into()), ..Listeners::default() },
            ..ServerArgs::default()
        };
        assert!(Config::read(&args("127.0.0.1:1")).is_ok());
        let refused = Config::read(&args("0.0.0.0:8123")).unwrap_err().to_string();
        assert!(refused.contains("--clickhouse-http") && refused.contains("users"), "{refused}");
        assert_eq!(nearest("clickhouse-htp"), Some("clickhouse-http"));
        assert_eq!(nearest("zzzzzz"), None);
    }

    #[test]
    fn two_users_of_one_name_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ollystack.toml");
        let user = format!("[[users]]\nname = \"shop\"\npassword-sha256 = \"{}\"\ntenant = 1\n", "a".repeat(64));
        let read = |text: String| {
            std::fs::write(&path, text).unwrap();
            Config::read(&ServerArgs { config: Some(path.clone()), data: Some("x".into()), ..ServerArgs::default() })
        };
        assert!(read(user.clone()).is_ok());
        let refused = read(user.repeat(2)).unwrap_err().to_string();
        assert!(refused.contains("'shop'"), "{refused}");
    }

    #[test]
    fn misspelt_variables_are_named() {
        let set = [
            "OLLYSTACK_MEMRY",
            "OLLYSTACK_MEMORY",
            "OLLYSTACK_LOG",
            "OLLYSTACK_SERVICE_HOST",
            "OLLYSTACK_PORT_8123_TCP",
            "HOME",
        ];
        let found = unknown_variables(set.iter().map(|name| (OsString::from(name), OsString::new())));
        assert_eq!(found, ["OLLYSTACK_MEMRY"]);
    }
}
