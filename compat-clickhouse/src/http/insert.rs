//! The text of a request, and the data of an INSERT behind it.

use super::request::Parameters;
use crate::format;
use crate::input::Input;
use crate::service::{Evaluator, Service};
use async_trait::async_trait;
use olly_query::engine::{InsertSink, Session};
use olly_query::sql::ast::{InsertSource, StatementKind};
use olly_types::{Code, Error, Result, limits};
use std::sync::Arc;

/// The text of a request: the `query` parameter and the body, or as much of the body as can be SQL where data follows. Of SQL
/// at most `most` bytes.
pub(super) async fn statement(prefix: &[u8], input: &mut dyn Input, most: usize) -> Result<Vec<u8>> {
    let mut ended = false;
    while input.buffered().len() <= most {
        if !input.more().await? {
            ended = true;
            break;
        }
    }
    let mut sql = prefix.to_vec();
    sql.extend_from_slice(input.buffered());
    if ended && input.buffered().len() <= most {
        limits::seen::SQL_BYTES.note(sql.len() as u64);
        return Ok(sql);
    }
    // More than SQL may have: only the data of an INSERT.
    let too_large = || {
        Error::new(
            Code::SyntaxError,
            format!(
                "Max query size exceeded (can be increased with the `max_query_size` setting): more than {most} bytes"
            ),
        )
    };
    let parsed = olly_query::sql::parse_statement(&sql, Default::default()).map_err(|_| too_large())?;
    match parsed.kind {
        StatementKind::Insert(i)
            if matches!(
                i.source,
                InsertSource::Values { .. } | InsertSource::Format { .. } | InsertSource::External
            ) =>
        {
            Ok(sql)
        }
        _ => Err(too_large()),
    }
}

/// Bytes of the query's text, then the rest of the body.
struct Chain<'a> {
    head: Vec<u8>,
    from: usize,
    rest: &'a mut dyn Input,
}

#[async_trait]
impl Input for Chain<'_> {
    fn buffered(&self) -> &[u8] {
        if self.from < self.head.len() { self.head.get(self.from..).unwrap_or(&[]) } else { self.rest.buffered() }
    }
    fn consume(&mut self, n: usize) {
        let of_head = n.min(self.head.len() - self.from);
        self.from += of_head;
        self.rest.consume(n - of_head);
    }
    async fn more(&mut self) -> Result<bool> {
        if self.from < self.head.len() {
            // The head grows by what is there, so that a row may span both.
            if self.rest.buffered().is_empty() && !self.rest.more().await? {
                return Ok(false);
            }
            self.head.drain(..self.from);
            self.from = 0;
            self.head.extend_from_slice(self.rest.buffered());
            let n = self.rest.buffered().len();
            self.rest.consume(n);
            return Ok(true);
        }
        self.rest.more().await
    }
}

/// Reads the data of an INSERT into its sink; gives rows and bytes written. `prefix` bytes of `sql` did not come from `input`.
#[allow(clippy::too_many_arguments)]
pub(super) async fn insert(
    mut sink: InsertSink,
    wanted_format: Option<String>,
    p: &Parameters,
    sql: &[u8],
    prefix: usize,
    input: &mut dyn Input,
    service: &Arc<Service>,
    session: &Arc<Session>,
) -> Result<(u64, u64)> {
    let mut options = service.format_options(&sink.settings)?;
    options.native_revision = p.client_protocol_version;
    // Clients write Native blocks without the protocol's framing whatever revision they read at.
    let name = sink.format.clone().or(wanted_format).unwrap_or_else(|| "Values".to_string());
    if name.eq_ignore_ascii_case("native") {
        options.native_revision = 0;
    }
    let mut reader = format::reader(&name, &sink.columns, &options)?;
    let start = sink.inline.as_ref().map_or(prefix, |r| r.start);
    let head = sql.get(start..prefix.max(start)).unwrap_or(&[]).to_vec();
    input.consume(start.saturating_sub(prefix));
    let mut data = Chain { head, from: 0, rest: input };
    let evaluator = Evaluator { service, session };
    while let Some(block) = reader.next(&mut data, &evaluator).await? {
        sink.write(block).await?;
    }
    sink.finish().await
}
